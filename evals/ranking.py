"""Where retrieval puts the page that answers: no model is asked; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.intervals import Rate
from retrieval.golden import Sample

Place = tuple[str, int]


@dataclass(frozen=True)
class Ranking:
    """Pages found for one sample, best first, each once: (file sha256, page)."""

    sample: Sample
    pages: tuple[Place, ...]

    @property
    def rank(self) -> int:
        """Rank of the first gold page, from 1; 0 where none was found."""
        gold = {(g.file_sha256, g.page) for g in self.sample.gold}
        return next((i for i, page in enumerate(self.pages, start=1) if page in gold), 0)


def rates(rankings: Sequence[Ranking], depths: Sequence[int] = (1, 3, 5, 10)) -> list[Rate]:
    """Give success@k over the answerable samples: a gold page among the first k pages."""
    ranks = [r.rank for r in rankings if r.sample.gold]
    return [Rate(f"page in first {k}", sum(0 < r <= k for r in ranks), len(ranks)) for k in depths]


def mean_reciprocal_rank(rankings: Sequence[Ranking]) -> float | None:
    """Give the mean of 1/rank of the first gold page; None where nothing is answerable.

    Voorhees, "The TREC-8 question answering track report" (1999).
    """
    ranks = [r.rank for r in rankings if r.sample.gold]
    return sum(1 / r for r in ranks if r) / len(ranks) if ranks else None
