"""Tells where the learnt weights are not believed, whatever they say of a token; pure.

A word of medicine or of every day that nothing announces is no name; a number that nothing
announces is none of a person's unless its shape is. Knows the tokens around, and no weights.
"""

from agent.redact_facts import Facts, facts
from agent.redact_features import AHEAD, BEFORE, LOOK
from agent.redact_numbers import ADDRESS, BORN, ID, NHS, PHONE, RECORD
from agent.redact_tokens import BROKEN, TOKEN, Token
from agent.redact_words import (
    CLINICAL,
    DOUBTFUL,
    FIRST,
    KNOWN,
    LAST,
    announcing,
    flags_of,
    lists,
)

NAME, OTHER = "name", "number"
_NUMBERS = (RECORD, NHS, ID, PHONE, OTHER)
_OPENS = frozenset('-:|"^>/(=')
_BETWEEN = frozenset('.:,"(=') | {"is", "was", "the", "'s"}
_JOINS = frozenset("-/.")
_SELDOM = 7
"""Digits in a row below which a number that nothing announces counts or measures."""
_SMALL = 3
_TITLES = frozenset(["mr", "mrs", "miss", "dr", "prof", "ms"])
_BEGINNINGS = ("Mc", "Ma")
_CONNECTS = frozenset(["by", "of", "the", "near", "off", "on", "upon", "and", "de", "la"])
_NAMES = FIRST | DOUBTFUL | LAST


def is_barred(tokens: list[Token], i: int, kind: str, before: str, found: bool) -> bool:
    """Tell whether a token is not hidden as this kind.

    Args:
        tokens: What is there.
        i: The token.
        kind: What the weights say of it.
        before: What the token before it was hidden as, or "".
        found: Whether the text has shown an identifier before.
    """
    token = tokens[i]
    if kind == NAME:
        return token.kind == "w" and _is_no_name(tokens, i, before == NAME)
    if kind == BORN:
        return not before and not found and not _is_birth(tokens, i)
    if kind == ADDRESS:
        return _is_no_place(tokens, i, bool(before), found)
    return kind in _NUMBERS and not before and _counts(tokens, i, found)


def _is_no_name(tokens: list[Token], i: int, inside: bool) -> bool:
    text, flags = tokens[i].text, flags_of(tokens[i].text)
    if text[0].islower() and text.isascii():
        if not flags & KNOWN or (i and tokens[i - 1].text.lower() in _TITLES):
            return False
        return not (inside and flags & _NAMES)
    if inside:
        return bool(flags & CLINICAL and not flags & _NAMES)
    if _is_announced(tokens, i):
        return False
    if len(text) == 1:
        return _is_letter(tokens, i)
    if flags & KNOWN and not flags & _NAMES:
        return not _is_before_name(tokens, i)
    return _is_eponym(tokens, i) or _is_abbreviation(tokens, i)


def _is_announced(tokens: list[Token], i: int) -> bool:
    """Tell whether a title, a label or a relation stands before a token."""
    at = i - 1
    while at > i - 3 and at > 0 and tokens[at].text in _BETWEEN:
        at -= 1
    return at >= 0 and tokens[at].text.lower() in announcing()


def _is_letter(tokens: list[Token], i: int) -> bool:
    """Tell whether a single letter begins no name: "C. Other treatment"."""
    after = [t for t in _ahead(tokens, i)[:2] if t.text != "."]
    if not after or after[0].kind != "w" or not after[0].text[0].isupper():
        return True
    flags = flags_of(after[0].text)
    return bool(flags & KNOWN and not flags & _NAMES)


def _is_before_name(tokens: list[Token], i: int) -> bool:
    """Tell whether a known word stands beside a name: "Marfan Delgado"."""
    ahead = _ahead(tokens, i)
    if not ahead or ahead[0].gap == BROKEN or ahead[0].kind != "w":
        return False
    flags = flags_of(ahead[0].text)
    return ahead[0].text[0].isupper() and not flags & CLINICAL and bool(flags & _NAMES)


