"""Fusing rankings; pure."""

from collections.abc import Sequence

# Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet" (SIGIR 2009).
RRF_K = 60


def reciprocal_rank(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Fuse rankings of row numbers, best first; ties fall to the smaller row number.

    Returns:
        (row, score) pairs, best first.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
