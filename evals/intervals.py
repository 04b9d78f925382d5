"""Intervals: Wilson for a single rate, the bootstrap clustered by guideline for everything; pure.

The question is the unit; questions on one guideline stand or fall together, so whole guidelines
are drawn. With few guidelines, or where they happen to be alike, that interval is too narrow; so
questions are drawn singly as well (Wilson's interval where each is right or wrong: the bootstrap
cannot see beyond nought failures), and the wider end of the two is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from evals.metric import Array, Combine, Measured

DRAWS = 2000
LEVEL = 0.95

Interval = tuple[float, float]


def wilson(k: float, n: int, level: float = LEVEL) -> Interval | None:
    """Give Wilson's score interval of k of n (JASA 1927); None where n is 0."""
    if n == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p, spread = k / n, z * z / n
    middle = (p + spread / 2) / (1 + spread)
    half = z / (1 + spread) * ((p * (1 - p) + spread / 4) / n) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Rate:
    """k of n, with Wilson's 95 % interval; no interval and no value where n is 0."""

    name: str
    k: int
    n: int

    @property
    def interval(self) -> Interval | None:
        """Wilson's interval."""
        return wilson(self.k, self.n)

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.name}: unscored (n = 0)"
        low, high = self.interval
        return f"{self.name}: {self.k}/{self.n} = {self.k / self.n:.2f} [{low:.2f}, {high:.2f}]"


def clustered(
    table: Array, clusters: Sequence[str], combine: Combine, seed: int = 0, draws: int = DRAWS
) -> Interval | None:
    """Give the percentile interval of the bootstrap that draws whole clusters.

    Field and Welsh (JRSS B 2007), the randomised cluster bootstrap: as many clusters as there are,
    with replacement; each brings all of its questions. One cluster alone gives no interval.

    Args:
        table: Parts, one row a question.
        clusters: The cluster of each row.
        combine: How the sums of parts make one value.
        seed: Same seed, same interval.
        draws: How many resamples.
    """
    names = sorted(set(clusters))
    if len(names) < 2:
        return None
    place = {name: i for i, name in enumerate(names)}
    rows = np.array([place[c] for c in clusters])
    sums = np.zeros((len(names), table.shape[1]))
    np.add.at(sums, rows, table)
    drawn = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    # How often each cluster was drawn, so that a resample is one product.
    times = np.apply_along_axis(np.bincount, 1, drawn, minlength=len(names))
    values = combine(times @ sums)
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.quantile(values, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def interval(measured: Measured, seed: int = 0) -> Interval | None:
    """Give the interval of a metric over a run; None where it has no value, or too little for one.

    Never narrower than that of single questions.
    """
    if measured.value is None:
        return None
    keys, table, combine = list(measured.parts), measured.table, measured.metric.combine
    found = clustered(table, [measured.clusters[k] for k in keys], combine, seed)
    if measured.binary:
        single = wilson(table[:, 0].sum(), len(keys))
    else:
        single = clustered(table, keys, combine, seed)
    return hull(found, single)


def hull(*several: Interval | None) -> Interval | None:
    """Give the smallest interval that holds them all; None where there is none."""
    ends = [i for i in several if i is not None]
    return (min(i[0] for i in ends), max(i[1] for i in ends)) if ends else None


def mean_interval(values: Sequence[float], seed: int = 0) -> Interval:
    """Give the interval of a mean by the percentile bootstrap over single questions."""
    table = np.array([(v, 1.0) for v in values])
    found = clustered(table, [str(i) for i in range(len(values))], _mean, seed)
    return found or (float(table[0, 0]), float(table[0, 0]))


def _mean(sums: Array) -> Array:
    return np.asarray(sums[..., 0] / sums[..., 1])
