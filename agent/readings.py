"""One line as it is compared with another: its therapies, words, measures and clauses; pure.

Knows nothing of what a comparison finds.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from agent.bands import Band, bands
from agent.evidence import EvidenceLine
from agent.measures import Measure, measures
from agent.setting import Asked, listed
from agent.stance import Clause, clauses
from agent.therapies import therapies
from retrieval.lexical import terms

# A line of fewer words leans on its question: "Start at 45 years."
_TERSE = 6
# Words that two lines share whatever they are about.
_GENERIC = frozenset(t for text in listed()["generic"]["words"] for t in terms(text))
_VEHICLES = therapies(" ; ".join(listed()["generic"]["vehicles"]))
_ALLERGY = re.compile(
    r"\ballerg\w+ (?:to )?[\w-]+|[\w-]+[- ]allerg\w+|[\u4e00-\u9fff]{2,5}过敏", re.IGNORECASE
)


@dataclass(frozen=True)
class Reading:
    """One line, for one question."""

    line: EvidenceLine
    question: Asked

    @property
    def text(self) -> str:
        """The line's words."""
        return self.line.text

    @cached_property
    def context(self) -> str:
        """The line under its headings."""
        return " › ".join((*self.line.passage.section[-2:], self.text))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Its quantities, by role."""
        return _measures(self.text)

    @property
    def bands(self) -> dict[str, list[Band]]:
        """The weights and ages it is for."""
        return _bands(self.text)

    @property
    def own(self) -> frozenset[str]:
        """The therapies of its own words, less what one is allergic to or a drug is mixed with."""
        return _therapies(self.text)

    @cached_property
    def named(self) -> frozenset[str]:
        """The therapies the line is about: its own, else its headings', else the question's."""
        title = self.line.guideline.title
        return (
            self.own
            or _therapies(self.context)
            or _therapies(title)
            or self.question.therapies - _VEHICLES
        )

    @property
    def words(self) -> frozenset[str]:
        """The terms that say what it is about."""
        return _words(self.text)

    @property
    def terse(self) -> bool:
        """Tell whether it leans on its question."""
        return len(self.words) < _TERSE

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Its clauses."""
        return clauses(self.text)


def content(text: str) -> frozenset[str]:
    """Give the terms that say what a text is about: no numbers, no words that all lines share."""
    return frozenset(t for t in terms(text) if not any(c.isdigit() for c in t)) - _GENERIC


def share(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two sets name one therapy; "influenza vaccine" is a vaccine."""
    return any(x == y or f" {y}" in x or f" {x}" in y for x in one for y in other)


# Lines of the library only: what a question says is not kept.
@lru_cache(maxsize=4096)
def _therapies(text: str) -> frozenset[str]:
    return therapies(_ALLERGY.sub(" ", text)) - _VEHICLES


@lru_cache(maxsize=4096)
def _measures(text: str) -> tuple[Measure, ...]:
    return measures(text)


@lru_cache(maxsize=4096)
def _bands(text: str) -> dict[str, list[Band]]:
    return bands(text)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return content(text)
