"""All scores of one run, each with its count and interval; pure, no model.

A sample without an answer is unscored and counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from evals import found, gold, integrity, power, refusals, wording
from evals.calibration import Card as Calibration
from evals.cases import Case, cases
from evals.intervals import Interval, interval
from evals.metric import Measured, Metric, measure
from evals.records import Run
from evals.refusals import RiskCoverage, by_class, risk_coverage
from evals.sources import Extract

METRICS: tuple[Metric, ...] = (
    *integrity.METRICS,
    *wording.METRICS,
    *gold.METRICS,
    *found.METRICS,
    *refusals.METRICS,
)


@dataclass(frozen=True)
class Row:
    """One metric's line: value and interval over `questions`, `k` of `n` things counted."""

    measured: Measured
    value: float | None
    interval: Interval | None

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.measured.metric.name

    def document(self) -> dict[str, Any]:
        """Give the row as JSON has it."""
        return {
            "name": self.name, "tier": self.measured.metric.tier, "aim": self.measured.metric.aim,
            "value": self.value, "interval": self.interval,
            "questions": len(self.measured.parts), "k": self.measured.k, "n": self.measured.n,
        }  # fmt: skip

    def __str__(self) -> str:
        n = len(self.measured.parts)
        if self.value is None:
            return "unscored (n = 0)"
        between = "" if self.interval is None else f" [{shown(self.interval)}]"
        counted = f", {self.measured.k}/{self.measured.n}" if self.measured.n else ""
        return f"{self.value:.3f}{between}  n={n}{counted}"


@dataclass(frozen=True)
class Card:
    """All scores of a run."""

    run: Run
    cases: tuple[Case, ...]
    rows: tuple[Row, ...]
    classes: tuple[Row, ...]
    risk: RiskCoverage
    unscored: tuple[str, ...]
    unjudged: tuple[str, ...] = ()
    calibration: tuple[Calibration, ...] = ()
    probes: tuple[str, ...] = ()

    @property
    def by_name(self) -> dict[str, Row]:
        """The rows by metric."""
        return {row.name: row for row in (*self.rows, *self.classes)}

    @property
    def indicative(self) -> bool:
        """Whether what the judge says is a hint only: by one of its cards, or for want of any."""
        return any(c.indicative for c in self.calibration) or not self.calibration

    def told(self, row: Row) -> str:
        """Give a row's name, marked where the judge behind it is not good enough."""
        hint = row.measured.metric.tier == 1 and self.indicative
        return f"{row.name} (indicative)" if hint else row.name

    @property
    def power(self) -> str:
        """What difference this size can show."""
        return power.told(len(self.cases))

    def document(self) -> dict[str, Any]:
        """Give the card as JSON has it."""
        m = self.run.manifest
        return {
            "schema": 2, "run": str(self.run.path), "system": m.system, "model": m.model,
            "control": m.control, "generation": m.generation, "benchmark": m.benchmark,
            "benchmark_sha256": m.benchmark_sha256, "questions": len(self.run.samples),
            "scored": len(self.cases), "unscored": list(self.unscored),
            "scores": [row.document() for row in self.rows],
            "classes": [row.document() for row in self.classes],
            "risk_coverage": {"points": self.risk.points, "area": self.risk.area},
            "unjudged": list(self.unjudged), "probes": list(self.probes),
            "calibration": [c.document() for c in self.calibration],
            "power": self.power, "seconds": seconds(self.cases),
        }  # fmt: skip


def card(run: Run, extract: Extract, more: Sequence[Metric] = (), seed: int = 0) -> Card:
    """Score a run; `more` are metrics that need something beside it, such as a judge."""
    scored = cases(run, extract)
    answered = {case.sample.id for case in scored}
    return Card(
        run,
        tuple(scored),
        tuple(row(metric, scored, seed) for metric in (*METRICS, *more)),
        tuple(row(metric, scored, seed) for metric in by_class(scored)),
        risk_coverage(scored),
        tuple(s.id for s in run.samples if s.id not in answered),
    )


def row(metric: Metric, scored: Sequence[Case], seed: int = 0) -> Row:
    """Score one metric."""
    measured = measure(metric, scored)
    return Row(measured, measured.value, interval(measured, seed))


def seconds(scored: Sequence[Case]) -> dict[str, float]:
    """Give the median and the 95th percentile of a question's time, by nearest rank."""
    times = sorted(case.record.seconds for case in scored)
    if not times:
        return {}
    at = {"median": 0.5, "p95": 0.95}
    return {name: times[ceil(q * len(times)) - 1] for name, q in at.items()}


def shown(ends: Interval) -> str:
    """Write an interval."""
    return f"{ends[0]:.3f}, {ends[1]:.3f}"
