"""Tests of two runs over the same questions: exact McNemar, paired permutation, Holm; pure."""

from collections.abc import Sequence
from math import comb

import numpy as np

from evals.intervals import DRAWS, LEVEL, Interval
from evals.metric import Array, Combine

PERMUTATIONS = 10_000
_CLOSE = 1e-12


def mcnemar(only_a: int, only_b: int) -> float:
    """Give the exact two-sided p of McNemar's test (Psychometrika 1947), by the binomial.

    Args:
        only_a: Questions that only the first run has right.
        only_b: Those that only the second has right.
    """
    n = only_a + only_b
    tail: float = sum(comb(n, i) for i in range(min(only_a, only_b) + 1)) / 2**n
    return min(1.0, 2 * tail)


def permutation(
    a: Array, b: Array, combine: Combine, seed: int = 0, draws: int = PERMUTATIONS
) -> float | None:
    """Give the two-sided p of the paired permutation test: the runs' labels, swapped by question.

    Smucker, Allan and Carterette (CIKM 2007). With one added above and below, so that p is never
    0 (Phipson and Smyth 2010). None where the difference is not defined.

    Args:
        a: Parts of the first run, one row a question.
        b: Those of the second, the same questions in the same order.
        combine: How the sums of parts make one value.
        seed: Same seed, same p.
        draws: How many swaps.
    """
    observed = float(combine(a.sum(axis=0)) - combine(b.sum(axis=0)))
    if np.isnan(observed):
        return None
    swapped = np.random.default_rng(seed).integers(0, 2, (draws, len(a))).astype(np.float64)
    moved = swapped @ (b - a)
    found = combine(a.sum(axis=0) + moved) - combine(b.sum(axis=0) - moved)
    found = found[~np.isnan(found)]
    beyond = int((np.abs(found) >= abs(observed) - _CLOSE).sum())
    return (beyond + 1) / (len(found) + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """Give Holm's adjusted p of each test (Scand J Statist 1979), in the order given."""
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for place, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[i]))
        adjusted[i] = highest
    return adjusted


def difference(
    a: Array,
    b: Array,
    clusters: Sequence[str],
    combine: Combine,
    seed: int = 0,
    draws: int = DRAWS,
) -> Interval | None:
    """Give the interval of the first run's value less the second's: whole clusters are drawn."""
    names = sorted(set(clusters))
    if len(names) < 2:
        return None
    place = {name: i for i, name in enumerate(names)}
    sums = np.zeros((len(names), 2, a.shape[1]))
    np.add.at(sums, np.array([place[c] for c in clusters]), np.stack([a, b], axis=1))
    drawn = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    times = np.apply_along_axis(np.bincount, 1, drawn, minlength=len(names))
    both = np.tensordot(times, sums, axes=1)
    values = combine(both[:, 0]) - combine(both[:, 1])
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.quantile(values, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
