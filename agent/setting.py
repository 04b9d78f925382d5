"""Tells whether two lines are for different patients or problems, by conflict.toml; pure.

Knows nothing of what the lines advise. In doubt they are apart: no disagreement is drawn.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from agent.wording import plain
from retrieval.thesaurus import concepts

LIST = "conflict.toml"
_Pattern = re.Pattern[str]
# Longer than any line with its title and headings.
_READ = 2000


@lru_cache(maxsize=1)
def listed() -> Mapping[str, Any]:
    """Read the lists once."""
    return tomllib.loads((files("agent") / LIST).read_text("utf-8"))


def pattern(forms: Iterable[str]) -> _Pattern:
    """Join alternatives."""
    return re.compile("|".join(forms))


def folded(text: str) -> str:
    """Give a text in lower case with ¶ for each sentence's end."""
    low = plain(text[:_READ]).lower()
    return re.sub(r"[.!?](?=\s|$)|[。！？]|\s…\s", "¶", low)


def apart(question: str, one: str, other: str, titles: tuple[str, str]) -> bool:
    """Tell whether two lines are for different groups, or about different problems.

    Args:
        question: What was asked: a group it names is no reason to part two lines.
        one: The words of the first line, with its headings.
        other: The words of the second line, with its headings.
        titles: The titles of their guidelines.
    """
    asked = folded(question)
    pairs = [
        (folded(text), folded(title)) for text, title in zip((one, other), titles, strict=True)
    ]
    for groups, alone in _lists():
        lines = [{n for n, p in groups if p.search(text)} for text, _ in pairs]
        wide = [
            found or {n for n, p in groups if p.search(title)}
            for found, (_, title) in zip(lines, pairs, strict=True)
        ]
        if all(wide) and not wide[0] & wide[1]:
            return True
        known = {n for n, p in groups if n in alone and p.search(asked)}
        if ((lines[0] ^ lines[1]) & alone) - known and not wide[0] >= wide[1] >= wide[0]:
            return True
    return _other_problem(question, (one, other), titles)


@lru_cache(maxsize=1)
def _lists() -> tuple[tuple[tuple[tuple[str, _Pattern], ...], frozenset[str]], ...]:
    return tuple(
        (
            tuple((n, pattern(f)) for n, f in one.items() if n not in ("name", "alone")),
            frozenset(one["alone"]),
        )
        for one in listed()["apart"]
    )


def _other_problem(question: str, texts: tuple[str, str], titles: tuple[str, str]) -> bool:
    """Tell whether the lines name different diseases, or each another one of the question's."""
    asked = diseases(question)
    own = [diseases(text) for text in texts]
    wide = [said | diseases(title) for said, title in zip(own, titles, strict=True)]
    if not all(wide) or _akin(wide[0], wide[1]):
        return False
    if all(own):
        return True
    # Only a title tells: one of what was asked and one of another disease, or each of its own.
    both = [_akin(asked, names) for names in wide]
    return bool(asked) and (both[0] != both[1] or (all(both) and len(asked) > 1))


def diseases(text: str) -> frozenset[str]:
    """Name the diseases of a text, as the thesaurus has them."""
    return frozenset(
        concept.name
        for found in concepts(text[:_READ])[0]
        for concept in found.concepts
        if concept.kind == "disease"
    )


def _akin(one: frozenset[str], other: frozenset[str]) -> bool:
    if one & other or any(a in b or b in a for a in one for b in other):
        return True
    return any(one & set(g) and other & set(g) for g in listed()["kin"]["groups"])
