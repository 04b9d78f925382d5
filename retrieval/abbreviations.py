"""A document's own abbreviations: from its list of them, and where its text introduces one; pure.

It knows no medicine: an abbreviation whose long form its own document does not give stays as it is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from retrieval.lexical import STOPWORDS
from retrieval.passages import GAP, Passage

_LIST = re.compile(r"abbreviation|acronym|缩略语|缩写", re.IGNORECASE)
_SHORT = re.compile(r"(?=[\w+/–-]*[A-Za-z])[A-Za-z0-9][\w+/–-]{0,11}\Z")
# "long form (ABBR)", also "(long form, ABBR)" after its Chinese name.
_BRACKET = re.compile(
    r"[（(]\s*(?:(?P<inside>[A-Za-z][A-Za-z -]{4,80}), ?)?(?P<short>[^\s()（）,;，；]{2,11})s?[)）]"
)
_LONG_LIMIT = 90
_MOST = 3
_TRAIL = " .,;:–-"


def abbreviations(passages: Sequence[Passage]) -> dict[str, str]:
    """Give the long form of each abbreviation that one document defines.

    Its list decides; else the long form it introduces most often. One that it introduces in two
    ways equally often is left out: nobody can tell which is meant.
    """
    listed: dict[str, str] = {}
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        in_list = any(_LIST.search(heading) for heading in passage.section[-2:])
        for line in passage.lines:
            words = line.text.rpartition(GAP)[2]
            entry = _entry(words) if in_list else None
            if entry is not None:
                listed.setdefault(*entry)
            for short, long in _introduced(words):
                told[short][long.casefold()] += 1
    found = {short: long for short, forms in told.items() if (long := _chosen(forms))}
    return dict(sorted({**found, **listed}.items()))


def merged(by_guideline: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Give the long forms of each abbreviation, in lower case, over all documents.

    One that stands for more than three things in one library says nothing any more, and one that
    is an everyday word ("ART" is not, "IT" is) is not read as an abbreviation in a question.
    """
    forms: dict[str, dict[str, None]] = {}
    for found in by_guideline.values():
        for short, long in found.items():
            if len(short) > 1 and short.lower() not in STOPWORDS:
                forms.setdefault(short.lower(), {})[long.lower()] = None
    return {short: tuple(longs) for short, longs in forms.items() if len(longs) <= _MOST}


def _chosen(forms: Counter[str]) -> str:
    """Give the most frequent form; none where two lead that differ by more than an ending."""
    (best, count), *others = sorted(forms.items(), key=lambda item: (-item[1], item[0]))
    rivals = [form for form, n in others if n == count and form[:8] != best[:8]]
    return "" if rivals else best


def _entry(row: str) -> tuple[str, str] | None:
    """Read a row of a list: the abbreviation, then what it stands for."""
    words = row.split()
    if not 2 <= len(words) <= 14 or row.endswith(":"):
        return None
    ways = [(k, " ".join(words[:k]), " ".join(words[k:]).strip(_TRAIL)) for k in (1, 2, 3)]
    best = next((way for way in ways if way[2] and _stands_for(way[1], way[2])), ways[0])
    _, short, long = best
    short = short.strip(_TRAIL)
    fits = _SHORT.match(short.split()[0]) if short else None
    if not fits or len(long) < 3 or len(short) >= len(long) or not long[0].isalpha():
        return None
    capitals = sum(c.isupper() for c in short)
    shaped = capitals > 1 or short == short[:1].upper() or _stands_for(short, long)
    return (short, long) if shaped else None


def _stands_for(short: str, long: str) -> bool:
    """Tell whether the letters of `short` begin words or stand within them, in order."""
    return _match(short, long) == 0


def _match(short: str, long: str) -> int | None:
    """Give where in `long` the letters of `short` begin, matched from its end (Schwartz-Hearst).

    The first letter must begin a word. None where they do not match.
    """
    at = len(long) - 1
    letters = [c for c in short.casefold() if c.isalnum()]
    folded = long.casefold()
    for index in range(len(letters) - 1, -1, -1):
        while at >= 0 and (
            folded[at] != letters[index] or (index == 0 and at > 0 and folded[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return at + 1


def _introduced(text: str) -> Iterator[tuple[str, str]]:
    """Give each "long form (ABBR)" of a sentence."""
    for match in _BRACKET.finditer(text):
        short = match["short"].strip(_TRAIL)
        capitals = sum(c.isupper() for c in short)
        if capitals < 2 or not _SHORT.match(short):
            continue
        if match["inside"]:
            long = match["inside"]
            if _stands_for(short, long):
                yield short, long
            continue
        words = re.split(r"[()（）;:，。]", text[: match.start()])[-1].split()
        most = min(len(short) + 5, 2 * len(short))
        before = " ".join(words[-most:])
        begins = _match(short, before)
        if begins is None:
            continue
        long = before[begins:]
        if len(short) < len(long) <= _LONG_LIMIT and short not in long.split():
            yield short, long
