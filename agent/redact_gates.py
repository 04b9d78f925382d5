"""Tells where the learnt weights are not believed, whatever they say of a token; pure.

A word of medicine or of every day that nothing announces is no name. Knows the tokens around, and
no weights; numbers, dates and places are judged in redact_counts.py.
"""

from agent.redact_chinese import is_no_chinese
from agent.redact_counts import ahead_of, counts, is_birth, is_no_place
from agent.redact_numbers import ADDRESS, BORN, ID, NHS, PHONE, RECORD
from agent.redact_tokens import BROKEN, TOKEN, Token
from agent.redact_words import (
    CLINICAL,
    DOUBTFUL,
    EPONYM,
    FIRST,
    KNOWN,
    LAST,
    announcing,
    flags_of,
    lists,
)

NAME, OTHER = "name", "number"
NUMBERS = (RECORD, NHS, ID, PHONE, OTHER)
_OPENS = frozenset('-:|"^>/(=')
_BETWEEN = frozenset('.:,"(=') | {"is", "was", "the", "'s"}
_SMALL = 3
_YEAR = 4
_TITLES = frozenset(["mr", "mrs", "miss", "dr", "prof", "ms"])
_BEGINNINGS = ("Mc", "Ma")
NAMES = FIRST | DOUBTFUL | LAST
_DAY_WORDS = (
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
    " monday tuesday wednesday thursday friday saturday sunday"
)
_DAYS = frozenset(_DAY_WORDS.split())
_GRADES = frozenset(["I", "II", "III", "IV", "V", "VI", "IIa", "IIb"])


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
        if token.kind == "h":
            return before != NAME and is_no_chinese(tokens, i)
        return token.kind == "w" and _is_no_name(tokens, i, before == NAME)
    if kind == BORN:
        return not before and not is_birth(tokens, i, found)
    if kind == ADDRESS:
        return is_no_place(tokens, i, bool(before), found)
    return kind in NUMBERS and not before and counts(tokens, i, found)


def _is_no_name(tokens: list[Token], i: int, inside: bool) -> bool:
    text, flags = tokens[i].text, flags_of(tokens[i].text)
    if text[0].islower() and text.isascii():
        if not flags & KNOWN or (i and tokens[i - 1].text.lower() in _TITLES):
            return False
        return not (inside and flags & NAMES)
    if inside:
        return bool(flags & CLINICAL and not flags & NAMES)
    if _is_announced(tokens, i):
        return False
    if len(text) == 1:
        return _is_letter(tokens, i)
    if _is_part_of_word(tokens, i) or (flags & EPONYM and _is_graded(tokens, i, flags)):
        return True
    if _is_cited(tokens, i) or _is_after_saint(tokens, i):
        return True
    if flags & KNOWN and not flags & NAMES:
        return not _is_before_name(tokens, i)
    return _is_eponym(tokens, i) or _is_abbreviation(tokens, i)


def _is_part_of_word(tokens: list[Token], i: int) -> bool:
    """Tell whether a day or a month stands here, or half of a word: "Rose-tinted"."""
    if tokens[i].text.lower() in _DAYS:
        return True
    ahead = ahead_of(tokens, i)
    if len(ahead) < 2 or ahead[0].text != "-" or ahead[1].gap != TOKEN:
        return False
    joined = ahead[1].text
    return joined[0].islower() and bool(flags_of(joined) & KNOWN) and not flags_of(joined) & FIRST


def _is_cited(tokens: list[Token], i: int) -> bool:
    """Tell whether an author is named: "the Banerjee 2018 cohort", "Okoro B, van Dijk M"."""
    ahead = ahead_of(tokens, i)
    if not ahead or ahead[0].gap == BROKEN:
        return False
    if ahead[0].kind == "d":
        return len(ahead[0].text) == _YEAR and ahead[0].text[:2] in ("19", "20")
    initials = ahead[0].text.isupper() and len(ahead[0].text) <= _SMALL
    if not initials or len(ahead) < 2:
        return initials and i > 0 and tokens[i - 1].text in ("and", "&")
    after = ahead[2].text if len(ahead) > 2 else ""
    if ahead[1].text == ",":
        return after[:1].isupper() or after in ("et", "van", "de", "von")
    return ahead[1].text in ("and", "&", "et") and len(after) > 1


def _is_after_saint(tokens: list[Token], i: int) -> bool:
    """Tell whether a saint or the second half of a known name stands here: "Swan-Ganz"."""
    before = [t.text for t in tokens[max(0, i - 2) : i]]
    if not before:
        return False
    if before[-1] in ("St", "Saint"):
        return True
    if before[-1] != "-" or tokens[i].gap != TOKEN or len(before) < 2:
        return False
    return bool(flags_of(before[0]) & KNOWN)


def _is_graded(tokens: list[Token], i: int, flags: int) -> bool:
    """Tell whether a grade or a word of medicine follows: "Marshall II", "Weber B", "Neer 4"."""
    ahead = ahead_of(tokens, i)
    if not ahead or flags & (FIRST | DOUBTFUL):
        return bool(ahead) and ahead[0].text in _GRADES
    text = ahead[0].text
    if text in _GRADES:
        return True
    if text[0].islower() or ahead[0].kind == "p":
        return False
    after = flags_of(text) if ahead[0].kind == "w" else KNOWN
    return bool(after & KNOWN and not after & NAMES)


def _is_announced(tokens: list[Token], i: int) -> bool:
    """Tell whether a title, a label or a relation stands before a token."""
    at = i - 1
    while at > i - 3 and at > 0 and tokens[at].text in _BETWEEN:
        at -= 1
    return at >= 0 and tokens[at].text.lower() in announcing()


def _is_letter(tokens: list[Token], i: int) -> bool:
    """Tell whether a single letter begins no name: "C. Other treatment"."""
    after = [t for t in ahead_of(tokens, i)[:2] if t.text != "."]
    if not after or after[0].kind != "w" or not after[0].text[0].isupper():
        return True
    flags = flags_of(after[0].text)
    return bool(flags & KNOWN and not flags & NAMES)


def _is_before_name(tokens: list[Token], i: int) -> bool:
    """Tell whether a known word stands beside a name: "Marfan Delgado"."""
    ahead = ahead_of(tokens, i)
    if not ahead or ahead[0].gap == BROKEN or ahead[0].kind != "w":
        return False
    flags = flags_of(ahead[0].text)
    return ahead[0].text[0].isupper() and not flags & CLINICAL and bool(flags & NAMES)


def _is_abbreviation(tokens: list[Token], i: int) -> bool:
    """Tell whether capitals stand by themselves ("DLBCL", "HBeAg"), in no list of names."""
    text = tokens[i].text
    if text[1:] == text[1:].lower() or len(text) > 6 or not text.isascii():
        return False
    if flags_of(text) & NAMES or "'" in text or text[:2] in _BEGINNINGS:
        return False
    before = tokens[i - 1].text if i else ""
    ahead = ahead_of(tokens, i)
    after = ahead[0].text if ahead else ""
    named = after[:1].isupper() and not flags_of(after) & KNOWN
    return before not in _OPENS and after not in (",", "^", "|") and not named


def _is_eponym(tokens: list[Token], i: int) -> bool:
    """Tell whether a disease or an institution is named: "Pott's spine", "Koch Institute"."""
    for token in ahead_of(tokens, i):
        if token.gap == BROKEN:
            return False
        if token.text.lower() in lists().bodies:
            return True
        if token.kind != "o" and token.text != "-" and not token.text[0].isupper():
            return False
    return False
