"""Tier 1: citation recall, precision and F1 as ALCE defines them (Gao et al., EMNLP 2023); pure.

With `compat` the quirks of its script as well, so that a figure stands beside published ones.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.cases import Case
from evals.metric import Metric, Parts
from evals.prose import unmarked, written
from evals.verdicts import Label

MOST_CITATIONS = 3
# In place of NLTK's splitter: a marker after the stop begins the next sentence there too.
_CUT = re.compile(r"(?<=[.!?])\s+")
_FIRST_NUMBER = re.compile(r"\[(\d+)")

# Gives the verdict on (evidence, claim); None where there is none.
Labelled = Callable[[str, str], Label | None]


@dataclass(frozen=True)
class Statement:
    """One statement and the evidence of each of its citations; `broken`: one names no source."""

    text: str
    cited: tuple[str, ...]
    broken: bool = False


@dataclass(frozen=True)
class Alce:
    """One response: recall over its statements, precision over its citations, None without any."""

    recall: float
    precision: float | None

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where nothing is cited."""
        p = self.precision or 0.0
        return 2 * p * self.recall / (p + self.recall) if p + self.recall else 0.0


def score(statements: Sequence[Statement], labelled: Labelled) -> Alce | None:
    """Score a response; None where it states nothing or a verdict that is needed is missing.

    Citation recall of a statement: 1 where it cites something and all of it together supports it
    fully. Citation precision of a citation: 1 where its statement has recall 1 and it is not
    irrelevant; it is irrelevant where (a) alone it does not support the statement and (b) the
    others do without it.
    """
    if not statements:
        return None
    supported, precise, citations = 0, 0, 0
    for statement in statements:
        if statement.broken:
            continue
        citations += len(statement.cited)
        if not statement.cited:
            continue
        joint = labelled("\n".join(statement.cited), statement.text)
        if joint is None:
            return None
        if joint != "full":
            continue
        supported += 1
        for at in range(len(statement.cited)):
            relevant = _relevant(statement, at, labelled)
            if relevant is None:
                return None
            precise += relevant
    return Alce(supported / len(statements), precise / citations if citations else None)


def _relevant(statement: Statement, at: int, labelled: Labelled) -> bool | None:
    if len(statement.cited) == 1:
        return True
    alone = labelled(statement.cited[at], statement.text)
    if alone is None or alone == "full":
        return None if alone is None else True
    others = (*statement.cited[:at], *statement.cited[at + 1 :])
    without = labelled("\n".join(others), statement.text)
    return None if without is None else without != "full"


def statements_of(case: Case) -> list[Statement]:
    """Give the claims shown, each with all that it cites."""
    return [
        Statement(claim.text, tuple(_document(c.title, c.quote) for c in claim.citations))
        for claim in case.claims
    ]


def compat_statements(case: Case) -> list[Statement]:
    """Give the statements that ALCE's script would see.

    Text after the first line end is dropped; a marker after the full stop goes to the next
    sentence; of "[1, 2]" only 1 is read; three citations a sentence count; a marker that names no
    source leaves its sentence without support; an abstention is a statement without a citation.
    """
    text, documents = _as_prose(case)
    first = text.strip().split("\n")[0]
    found: list[Statement] = []
    for sentence in filter(None, _CUT.split(first)):
        numbers = [int(n) for n in _FIRST_NUMBER.findall(sentence)]
        broken = any(not 1 <= n <= len(documents) for n in numbers)
        cited = () if broken else tuple(documents[n - 1] for n in numbers[:MOST_CITATIONS])
        found.append(Statement(unmarked(sentence), cited, broken))
    return found


def _as_prose(case: Case) -> tuple[str, list[str]]:
    """Give an answer as text with markers, and the numbered documents: what ALCE's script reads."""
    record = case.record
    titles = {sha256: str(entry["title"]) for sha256, entry in case.library.items()}
    if record.prose:
        return record.prose, [
            _document(titles.get(s.file_sha256, ""), s.text) for s in record.evidence
        ]
    if not case.claims:
        return str(case.answer["reason"] or ""), []
    numbers: dict[str, int] = {}
    for c in case.citations:
        numbers.setdefault(_document(c.title, c.quote), len(numbers) + 1)
    said = [
        (claim.text, tuple(numbers[_document(c.title, c.quote)] for c in claim.citations))
        for claim in case.claims
    ]
    return written(said), list(numbers)


def _document(title: str, words: str) -> str:
    return f"Title: {title}\n{words}"


def metrics(labelled: Labelled, compat: bool = False) -> tuple[Metric, ...]:
    """Give the three metrics over one judge's verdicts."""

    def of(case: Case) -> Alce | None:
        if compat:
            return score(compat_statements(case), labelled)
        return score(statements_of(case), labelled) if case.answered else None

    def recall(case: Case) -> Parts | None:
        """ALCE citation recall: statements that all of their citations together support."""
        found = of(case)
        return None if found is None else (found.recall, 1.0)

    def precision(case: Case) -> Parts | None:
        """ALCE citation precision: citations that are not irrelevant to a supported statement."""
        found = of(case)
        if found is None or (found.precision is None and not compat):
            return None
        # The script counts a response without a citation as precision 0.
        return found.precision or 0.0, 1.0

    def f1(case: Case) -> Parts | None:
        """The harmonic mean of the response's citation recall and precision."""
        found = of(case)
        return None if found is None else (found.f1, 1.0)

    suffix = ", as ALCE's script" if compat else ""
    return (
        Metric(f"ALCE citation recall{suffix}", 1, "high", recall),
        Metric(f"ALCE citation precision{suffix}", 1, "high", precision),
        Metric(f"ALCE citation F1{suffix}", 1, "high", f1),
    )
