"""Where retrieval put the pages that answer, among the evidence of a run; pure."""

from evals import trec
from evals.cases import Case
from evals.metric import Metric, Parts, asked
from evals.refusals import in_evidence


def ranked(case: Case) -> list[str]:
    """Give the evidence's pages, best first: a page stands where its best passage does."""
    places: dict[str, int] = {}
    for s in case.record.evidence:
        name = f"{s.file_sha256} {s.page}"
        places[name] = min(s.place, places.get(name, s.place))
    return trec.order({name: -float(place) for name, place in places.items()})


def ndcg(case: Case) -> Parts | None:
    """nDCG@10 of the gold pages among the evidence (trec_eval's ndcg_cut_10)."""
    return _mean(trec.ndcg(ranked(case), _qrels(case), 10))


def recall(case: Case) -> Parts | None:
    """Recall@5: gold pages among the first five pages of evidence (trec_eval's recall_5)."""
    return _mean(trec.recall(ranked(case), _qrels(case), 5))


def reciprocal_rank(case: Case) -> Parts | None:
    """Reciprocal rank of the first gold page among the evidence (trec_eval's recip_rank)."""
    return _mean(trec.reciprocal_rank(ranked(case), _qrels(case)))


def gold_found(case: Case) -> bool | None:
    """Answerable questions whose gold stands in the evidence, all groups where all are needed."""
    return in_evidence(case) if case.answerable else None


def _qrels(case: Case) -> dict[str, int]:
    return {f"{g.file_sha256} {g.page}": 1 for g in case.sample.gold}


def _mean(value: float | None) -> Parts | None:
    return None if value is None else (value, 1.0)


METRICS: tuple[Metric, ...] = (
    asked("gold in evidence", "high", gold_found),
    Metric("evidence nDCG@10", 0, "high", ndcg),
    Metric("evidence recall@5", 0, "high", recall),
    Metric("evidence MRR", 0, "high", reciprocal_rank),
)
