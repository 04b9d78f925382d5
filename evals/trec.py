"""nDCG, recall at k and reciprocal rank by trec_eval's definitions; pure.

As trec_eval 9: documents are ordered by falling score, and of equal scores the later name (by
bytes) stands first, whatever order they came in. A document not judged is not relevant.
"""

from collections.abc import Mapping, Sequence
from math import log2

Qrels = Mapping[str, int]


def order(scores: Mapping[str, float]) -> list[str]:
    """Order documents as trec_eval does."""
    return sorted(scores, key=lambda d: (scores[d], d.encode()), reverse=True)


def ndcg(ranking: Sequence[str], qrels: Qrels, depth: int = 10) -> float | None:
    """Give ndcg_cut: gains are the grades, discounted by log2(rank + 1), over the best possible.

    Järvelin and Kekäläinen (TOIS 2002). None where nothing is relevant.
    """
    ideal = sorted((g for g in qrels.values() if g > 0), reverse=True)[:depth]
    if not ideal:
        return None
    found = _gain([max(0, qrels.get(d, 0)) for d in ranking[:depth]])
    return found / _gain(ideal)


def recall(ranking: Sequence[str], qrels: Qrels, depth: int) -> float | None:
    """Give recall_k: relevant documents among the first k, of all that are relevant."""
    relevant = {d for d, g in qrels.items() if g > 0}
    return len(relevant & set(ranking[:depth])) / len(relevant) if relevant else None


def reciprocal_rank(ranking: Sequence[str], qrels: Qrels) -> float | None:
    """Give recip_rank: 1 / rank of the first relevant document, 0 where none was found."""
    if not any(g > 0 for g in qrels.values()):
        return None
    return next((1 / r for r, d in enumerate(ranking, start=1) if qrels.get(d, 0) > 0), 0.0)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
