"""Finds the routes by which a text gives a medicine, English and Chinese; pure.

Knows nothing of drugs or doses; the words are in routes.toml.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from agent.wording import plain

WORDS = "routes.toml"
_HANZI = re.compile("[\u4e00-\u9fff]")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, ...], re.Pattern[str], re.Pattern[str]]:
    """Give the names of the routes, and what finds their words: the group says which route."""
    table = tomllib.loads((files("agent") / WORDS).read_text("utf-8"))
    latin, signs = [], []
    for at, row in enumerate(table.values()):
        wide = [w for w in row["words"] if not _HANZI.search(w)]
        exact = [f"(?-i:{w})" for w in row.get("capitals", [])]
        latin.append(f"(?P<l{at}>{'|'.join(wide + exact)})")
        if narrow := [w for w in row["words"] if _HANZI.search(w)]:
            signs.append(f"(?P<s{at}>(?={'|'.join(narrow)}))")
    whole = rf"(?<![A-Za-z])(?:{'|'.join(latin)})(?![A-Za-z]|-[a-z])"
    return tuple(table), re.compile(whole, re.IGNORECASE), re.compile("|".join(signs))


def placed_routes(folded: str) -> Iterator[tuple[int, int, str]]:
    """Give the routes of a text already folded by `plain`, with where each stands."""
    names, latin, signs = _patterns()
    for m in latin.finditer(folded):
        yield m.start(), m.end(), names[int((m.lastgroup or "l0")[1:])]
    if not folded.isascii():
        for m in signs.finditer(folded):
            yield m.start(), m.start() + 1, names[int((m.lastgroup or "s0")[1:])]


@lru_cache(maxsize=1)
def narrower() -> dict[str, frozenset[str]]:
    """Give the routes that a wider word covers: an IM dose is an injection, not the reverse."""
    table = tomllib.loads((files("agent") / WORDS).read_text("utf-8"))
    return {name: frozenset(row["covers"]) for name, row in table.items() if "covers" in row}


def routes(text: str) -> frozenset[str]:
    """Name the routes of a text, each once.

    "By mouth", "PO" and 口服 are "oral". An injection is neither IV nor IM unless the text says so.
    """
    return frozenset(name for _, _, name in placed_routes(plain(text)))
