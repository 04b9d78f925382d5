"""Replaces what identifies a patient, span by span, by what it was: "[name]", "[phone]"; pure.

Goes through a text once, from left to right; what it decides at a place rests on the characters
before it and on REACH characters from it on, so that a stream gives the same (redact_stream.py).
Keeps the kinds it found, never the words.
"""

import re
from dataclasses import dataclass, field

from agent import redact_context as context
from agent import redact_names as names
from agent import redact_numbers as numbers
from agent.redact_chinese import chinese
from agent.redact_openers import titled
from agent.redact_words import DOUBTFUL, FIRST, KNOWN, LAST, LETTER, flags_of, folded, lists

REACH = 96
"""Characters from a place on that decide what it is: the most that a stream holds back."""
_NUMBER_REACH = 64
_PIECE = 64
_TOKEN = re.compile(
    rf"(?P<word>[{LETTER}]{{1,{_PIECE}}}(?:['’-][{LETTER}]{{1,24}}){{0,3}})"
    rf"|(?P<digit>[+(]?\d{{1,{_PIECE}}})"
    r"|(?P<han>[\u4e00-\u9fff])|(?P<gap>\s{1,64}|.)",
    re.DOTALL,
)
_OWN = re.compile(r"['’]s$")
_SAINT = re.compile(r"\bS(?:t\.?|aint) $")
_BREAK = re.compile(rf"[^{LETTER}0-9._+@'’\-]")
_GLUED = re.compile(rf"[{LETTER}0-9]{{1,{_PIECE}}}")
_OPENERS = (
    context.TITLES | context.CALLED | context.LABELS | context.RELATIONS | numbers.LABELS.keys()
)
_SPOKEN = frozenset(numbers.DIGIT_WORDS)
_HOUSES = frozenset(
    ["the", "flat", "apt", "apartment", "unit", "plot", "blk", "house", "lot", "suite"]
)
# What follows a number and shows that it begins no identifier: a unit, or words that are no street.
_COUNTED = re.compile(
    r"\d{1,3}(?:\.\d{1,3})?(?:%| ?[a-z]{1,2}| ?[a-z]{1,5}/[a-zA-Z]{1,5}\.?)[\s,;)]"
    rf"|\d{{1,3}},? (?!(?:{numbers.ROADS})\b)[a-z'-]{{1,20}}"
    rf"(?:[.,;:)]\s| (?!(?:{numbers.ROADS})\b)[a-z'-]{{1,20}}"
    rf"(?:[.,;:)]\s| (?!(?:{numbers.ROADS})\b)[a-z'-]{{1,20}}[\s.,;:)]))"
)
_WRITTEN = "dot|at|underscore|dash"
# "one of": a spoken number goes on with another one, a mail address with "dot" or "at".
_NO_DIGIT = re.compile(
    rf" (?!(?:{'|'.join(numbers.DIGIT_WORDS)}|hundred|thousand|{_WRITTEN})[^a-z])"
    r"[a-z]{1,24}[\s.,;]"
)
_NO_MAIL = re.compile(
    rf"[.,;:)]?\s(?!(?:{_WRITTEN}|is|name|full|\(at|\[at)[^a-z])[a-z]{{1,24}}[\s.,;]"
)
_LABELS_ONLY = (
    context.LABELS - context.TITLES - context.CALLED - context.RELATIONS - numbers.LABELS.keys()
)
_LETTERS = frozenset("bdop")
_MOST_NAMES = 64
_BETWEEN = frozenset([",", '"', "|", ";", ":", "^", "\t", "["]) | {", ", " "}


@dataclass(frozen=True)
class Redacted:
    """A text without what identifies a patient, and the kinds of what was taken out."""

    text: str
    found: tuple[str, ...]


@dataclass
class Walk:
    """Where a pass through a text stands: the kinds found, the names hidden, a cut-off span."""

    found: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    glued: bool = False
    named: bool = False


def redact(text: str) -> Redacted:
    """Take out the identifiers of patients, relatives and clinicians.

    Eponyms, drugs, doses, ages, dates other than of birth and public helplines stay.
    """
    walk = Walk()
    shown, _ = advance(text, 0, walk, closed=True)
    return Redacted(shown, tuple(dict.fromkeys(walk.found)))


def advance(text: str, at: int, walk: Walk, *, closed: bool) -> tuple[str, int]:
    """Go on through a text as far as it can be decided.

    Args:
        text: The text so far, with the characters before `at` as the context.
        at: The first character not decided yet.
        walk: Changed: what was found.
        closed: Whether no more text will come.

    Returns:
        What may be shown of it, and the first character still to be decided.
    """
    shown: list[str] = []
    size = len(text)
    while at < size:
        if not closed and not _is_whole(text, at, size):
            break
        if walk.glued:
            m = _GLUED.match(text, at)
            if m:
                at = m.end()
                continue
            walk.glued = False
        m = _TOKEN.match(text, at)
        assert m is not None
        kind = m.lastgroup
        if kind == "gap":
            walk.named = walk.named and m[0] in _BETWEEN
            shown.append(m[0])
            at = m.end()
            continue
        if not closed and size - at < REACH and not _is_early(text, m, kind, walk):
            break
        hit = _decide(text, m, min(at + REACH, size), walk)
        walk.named = hit is not None and hit[2] == context.NAME
        if hit is None:
            shown.append(m[0])
            at = m.end()
            continue
        start, stop, found = hit
        shown.append(text[at:start])
        if not found:
            shown.append(text[start:stop])
        else:
            shown.append(f"[{found}]")
            walk.found.append(found)
            walk.glued = found != context.NAME
        at = stop
    return "".join(shown), at


