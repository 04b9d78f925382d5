"""Tier 1: support and contradiction of citations as TREC BioGen counts them; pure.

Gupta et al., "Overview of TREC 2024 biomedical generative retrieval". Coverage, which needs no
judge, is `wording.covered`.
"""

from collections.abc import Sequence

from evals.alce import Labelled, Statement, statements_of
from evals.cases import Case
from evals.metric import Metric, Parts
from evals.verdicts import Label

# What a citation that supports in part is worth in the weighted rate.
PARTIAL = 0.5


def metrics(labelled: Labelled) -> tuple[Metric, ...]:
    """Give the rates over one judge's verdicts; None for a question with a pair unjudged."""

    def labels(case: Case) -> list[Label] | None:
        return _all([labelled(c, s.text) for s in statements_of(case) for c in s.cited])

    def supports(case: Case) -> Parts | None:
        """Citations that support their statement, fully or in part."""
        return _share(labels(case), {"full": 1.0, "partial": 1.0})

    def weighted(case: Case) -> Parts | None:
        """Citations by how far they support: fully 1, in part one half, else 0."""
        return _share(labels(case), {"full": 1.0, "partial": PARTIAL})

    def contradicts(case: Case) -> Parts | None:
        """Citations that contradict their statement."""
        return _share(labels(case), {"contradict": 1.0})

    def whole(case: Case) -> Parts | None:
        """Responses of which every statement is fully supported by all that it cites."""
        if not case.answered:
            return None
        joint = _all([_joint(s, labelled) for s in statements_of(case)])
        return None if joint is None else (float(all(x == "full" for x in joint)), 1.0)

    return (
        Metric("citations that support", 1, "high", supports),
        Metric("support, weighted", 1, "high", weighted),
        Metric("citations that contradict", 1, "low", contradicts),
        Metric("responses fully supported", 1, "high", whole),
    )


def _joint(statement: Statement, labelled: Labelled) -> Label | None:
    return labelled("\n".join(statement.cited), statement.text) if statement.cited else "none"


def _all(found: Sequence[Label | None]) -> list[Label] | None:
    known = [label for label in found if label is not None]
    return known if len(known) == len(found) else None


def _share(labels: Sequence[Label] | None, worth: dict[str, float]) -> Parts | None:
    if not labels:
        return None
    return sum(worth.get(label, 0.0) for label in labels) / len(labels), 1.0
