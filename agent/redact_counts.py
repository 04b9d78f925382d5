"""Tells which dates, numbers and places are none of a person's, by the tokens around them; pure.

What nothing announces counts or measures, unless its shape says more. Knows no weights, no names.
"""

from functools import lru_cache
from itertools import pairwise

from agent.redact_facts import BIRTH, Facts, facts
from agent.redact_features import AHEAD, BEFORE, LOOK
from agent.redact_runs import last_of
from agent.redact_tokens import TOKEN, Token
from agent.redact_words import KNOWN, flags_of, named

SELDOM = 7
"""Digits in a row below which a number that nothing announces counts or measures."""
_JOINS = frozenset("-/.")
_SMALL, _YEAR = 3, 4
_CONNECTS = frozenset(["by", "of", "the", "near", "off", "on", "upon", "and", "de", "la"])
_MONTH_WORDS = (
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july"
    " august september october november december"
)
_MONTHS = frozenset(_MONTH_WORDS.split())
_ORDINALS = frozenset(["st", "nd", "rd", "th", "of"]) | _MONTHS


def _announcers(tokens: list[Token], i: int) -> list[Facts]:
    """Give what is known of the few tokens before a token."""
    return [facts(t) for t in _back(tokens, i)]


def _back(tokens: list[Token], i: int) -> list[Token]:
    """Give the few tokens before a token; not past "[name]", which had its label."""
    near = tokens[max(0, i - BEFORE) : i]
    last = max(
        (k for k, t in enumerate(near, 1) if t.text[0] == "[" and len(t.text) > 1), default=0
    )
    return near[last:]


def ahead_of(tokens: list[Token], i: int) -> list[Token]:
    """Give the few tokens after a token that its judgement may rest on."""
    limit = tokens[i].end + LOOK
    return [t for t in tokens[i + 1 : i + 1 + AHEAD] if t.end <= limit]


def is_birth(tokens: list[Token], i: int, found: bool) -> bool:
    """Tell whether a date is said to be of birth, before or after it."""
    ahead = ahead_of(tokens, i)
    glued = bool(ahead) and ahead[0].gap == TOKEN and ahead[0].kind == "w"
    if glued and tokens[i].kind == "d" and ahead[0].text.lower() not in _ORDINALS:
        return False  # "(1C)"
    if tokens[i].kind == "w" and tokens[i].text.lower() not in _MONTHS:
        return False
    run = tokens[i : last_of(tokens, i, LOOK) + 1]
    digits = sum(len(t.text) for t in run if t.kind == "d")
    if tokens[i].kind == "d" and digits < _YEAR and not (ahead and _is_dated(ahead)):
        return False  # "1.1"
    near = (*_back(tokens, i), *ahead)
    return (
        found
        or any(f.label == BIRTH for f in _announcers(tokens, i))
        or any(t.text in ("生", "born") for t in near)
        or any(
            t.text in "bB" and (t.gap != TOKEN or before.kind == "p")
            for before, t in pairwise(near)
        )
    )


def _is_dated(ahead: list[Token]) -> bool:
    """Tell whether a month or a Chinese date goes on after a number."""
    return any(t.kind == "h" or t.text.lower() in _ORDINALS for t in ahead[:2])


def is_no_place(tokens: list[Token], i: int, inside: bool, found: bool) -> bool:
    """Tell whether a token belongs to no address."""
    token, flags = tokens[i], flags_of(tokens[i].text)
    if token.kind == "h":
        return False
    ahead = ahead_of(tokens, i)
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


def counts(tokens: list[Token], i: int, found: bool) -> bool:
    """Tell whether a number, or letters before one, are none of a person's."""
    token = tokens[i]
    announced = any(t.kind == "h" or t.text == "#" or facts(t).label for t in _back(tokens, i))
    if token.kind == "w":
        return not (found or announced) or not _is_code(tokens, i, found)
    if token.kind != "d" or found or len(token.text) >= SELDOM:
        return False
    glued = i > 0 and token.gap == TOKEN and tokens[i - 1].text.islower()
    if _is_measured(tokens, i) or (glued and len(token.text) <= _SMALL):
        return True
    return not announced


def _is_code(tokens: list[Token], i: int, found: bool) -> bool:
    """Tell whether letters begin a code: "A123456", "TX/0417/88"; "BSL-2" is none."""
    token, wide, digits = tokens[i], 0, 0
    for t in ahead_of(tokens, i):
        digits += len(t.text) if t.kind == "d" else 0
        wide += t.kind != "d" and (t.gap != TOKEN or t.text not in _JOINS)
        if wide > 1:
            break
    if digits:
        return found or digits >= _SMALL
    short = token.text.isupper() and len(token.text) <= _SMALL
    return found and short and not facts(token).label


def _is_measured(tokens: list[Token], i: int) -> bool:
    """Tell whether a unit follows a number: "159/99 mmHg"."""
    last = last_of(tokens, i, LOOK)
    after = ahead_of(tokens, last)[:1]
    return bool(after) and after[0].text.lower() in _units()


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    return frozenset(str(named()["units"]).split())