def _is_whole(text: str, at: int, size: int) -> bool:
    """Tell whether the piece at this place is all here, so that more text would not change it."""
    return size - at >= REACH or text[at].isspace() or _BREAK.search(text, at + 1) is not None


def _is_early(text: str, m: re.Match[str], kind: str | None, walk: Walk) -> bool:
    """Tell whether nothing that is still to come could make this token begin an identifier."""
    if kind == "digit":
        return not walk.named and _COUNTED.match(text, m.start()) is not None
    if kind != "word":
        return False
    word, low, stop = m[0], folded(m[0]), m.end()
    if _is_inert(m, kind) or (len(word) == 1 and low not in _LETTERS and text[stop] in " ,"):
        return True
    if low in lists().phrases:
        return False
    if low in _SPOKEN:
        return _NO_DIGIT.match(text, stop) is not None
    plain = word.islower() and not flags_of(word) & (FIRST | LAST) and low not in _OPENERS
    if plain or low in _HOUSES - _OPENERS or (word.islower() and low in _LABELS_ONLY):
        return _NO_MAIL.match(text, stop) is not None
    return False


def _is_inert(m: re.Match[str], kind: str | None) -> bool:
    """Tell whether a word begins nothing, whatever follows it."""
    if kind != "word":
        return False
    word = m[0]
    low = folded(word)
    if low in _OPENERS or low in _SPOKEN or low in lists().phrases:
        return False
    flags = flags_of(word)
    return (
        bool(flags & KNOWN)
        and not flags & (FIRST | DOUBTFUL | LAST)
        and (word.islower() or (word.istitle() and len(word) > 1 and low not in _HOUSES))
    )


def _decide(text: str, m: re.Match[str], end: int, walk: Walk) -> tuple[int, int, str] | None:
    """Tell what a token begins: where it is hidden from and to, and as what; "" is let be."""
    at, kind = m.start(), m.lastgroup
    if kind == "han":
        return chinese(text, at, end)
    if kind == "digit":
        if _in_address(text, at):
            return None
        if walk.named and (hit := numbers.born(text, at, end)) is not None:
            return hit
        return numbers.numbered(text, at, min(end, at + _NUMBER_REACH))
    if "@" in text and (hit := numbers.mailed(text, at, end)) is not None:
        return hit
    if _is_inert(m, kind):
        return None
    return _word(text, m[0], at, end, walk)


def _word(text: str, word: str, at: int, end: int, walk: Walk) -> tuple[int, int, str] | None:
    low = folded(word)
    if len(word) == 1 and low not in _LETTERS and text[at + 1 : at + 2] not in (".", "'", "’"):
        return None
    if low in lists().phrases and (stop := _phrase(text, low, at, end)):
        return (at, stop, "")
    if low in _SPOKEN and (m := numbers.SPOKEN.match(text, at, end)):
        return (*m.span(), numbers.PHONE)
    if (hit := _opened(text, low, at, end, walk)) is not None:
        return hit
    if (m := numbers.SPOKEN_MAIL.match(text, at, end)) is not None:
        return (*m.span(), numbers.MAIL)
    if (word[0].isupper() or low in _HOUSES) and (hit := numbers.placed(text, at, end)) is not None:
        return hit
    return _person(text, word, at, end, walk)


def _opened(text: str, low: str, at: int, end: int, walk: Walk) -> tuple[int, int, str] | None:
    """Find what a label, a title or a relation at this place announces."""
    label = low.partition("-")[0]
    if low not in _OPENERS and label not in numbers.LABELS:
        return None
    if (hit := numbers.labelled(text, at, end, label)) is not None:
        return hit
    span = titled(text, at, end, low)
    return None if span is None else _hide(text, *span, walk)


def _person(text: str, word: str, at: int, end: int, walk: Walk) -> tuple[int, int, str] | None:
    """Find a name that nothing announces."""
    low, flags = folded(word), flags_of(word)
    underscored = text[at + len(word) : at + len(word) + 1] == "_"
    if word[0].islower() and not (flags & FIRST or (flags & LAST and underscored)):
        return None
    if low in ("st", "saint") or _SAINT.search(text, max(0, at - 7), at):
        return None
    if _in_address(text, at) and not (flags & FIRST and text[at - 1] == "_"):
        return None
    bare = _OWN.sub("", word)
    if folded(bare) in walk.hidden and not names.eponymous(text, at, end):
        return (at, at + len(bare), context.NAME)
    span = names.standing(text, at, end)
    if span is None:
        return None
    return (at, span[1], "") if span[0] == span[1] else _hide(text, *span, walk)


def _in_address(text: str, at: int) -> bool:
    """Tell whether a place is inside a web address, a DOI or a file's name."""
    return at > 1 and text[at - 1] in "/._=%" and (text[at - 2].isalnum() or text[at - 2] == "/")


def _phrase(text: str, low: str, at: int, end: int) -> int:
    """Give the end of a phrase that is kept whole ("John Cunningham virus"), or 0."""
    said = [(w[0], w.end()) for w in re.finditer(r"[a-z']+|[^a-z' -]", text[at:end].lower())][:7]
    for phrase in lists().phrases[low]:
        if tuple(w for w, _ in said[: len(phrase)]) == phrase:
            return at + said[len(phrase) - 1][1]
    return 0


def _hide(text: str, start: int, stop: int, walk: Walk) -> tuple[int, int, str]:
    """Hide a name, and remember its words for where they stand again alone."""
    for word in re.findall(rf"[{LETTER}]{{3,}}(?:['’-][{LETTER}]+)*", text[start:stop]):
        if len(walk.hidden) < _MOST_NAMES:
            walk.hidden.add(folded(word))
    return (start, stop, context.NAME)