def _is_abbreviation(tokens: list[Token], i: int) -> bool:
    """Tell whether capitals stand by themselves ("DLBCL", "HBeAg"), in no list of names."""
    text = tokens[i].text
    if text[1:] == text[1:].lower() or len(text) > 6 or not text.isascii():
        return False
    if flags_of(text) & _NAMES or "'" in text or text[:2] in _BEGINNINGS:
        return False
    before = tokens[i - 1].text if i else ""
    ahead = _ahead(tokens, i)
    after = ahead[0].text if ahead else ""
    named = after[:1].isupper() and not flags_of(after) & KNOWN
    return before not in _OPENS and after not in (",", "^", "|") and not named


def _is_eponym(tokens: list[Token], i: int) -> bool:
    """Tell whether a disease or an institution is named: "Pott's spine", "Koch Institute"."""
    limit = tokens[i].end + LOOK
    for token in tokens[i + 1 : i + 1 + AHEAD]:
        if token.end > limit or token.gap == BROKEN:
            return False
        if token.text.lower() in lists().bodies:
            return True
        if token.kind != "o" and token.text != "-" and not token.text[0].isupper():
            return False
    return False


def _announcers(tokens: list[Token], i: int) -> list[Facts]:
    """Give what is known of the few tokens before a token."""
    return [facts(t) for t in tokens[max(0, i - BEFORE) : i]]


def _ahead(tokens: list[Token], i: int) -> list[Token]:
    limit = tokens[i].end + LOOK
    return [t for t in tokens[i + 1 : i + 1 + AHEAD] if t.end <= limit]


def _is_birth(tokens: list[Token], i: int) -> bool:
    """Tell whether a date is said to be of birth, before or after it."""
    near = [t.text.lower() for t in (*tokens[max(0, i - BEFORE) : i], *_ahead(tokens, i))]
    return any(f.label for f in _announcers(tokens, i)) or any(
        text in ("b", "d", "生", "born", "出") for text in near
    )


def _is_no_place(tokens: list[Token], i: int, inside: bool, found: bool) -> bool:
    token, flags = tokens[i], flags_of(tokens[i].text)
    if token.kind == "h":
        return False
    ahead = _ahead(tokens, i)
    street = any(facts(t).street for t in ahead[:3])
    if inside:
        if token.kind != "w" or token.text[0].isupper() or not flags & KNOWN:
            return False
        named = bool(ahead) and ahead[0].text[:1].isupper()
        own = facts(token).street or (token.text in _CONNECTS and named)
        return not (own or street)
    if facts(token).label and token.text.isupper():
        return True  # "MRN" announces, and is none itself.
    announced = found or any(f.label for f in _announcers(tokens, i))
    number = any(t.kind == "d" for t in ahead[:3])
    if token.kind == "d":
        return not (street or announced)
    if token.text[:1].islower() and flags & KNOWN:
        return not (facts(token).street and ahead and (ahead[0].kind == "d" or announced))
    if facts(token).street and ahead and ahead[0].kind != "d":
        return not announced
    return not (announced or number or street)


def _counts(tokens: list[Token], i: int, found: bool) -> bool:
    """Tell whether a number, or letters before one, are none of a person's."""
    token = tokens[i]
    if token.kind == "w":
        near = token.end
        for t in _ahead(tokens, i)[:3]:
            if t.kind == "d":
                return False
            if t.gap != TOKEN or t.text not in _JOINS:
                near += 1
            if near > token.end + 1:
                break
        return not token.text.isupper() or facts(token).label > 0 or len(token.text) > _SMALL
    if token.kind != "d" or found or len(token.text) >= _SELDOM:
        return False
    return not any(f.label for f in _announcers(tokens, i)) and not any(
        t.kind == "h" for t in tokens[max(0, i - BEFORE) : i]
    )
