"""What a metric is: parts that one question gives, and how the parts of all make one number; pure.

The question is the unit. Because a metric is a function of sums of parts, it can be computed again
over any resample of questions, which is all that intervals and tests need.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evals.cases import Case

Array = NDArray[np.float64]
Parts = tuple[float, ...]
# Takes sums of parts, shape (..., width), and gives values, shape (...); NaN where undefined.
Combine = Callable[[Array], Array]


def ratio(sums: Array) -> Array:
    """Divide the first part's sum by the second's: a mean over questions, or a pooled rate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], np.nan))


@dataclass(frozen=True)
class Metric:
    """One metric.

    Args:
        name: As printed.
        tier: 0 needs no judge, 1 a judge, 3 abstention.
        aim: Which way is better.
        parts: What a question gives; None where the metric does not apply to it.
        combine: How the sums of parts make one value.
        counts: What is counted, k of n, for the reader: citations, claims or questions.
    """

    name: str
    tier: int
    aim: Literal["high", "low"]
    parts: Callable[[Case], Parts | None]
    combine: Combine = ratio
    counts: Callable[[Case], tuple[int, int] | None] | None = None

    @property
    def told(self) -> str:
        """The first line of its definition."""
        return (self.parts.__doc__ or "").strip().splitlines()[0]


@dataclass(frozen=True)
class Measured:
    """A metric over a run: the parts of each question it applies to, by sample id."""

    metric: Metric
    parts: Mapping[str, Parts]
    clusters: Mapping[str, str]
    k: int = 0
    n: int = 0

    @property
    def value(self) -> float | None:
        """The number; None where no question gives one."""
        return None if not self.parts else defined(self.metric.combine(self.table.sum(axis=0)))

    @property
    def table(self) -> Array:
        """The parts, one row a question."""
        return np.array(list(self.parts.values()), dtype=np.float64)

    @property
    def outcomes(self) -> dict[str, float] | None:
        """Each question's own value, where the metric is a mean over questions; else None."""
        if any(len(p) != 2 or p[1] != 1 for p in self.parts.values()):
            return None
        return {key: p[0] for key, p in self.parts.items()}

    @property
    def binary(self) -> bool:
        """Whether every question is either right or wrong."""
        values = self.outcomes
        return values is not None and all(v in (0.0, 1.0) for v in values.values())


def measure(metric: Metric, cases: Sequence[Case]) -> Measured:
    """Apply a metric to every case."""
    parts = {c.sample.id: p for c in cases if (p := metric.parts(c)) is not None}
    counted = [k for c in cases if metric.counts is not None and (k := metric.counts(c))]
    return Measured(
        metric,
        parts,
        {c.sample.id: c.cluster for c in cases},
        sum(k for k, _ in counted),
        sum(n for _, n in counted),
    )


def defined(value: Array | float) -> float | None:
    """Give a float, or None for one that is not defined."""
    number = float(value)
    return None if np.isnan(number) else number


def share(values: Sequence[bool]) -> Parts | None:
    """Give the share of values that hold as one question's mean; None where there is none."""
    return (sum(values) / len(values), 1.0) if values else None


def yes(value: bool) -> Parts:
    """Give one question's right or wrong."""
    return (float(value), 1.0)


def listed(
    name: str,
    aim: Literal["high", "low"],
    holds: Callable[[Case], Sequence[bool]],
    tier: int = 0,
) -> Metric:
    """Make a metric of what holds of each citation or claim: shares of questions, averaged."""

    @wraps(holds)
    def parts(case: Case) -> Parts | None:
        return share(holds(case))

    def counts(case: Case) -> tuple[int, int]:
        found = holds(case)
        return sum(found), len(found)

    return Metric(name, tier, aim, parts, counts=counts)


def asked(
    name: str,
    aim: Literal["high", "low"],
    holds: Callable[[Case], bool | None],
    tier: int = 0,
) -> Metric:
    """Make a metric of what holds of each question; None where it does not apply."""

    @wraps(holds)
    def parts(case: Case) -> Parts | None:
        found = holds(case)
        return None if found is None else yes(found)

    def counts(case: Case) -> tuple[int, int] | None:
        found = holds(case)
        return None if found is None else (int(found), 1)

    return Metric(name, tier, aim, parts, counts=counts)
