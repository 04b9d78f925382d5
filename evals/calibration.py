"""What a judge is worth against people: kappa, sensitivity, specificity, with intervals; pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.intervals import Interval, clustered, wilson
from evals.metric import Array, defined
from evals.verdicts import Label
from guidelines.problem import Problem

# Under this a number of the judge is indicative only.
ENOUGH = 0.6


@dataclass(frozen=True)
class Labelled:
    """A pair that people judged; `group` is what pairs share, such as their question."""

    evidence: str
    claim: str
    supported: bool
    group: str


@dataclass(frozen=True)
class Card:
    """How a judge does on one labelled set; `unscored` pairs it answered nonsense on."""

    judge: str
    data: str
    pairs: int
    unscored: int
    kappa: float | None
    kappa_interval: Interval | None
    sensitivity: float | None
    sensitivity_interval: Interval | None
    specificity: float | None
    specificity_interval: Interval | None

    @property
    def indicative(self) -> bool:
        """Whether its numbers are to be taken as a hint only."""
        return self.kappa is None or self.kappa < ENOUGH

    def document(self) -> dict[str, Any]:
        """Give the card as JSON has it."""
        return {"schema": 1, **asdict(self), "indicative": self.indicative}

    def __str__(self) -> str:
        if self.kappa is None:
            return f"{self.judge} on {self.data}: unscored"
        low, high = self.kappa_interval or (self.kappa, self.kappa)
        hint = f", under {ENOUGH}: indicative only" if self.indicative else ""
        return (
            f"{self.judge} on {self.data}: kappa {self.kappa:.2f} [{low:.2f}, {high:.2f}]{hint}; "
            f"sensitivity {_told(self.sensitivity, self.sensitivity_interval)}, specificity "
            f"{_told(self.specificity, self.specificity_interval)}; n={self.pairs - self.unscored},"
            f" unscored {self.unscored}"
        )


def read_cards(path: Path) -> list[Card]:
    """Read the cards of a judge.

    Raises:
        Problem: there is none, or it does not fit: then no number of the judge is printed.
    """
    try:
        tables = json.loads(path.read_text("utf-8"))
        names = Card.__dataclass_fields__
        return [Card(**{k: v for k, v in t.items() if k in names}) for t in tables.values()]
    except OSError as fault:
        why = "is not there, and without it no number of a judge is printed"
        raise Problem(f"calibration card {path}", why, "clinicite eval calibrate") from fault
    except (ValueError, TypeError, AttributeError) as fault:
        raise Problem(f"calibration card {path}", f"does not fit: {fault}", "calibrate") from fault


def kappa(sums: Array) -> Array:
    """Combine counts (both yes, judge alone, people alone, both no) into Cohen's kappa (1960)."""
    both, judge, people, neither = np.moveaxis(sums, -1, 0)
    n = both + judge + people + neither
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (both + neither) / n
        yes, no = (both + judge) * (both + people), (people + neither) * (judge + neither)
        chance = (yes + no) / n**2
        return np.asarray((observed - chance) / (1 - chance))


def card(judge: str, data: str, pairs: Sequence[Labelled], labels: Sequence[Label | None]) -> Card:
    """Hold a judge's labels against people's: only full support counts as support."""
    kept = [(p, x) for p, x in zip(pairs, labels, strict=True) if x is not None]
    rows = [_counts(x == "full", p.supported) for p, x in kept]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 4)
    both, alone, missed, neither = (int(n) for n in table.sum(axis=0))
    return Card(
        judge, data, len(pairs), len(pairs) - len(kept),
        defined(kappa(table.sum(axis=0))) if rows else None,
        clustered(table, [p.group for p, _ in kept], kappa) if rows else None,
        both / (both + missed) if both + missed else None, wilson(both, both + missed),
        neither / (neither + alone) if neither + alone else None, wilson(neither, neither + alone),
    )  # fmt: skip


def _counts(judge: bool, people: bool) -> tuple[float, ...]:
    return tuple(
        float(x)
        for x in (
            judge and people,
            judge and not people,
            people and not judge,
            not (judge or people),
        )
    )


def _told(value: float | None, ends: Interval | None) -> str:
    return "unscored" if value is None or ends is None else (
        f"{value:.2f} [{ends[0]:.2f}, {ends[1]:.2f}]"
    )  # fmt: skip
