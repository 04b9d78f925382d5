"""Tells what a word may be: a name, a clinical word, an everyday word; knows no context; pure.

The lists are hints, and ours: names.toml and ordinary.txt beside this file, with the words of the
thesaurus and of therapies.txt as clinical ones.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

FIRST, DOUBTFUL, LAST, CLINICAL, ORDINARY, EPONYM = 1, 2, 4, 8, 16, 32
KNOWN = CLINICAL | ORDINARY | EPONYM
LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_PLAIN = str.maketrans(
    "\u0111\u0110\u00f8\u00d8\u0142\u0141\u00fe\u00de\u00e6\u00c6\u2019", "ddoollttaa'"
)


@dataclass(frozen=True)
class Lists:
    """What is known of words, and the phrases that are kept whole, by their first word."""

    flags: dict[str, int]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    bodies: frozenset[str]
    endings: tuple[str, ...]


@lru_cache(maxsize=1)
def named() -> dict[str, Any]:
    """Read names.toml once."""
    return tomllib.loads(files("agent").joinpath("names.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def lists() -> Lists:
    """Read the lists once."""
    listed = {key: value.split() for key, value in named().items() if isinstance(value, str)}
    flags: dict[str, int] = {}

    def mark(words: list[str], flag: int) -> None:
        for word in words:
            flags[word] = flags.get(word, 0) | flag

    ordinary = files("agent").joinpath("ordinary.txt").read_text("utf-8")
    mark(_words(ordinary), ORDINARY)
    mark(listed["first"], FIRST)
    mark(listed["doubtful"], DOUBTFUL)
    mark(listed["last"], LAST)
    mark(listed["eponyms"], EPONYM)
    mark(listed["brands"], CLINICAL)
    forms = _forms()
    for form in forms:
        if len(form) == 1:
            mark([form[0]], CLINICAL)
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for form in forms:
        if len(form) > 1:
            if any(flags.get(w, 0) & (FIRST | DOUBTFUL | LAST) for w in form):
                phrases.setdefault(form[0], []).append(form)
            mark([w for w in form if not flags.get(w, 0) and len(w) > 2], CLINICAL)
    for word, flag in flags.items():
        if flag & FIRST and flag & KNOWN:
            flags[word] = (flag & ~FIRST) | DOUBTFUL
    return Lists(
        flags,
        {first: tuple(rest) for first, rest in phrases.items()},
        frozenset(listed["bodies"]),
        tuple(listed["endings"]),
    )


@lru_cache(maxsize=1)
def announcing() -> frozenset[str]:
    """Give the titles, labels and relations that a name follows."""
    keys = ("titles", "called", "labels", "relations")
    return frozenset(word for key in keys for word in str(named()[key]).split())


def _words(listed: str) -> list[str]:
    return [w for row in listed.splitlines() if not row.startswith("#") for w in row.split()]


def _forms() -> list[tuple[str, ...]]:
    """Give the English forms of the thesaurus and of the therapies, each as its words."""
    thesaurus = files("retrieval").joinpath("thesaurus.tsv").read_text("utf-8")
    rows = [row.split("\t") for row in thesaurus.splitlines()]
    said = [form for row in rows for form in (row[0], *"".join(row[1:2]).split(" | "))]
    therapies = files("agent").joinpath("therapies.txt").read_text("utf-8")
    said += [
        form
        for row in therapies.splitlines()
        if not row.startswith("#")
        for form in re.split(r" \| |, ", row.removeprefix("- "))
    ]
    return [words for form in said if (words := tuple(re.findall(r"[a-z']+", form.lower())))]


def folded(word: str) -> str:
    """Give a word in lower case, without accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(_PLAIN).lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def flags_of(word: str) -> int:
    """Tell what a word may be, with its parts where it has a hyphen; 0: not known."""
    known = lists().flags
    low = folded(word)
    flag = known.get(low)
    if flag is not None:
        return flag
    if low.endswith("'s") or low.endswith("s'"):
        return flags_of(low[:-2] if low.endswith("'s") else low[:-1])
    if "-" in low:
        return _joined([flags_of(part) for part in low.split("-") if part])
    return ORDINARY if _is_form(low, known) else 0


def _joined(parts: list[int]) -> int:
    """Tell what a word of several parts may be: "Kayleigh-Ann", "Guillain-Barré", "follow-up"."""
    names = FIRST | DOUBTFUL | LAST
    clinical = any(p & KNOWN and not p & names for p in parts)
    if any(p & (FIRST | DOUBTFUL) for p in parts) and not clinical:
        return FIRST
    surname = any(p & LAST for p in parts)
    if 0 in parts and surname:
        return LAST
    if any(p & (CLINICAL | EPONYM) for p in parts):
        return EPONYM
    if surname:
        return LAST
    return ORDINARY if parts and all(p & ORDINARY for p in parts) else 0


def _is_form(low: str, known: dict[str, int]) -> bool:
    """Tell whether a word is a form of a known one, or ends as names do not."""
    if len(low) < 5:
        return False
    if len(low) > 5 and low.endswith(lists().endings):
        return True
    stems = (low.removesuffix(e) for e in ("s", "ing", "ed", "er", "ly", "es") if low.endswith(e))
    return any((known.get(stem, 0) | known.get(stem + "e", 0)) & KNOWN for stem in stems)
