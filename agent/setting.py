"""Tells whether two lines are for different patients or problems, by conflict.toml; pure.

Knows nothing of what the lines advise. In doubt they are apart: no disagreement is drawn.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from agent.bands import values
from agent.therapies import therapies
from agent.wording import plain
from retrieval.lexical import terms
from retrieval.thesaurus import concepts

LIST = "conflict.toml"
_Pattern = re.Pattern[str]
# Longer than any line with its title and headings.
_READ = 2000
# In months, and in kg: below these a patient is a child.
_GROWN, _LIGHT = 216, 30
_LACKS = re.compile(
    r"(?:\b(?:and|with|have|has) no|\bwithout|无|不伴) ?"
    r"([a-z-]+(?: [a-z-]+){0,2}|[\u4e00-\u9fff]{2,6})"
)


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


@dataclass(frozen=True)
class Asked:
    """What a question names, read once for all lines that are compared for it."""

    text: str

    @cached_property
    def apart(self) -> "_Groups":
        """The groups of patients it names."""
        return _groups_in(folded(self.text), "apart")

    @cached_property
    def steps(self) -> "_Groups":
        """The steps of a treatment it names."""
        return _groups_in(folded(self.text), "step")

    @cached_property
    def therapies(self) -> frozenset[str]:
        """The therapies it names."""
        return therapies(self.text)

    @cached_property
    def diseases(self) -> frozenset[str]:
        """The diseases it names."""
        return diseases(self.text)


def apart(question: Asked, one: str, other: str, titles: tuple[str, str]) -> bool:
    """Tell whether two lines are for different groups, or about different problems.

    Args:
        question: What was asked: a group it names is no reason to part two lines.
        one: The words of the first line, with its headings.
        other: The words of the second line, with its headings.
        titles: The titles of their guidelines.
    """
    asked = question.apart
    lines = (_groups(one, "apart"), _groups(other, "apart"))
    named = (_groups(titles[0], "apart"), _groups(titles[1], "apart"))
    for n, (_, alone) in enumerate(_lists("apart")):
        a, b = lines[0][n] or named[0][n], lines[1][n] or named[1][n]
        if (a and b and not a & b) or any(asked[n] and x and not x & asked[n] for x in (a, b)):
            return True
        if a != b and ((lines[0][n] ^ lines[1][n]) & alone) - asked[n]:
            return True
    if any(_lacks(x, y) for x, y in ((one, other), (other, one))):
        return True
    return _other_problem(question.diseases, (one, other), titles)


def for_other_age(question: str, line: str) -> bool:
    """Tell whether a line names an age group, and the question's patient is of another."""
    at = next(n for n, one in enumerate(listed()["apart"]) if one["name"] == "age")
    low = folded(question)
    asked = {name for name, p in _lists("apart")[at][0] if p.search(low)}
    found = values(question)
    asked |= {"child" if months < _GROWN else "adult" for months in found.get("age", ())}
    asked |= {"child" for kilos in found.get("weight", ()) if kilos < _LIGHT}
    named = _groups(line, "apart")[at]
    return bool(asked and named and not asked & named)


def doses_apart(question: Asked, one: str, other: str) -> bool:
    """Tell whether two lines give the amounts of different steps: a loading dose and the next."""
    asked = question.steps
    a, b = _groups(one, "step"), _groups(other, "step")
    return any(
        (x and y and not x & y) or ((x ^ y) & alone) - known
        for x, y, known, (_, alone) in zip(a, b, asked, _lists("step"), strict=True)
    )


_Groups = tuple[frozenset[str], ...]


# Lines and titles of the library only: what a question says is not kept.
@lru_cache(maxsize=8192)
def _groups(text: str, name: str) -> _Groups:
    return _groups_in(folded(text), name)


def _groups_in(low: str, name: str) -> _Groups:
    return tuple(frozenset(n for n, p in groups if p.search(low)) for groups, _ in _lists(name))


@lru_cache(maxsize=4)
def _lists(name: str) -> tuple[tuple[tuple[tuple[str, _Pattern], ...], frozenset[str]], ...]:
    return tuple(
        (
            tuple((n, pattern(f)) for n, f in one.items() if n not in ("name", "alone")),
            frozenset(one["alone"]),
        )
        for one in listed()[name]
    )


def _lacks(one: str, other: str) -> bool:
    """Tell whether one line is for those without what the other's patients have."""
    return any(bool(said) and said <= _had(other) for said in _denied(one))


@lru_cache(maxsize=4096)
def _had(text: str) -> frozenset[str]:
    return frozenset(terms(_LACKS.sub(" ", folded(text))))


@lru_cache(maxsize=4096)
def _denied(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(terms(m[1])) for m in _LACKS.finditer(folded(text)))


@lru_cache(maxsize=8192)
def _diseases(text: str) -> frozenset[str]:
    return diseases(text)


def _other_problem(asked: frozenset[str], texts: tuple[str, str], titles: tuple[str, str]) -> bool:
    """Tell whether the lines name different diseases, or each another one of the question's."""
    own = [_diseases(text) for text in texts]
    wide = [said | _diseases(title) for said, title in zip(own, titles, strict=True)]
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
