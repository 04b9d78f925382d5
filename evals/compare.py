"""Two runs over the same questions, metric by metric; pure. Other questions are refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals import power
from evals.intervals import Interval, hull
from evals.metric import Array, Measured
from evals.paired import difference, holm, mcnemar, permutation
from evals.records import Run
from evals.scorecard import Card
from guidelines.problem import Problem

_TOLD = 8


@dataclass(frozen=True)
class Pair:
    """One metric in two runs. `p` is exact McNemar's where questions are right or wrong."""

    name: str
    aim: str
    a: float | None
    b: float | None
    delta: float | None
    interval: Interval | None
    test: str
    p: float | None
    adjusted: float | None
    questions: int
    discordant: float | None

    def document(self) -> dict[str, Any]:
        """Give the pair as JSON has it."""
        return {
            "name": self.name, "aim": self.aim, "a": self.a, "b": self.b, "delta": self.delta,
            "interval": self.interval, "test": self.test, "p": self.p, "holm": self.adjusted,
            "questions": self.questions, "discordant": self.discordant,
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """The first run less the second, over the questions that both have scored."""

    a: Card
    b: Card
    pairs: tuple[Pair, ...]
    questions: int
    left_out: tuple[str, ...]

    @property
    def power(self) -> str:
        """What difference this size can show, at the differences seen."""
        seen = [p.discordant for p in self.pairs if p.name == "right page" and p.discordant]
        return power.told(self.questions, seen[0] if seen else power.DISCORDANT)


def same_questions(a: Run, b: Run) -> None:
    """Refuse two runs over different questions.

    Raises:
        Problem: an id, a question or its gold differs; the differences are listed.
    """
    mine, its = ({s.id: s for s in run.samples} for run in (a, b))
    only_a, only_b = sorted(mine.keys() - its.keys()), sorted(its.keys() - mine.keys())
    other = sorted(i for i in mine.keys() & its.keys() if mine[i] != its[i])
    if not (only_a or only_b or other):
        return
    lists = (("only in the first", only_a), ("only in the second", only_b), ("different", other))
    told = "; ".join(f"{what}: {_listed(ids)}" for what, ids in lists if ids)
    raise Problem(
        f"runs {a.path} and {b.path}", f"are over different questions ({told})", "run both again"
    )


def compare(a: Card, b: Card, seed: int = 0) -> Comparison:
    """Compare two scored runs.

    Raises:
        Problem: they are over different questions, or none was scored in both.
    """
    same_questions(a.run, b.run)
    scored = {c.sample.id for c in a.cases} & {c.sample.id for c in b.cases}
    if not scored:
        raise Problem(f"runs {a.run.path} and {b.run.path}", "share no scored question", "run both")
    ids = [s.id for s in a.run.samples if s.id in scored]
    mine, its = a.by_name, b.by_name
    pairs = [
        _pair(mine[name].measured, its[name].measured, ids, seed) for name in mine if name in its
    ]
    tested = [i for i, pair in enumerate(pairs) if pair.p is not None]
    adjusted = dict(zip(tested, holm([pairs[i].p or 0.0 for i in tested]), strict=True))
    kept = tuple(
        Pair(**{**pair.__dict__, "adjusted": adjusted.get(i)}) for i, pair in enumerate(pairs)
    )
    left = tuple(s.id for s in a.run.samples if s.id not in scored)
    return Comparison(a, b, kept, len(ids), left)


def _pair(a: Measured, b: Measured, ids: Sequence[str], seed: int) -> Pair:
    """Compare one metric over the questions it applies to in either run."""
    metric = a.metric
    used = [i for i in ids if i in a.parts or i in b.parts]
    width = len(next(iter((*a.parts.values(), *b.parts.values())), (0.0, 0.0)))
    # Where it applies in one run only, the other adds nothing to its sums.
    first, second = _table(a, used, width), _table(b, used, width)
    values = [_value(metric.combine, t) for t in (first, second)]
    delta = None if None in values else (values[0] or 0.0) - (values[1] or 0.0)
    both = [i for i in used if i in a.parts and i in b.parts]
    test, p, discordant = "", None, None
    if delta is not None and a.binary and b.binary and len(both) == len(used):
        only_a = sum(a.parts[i][0] > b.parts[i][0] for i in both)
        only_b = sum(a.parts[i][0] < b.parts[i][0] for i in both)
        test, p = "McNemar", mcnemar(only_a, only_b)
        discordant = (only_a + only_b) / len(both)
    elif delta is not None:
        test, p = "permutation", permutation(first, second, metric.combine, seed)
    clusters = [a.clusters.get(i) or b.clusters[i] for i in used]
    between = hull(
        *(difference(first, second, c, metric.combine, seed) for c in (clusters, used) if c)
    )
    return Pair(
        metric.name, metric.aim, values[0], values[1], delta, between, test, p, None, len(used),
        discordant,
    )  # fmt: skip


def _table(measured: Measured, ids: Sequence[str], width: int) -> Array:
    empty = (0.0,) * width
    return np.array([measured.parts.get(i, empty) for i in ids], dtype=np.float64).reshape(
        len(ids), width
    )


def _value(combine: Any, table: Array) -> float | None:
    found = float(combine(table.sum(axis=0)))
    return None if np.isnan(found) else found


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _TOLD} more" if len(ids) > _TOLD else ""
    return f"{len(ids)}: {', '.join(ids[:_TOLD])}{more}"
