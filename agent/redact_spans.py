"""Tells where an identifier goes on that has begun, or begins a token earlier than was seen; pure.

"Aigerim [name]" and "[name] Sultanbekova" are one name; a town goes with its street. Knows the
tokens around, and no weights.
"""

from agent.redact_chinese import DOUBLE
from agent.redact_counts import SELDOM, ahead_of
from agent.redact_facts import HAN_NUMBER, HAN_PLACE, SURNAMES
from agent.redact_features import LOOK
from agent.redact_gates import NAME, NAMES, NUMBERS
from agent.redact_numbers import ADDRESS, BORN
from agent.redact_runs import last_of
from agent.redact_tokens import BROKEN, SPACED, TOKEN, Token
from agent.redact_words import CLINICAL, KNOWN, flags_of

_LINKS = "bin bint binti ibn al el de del dela della da do dos di du van von der den ter ten"
_PARTICLES = frozenset(_LINKS.split())
_ENDS = frozenset("，,。.；;：:、（()）？?！!|/\"'”’")
_NOT_GIVEN = frozenset("痛咳吐泻热病患男女岁的说问来去要有无未已在是等和与及服用因于昨今拟现术后")
_MOST_HAN = 3
_SHORT = 4


def leads(tokens: list[Token], i: int, kind: str) -> bool:
    """Tell whether a token belongs to the identifier that begins after it: "Aigerim [name]"."""
    token, after = tokens[i], tokens[i + 1]
    text, flags = token.text, flags_of(token.text) if token.kind == "w" else KNOWN
    if after.gap == BROKEN:
        return False
    if kind == NAME:
        if token.kind == "h":
            return text in SURNAMES and after.kind == "h"
        if text[0].islower():
            return not flags & KNOWN and after.text[0].islower() and len(text) > 2
        return not flags & KNOWN or bool(flags & NAMES)
    if token.kind == "d" and after.kind == "p" and after.text in "-/.":
        run = tokens[i : last_of(tokens, i, LOOK) + 1]
        digits = sum(len(t.text) for t in run if t.kind == "d")
        return (kind == BORN or after.text != "/") and digits >= SELDOM
    if kind in (BORN, ADDRESS):
        return token.kind == "d" and after.kind == "w" and after.gap != TOKEN and len(text) < 5
    if kind not in NUMBERS or token.kind not in "wd" or after.kind not in "wd":
        return False
    return after.gap == TOKEN or (len(text) == 1 and token.kind == "w")


def goes_on(tokens: list[Token], i: int, tag: str) -> bool:
    """Tell whether a token belongs to the identifier that the one before it belongs to.

    Args:
        tokens: What is there.
        i: The token, which the weights let be.
        tag: What the token before it was hidden as.
    """
    token = tokens[i]
    if token.gap == BROKEN or not i:
        return False
    if tag == NAME:
        return _is_more_chinese(tokens, i) if token.kind == "h" else _is_more_name(tokens, i)
    return tag == ADDRESS and _is_more_place(tokens, i)


def _is_more_name(tokens: list[Token], i: int) -> bool:
    token, before = tokens[i], tokens[i - 1]
    ahead = ahead_of(tokens, i)
    after = ahead[0] if ahead and ahead[0].gap != BROKEN else None
    if token.text == "-" and token.gap == TOKEN:
        joined = after is not None and after.gap == TOKEN and after.kind == "w"
        return joined and after is not None and after.text[:1].isupper() and len(after.text) > 1
    if token.kind != "w":
        return False
    if before.text == "-" and token.gap == TOKEN:
        return token.text[0].isupper() and len(token.text) > 1
    if token.gap != SPACED or before.kind != "w":
        return False
    if token.text.lower() in _PARTICLES:
        return after is not None and after.kind == "w" and after.text[0].isupper()
    if token.text[0].islower():
        flags = flags_of(token.text)
        return before.text[0].islower() and not flags & KNOWN and len(token.text) > 2
    if len(token.text) == 1:
        return after is not None and after.text == "." and after.gap == TOKEN
    return _is_part(token)


def _is_part(token: Token) -> bool:
    """Tell whether a word with a capital may be a part of a name."""
    text = token.text
    if token.kind != "w" or not text[0].isupper() or (text.isupper() and len(text) < _SHORT):
        return False
    flags = flags_of(text)
    return not flags & KNOWN or bool(flags & NAMES and not flags & CLINICAL)


def _is_more_chinese(tokens: list[Token], i: int) -> bool:
    """Tell whether a character ends a name of a surname and two more: "黄连生，"."""
    begin = i - _MOST_HAN + 1
    if begin > 0 and tokens[begin - 1].text + tokens[begin].text in DOUBLE:
        begin -= 1  # "欧阳丽娟"
    if begin < 0 or any(t.kind != "h" for t in tokens[begin:i]):
        return False
    if any(t.gap != TOKEN for t in tokens[begin + 1 : i + 1]):
        return False
    if begin and tokens[begin - 1].text in SURNAMES:
        return False
    ahead = ahead_of(tokens, i)
    ends = not ahead or ahead[0].gap != TOKEN or ahead[0].text in _ENDS
    return tokens[begin].text in SURNAMES and ends and tokens[i].text not in _NOT_GIVEN


def _is_more_place(tokens: list[Token], i: int) -> bool:
    token, before = tokens[i], tokens[i - 1]
    ahead = ahead_of(tokens, i)
    chinese = any(t.kind == "h" for t in tokens[max(0, i - 4) : i])
    if token.gap == TOKEN and before.kind in "hd" and chinese:
        if token.kind == "h":
            return token.text in HAN_PLACE or token.text in HAN_NUMBER
        return token.kind == "d" or (token.kind == "w" and len(token.text) == 1)
    if token.text == "," and before.kind in "wd":
        return len(ahead) > 1 and _is_town(ahead[0]) and _is_end(ahead[1])
    return before.text == "," and _is_town(token) and (not ahead or _is_end(ahead[0]))


def _is_town(token: Token) -> bool:
    return (
        token.kind == "w"
        and token.gap == SPACED
        and token.text[0].isupper()
        and token.text[1:].islower()
        and not flags_of(token.text) & CLINICAL
    )


def _is_end(token: Token) -> bool:
    return token.gap == BROKEN or token.text in _ENDS
