"""Tells where a claim leaves no exception and its lines do, or say so of another thing; pure.

Reads the families of absolutes.toml and the promises of `agent.wording`, English and Chinese. In
doubt it objects: the quoted line is then shown in the claim's place.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.bearings import terms
from agent.edits import folded, nearest_edit, too_long
from agent.phrases import Phrases, phrases
from agent.wording import absolutes
from guidelines.text import is_cjk

LIST = "absolutes.toml"
_NEAR = 2  # words after it in which the thing is named, or before it where none follows
_REACH = 80  # characters
_COVERED = 0.67
_HEDGED = ("not ", "almost ", "nearly ", "n't ", "virtually ", "practically ", "几乎", "并非", "不")
_CLAUSE_END = re.compile(r"[.;:!?](?=\s|$)|[。；：，]")


@dataclass(frozen=True)
class Absolute:
    """A word that leaves no exception: its family, what it stands by, and whether before it."""

    family: str
    near: frozenset[str]
    follows: bool


def overstates(claim: str, lines: Sequence[str]) -> str:
    """Tell which word of the claim promises more than its lines, or "" where none does."""
    if why := too_long(claim, lines):
        return why
    edit = nearest_edit(claim, lines)
    there = list(dict.fromkeys(found for line in lines for found in _found(line)))
    if edit == ("", ""):
        return ""
    known = frozenset(t for line in lines for t in terms(line))
    said = frozenset(terms(claim))
    # In another language only whether the line leaves an exception can be told.
    foreign = any(map(is_cjk, claim)) != any(map(is_cjk, "".join(lines)))
    bold = absolutes(claim) - absolutes("\n\n".join(lines))
    if bold and not (foreign and there):
        return f"promises more than the cited line: {', '.join(sorted(bold))}"
    for mine in _found(claim):
        if not any(mine.family == its.family for its in there):
            return f"leaves no exception where the line does ({mine.family})"
        if foreign:
            continue
        same = [its for its in there if mine.family == its.family and _same(mine, its, said, known)]
        if not same or len(said & known) < _COVERED * len(said):
            return f"says of another thing what the line leaves no exception to ({mine.family})"
    return ""


def _same(mine: Absolute, its: Absolute, said: frozenset[str], known: frozenset[str]) -> bool:
    if mine.family in ("all", "none"):
        return its.near <= said and (not mine.near or bool(mine.near & known))
    return mine.follows == its.follows and bool(mine.near & its.near or not its.near)


@lru_cache(maxsize=1)
def _families() -> Phrases:
    lists = tomllib.loads((files("agent") / LIST).read_text("utf-8"))["family"]
    return phrases((form, f["name"]) for f in lists for form in (*f["en"], *f["zh"]))


@lru_cache(maxsize=4096)
def _found(text: str) -> tuple[Absolute, ...]:
    low = folded(text)
    found: list[Absolute] = []
    for start, end, family in _families().find(low):
        if low.endswith(_HEDGED, 0, start):
            continue
        after = _about(_CLAUSE_END.split(low[end : end + _REACH], maxsplit=1)[0])[:_NEAR]
        near = after or _about(low[max(0, start - _REACH) : start])[-_NEAR:]
        found.append(Absolute(family, frozenset(near), bool(after)))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def _about(words: str) -> tuple[str, ...]:
    return tuple(terms(words))
