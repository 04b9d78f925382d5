"""How far scores move between runs that differ by their seed alone; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Any

from evals.compare import same_questions
from evals.scorecard import Card
from guidelines.problem import Problem


@dataclass(frozen=True)
class Spread:
    """One metric over several seeds; `deviation` is the sample standard deviation."""

    name: str
    values: tuple[float, ...]

    @property
    def deviation(self) -> float:
        """The sample standard deviation."""
        return stdev(self.values)

    def document(self) -> dict[str, Any]:
        """Give the row as JSON has it."""
        return {
            "name": self.name, "values": self.values, "mean": mean(self.values),
            "deviation": self.deviation,
        }  # fmt: skip

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        return (
            f"{self.name}: mean {mean(self.values):.3f}, from {low:.3f} to {high:.3f}, "
            f"deviation {self.deviation:.3f}  seeds={len(self.values)}"
        )


def spread(cards: Sequence[Card]) -> list[Spread]:
    """Give each metric that every run has a value for.

    Raises:
        Problem: fewer than two runs, other questions, or runs that differ by more than the seed.
    """
    if len(cards) < 2:
        raise Problem("the spread", "takes two runs at least", "clinicite eval run --seed 1")
    first = cards[0].run
    for other in (c.run for c in cards[1:]):
        same_questions(first, other)
        if differ := [n for n in ("system", "generation", "model", "options", "program", "control")
                      if getattr(first.manifest, n) != getattr(other.manifest, n)]:  # fmt: skip
            why = f"differ by more than the seed: {', '.join(differ)}"
            raise Problem(f"runs {first.path} and {other.path}", why, "clinicite eval compare")
    seeds = [c.run.manifest.sampling.get("seed") for c in cards]
    if len(set(seeds)) < len(seeds):
        raise Problem("the spread", f"needs a seed of its own each, got {seeds}", "eval run --seed")
    rows = []
    for name in cards[0].by_name:
        values = [c.by_name[name].value for c in cards if name in c.by_name]
        known = tuple(v for v in values if v is not None)
        if len(known) == len(cards):
            rows.append(Spread(name, known))
    return rows
