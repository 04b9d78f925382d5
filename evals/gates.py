"""Gates for continuous integration, on the bound of an interval and never on the point; pure.

[[gate]]
metric = "right page"
at_least = 0.5        # the lower bound must reach it

[[gate]]
metric = "superseded citations"
at_most = 0.1         # the upper bound must not pass it
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.intervals import Interval
from evals.scorecard import Row
from guidelines.problem import Problem


@dataclass(frozen=True)
class Gate:
    """One bound that a metric's interval must keep."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a gate was kept, and in words why."""

    gate: Gate
    kept: bool
    why: str


def load(path: Path, known: Sequence[str]) -> list[Gate]:
    """Read gates.

    Raises:
        Problem: no such file, no TOML, no gate, an unknown metric, or a gate without a bound.
    """
    try:
        tables: list[Mapping[str, Any]] = tomllib.loads(path.read_text("utf-8"))["gate"]
        gates = [Gate(**table) for table in tables]
    except OSError as fault:
        raise Problem(f"gates {path}", "cannot be read", "check the path") from fault
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as fault:
        raise Problem(
            f"gates {path}", f"have no readable [[gate]]: {fault}", "correct it"
        ) from fault
    for gate in gates:
        if gate.metric not in known:
            why = f"is none of {', '.join(known)}"
            raise Problem(f"gate on {gate.metric!r}", why, f"correct it in {path}")
        if (gate.at_least is None) == (gate.at_most is None):
            raise Problem(
                f"gate on {gate.metric!r}",
                "needs one of at_least and at_most",
                f"correct it in {path}",
            )
    return gates


def judge(gates: Sequence[Gate], rows: Mapping[str, Row]) -> list[Verdict]:
    """Hold each gate against the bound of its metric; one that is unscored does not pass."""
    return [_judged(gate, rows[gate.metric].interval) for gate in gates]


def _judged(gate: Gate, ends: Interval | None) -> Verdict:
    if ends is None:
        return Verdict(gate, False, f"{gate.metric}: no interval, so nothing is shown")
    if gate.at_least is not None:
        kept = ends[0] >= gate.at_least
        sign = ">=" if kept else "<"
        return Verdict(
            gate, kept, f"{gate.metric}: lower bound {ends[0]:.3f} {sign} {gate.at_least}"
        )
    assert gate.at_most is not None
    kept = ends[1] <= gate.at_most
    sign = "<=" if kept else ">"
    return Verdict(gate, kept, f"{gate.metric}: upper bound {ends[1]:.3f} {sign} {gate.at_most}")
