"""Where retrieval puts the page that answers: no model is asked; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals import trec
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
    """Give the mean of recip_rank (`trec`); None where nothing is answerable."""
    return _mean(trec.reciprocal_rank(_names(r.pages), _qrels(r)) for r in rankings)


def mean_ndcg(rankings: Sequence[Ranking], depth: int = 10) -> float | None:
    """Give the mean of ndcg_cut (`trec`); None where nothing is answerable."""
    return _mean(trec.ndcg(_names(r.pages), _qrels(r), depth) for r in rankings)


def mean_recall(rankings: Sequence[Ranking], depth: int) -> float | None:
    """Give the mean of recall_k (`trec`); None where nothing is answerable."""
    return _mean(trec.recall(_names(r.pages), _qrels(r), depth) for r in rankings)


def _names(pages: Iterable[Place]) -> list[str]:
    return [f"{sha256} {page}" for sha256, page in pages]


def _qrels(ranking: Ranking) -> dict[str, int]:
    return dict.fromkeys(_names((g.file_sha256, g.page) for g in ranking.sample.gold), 1)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
