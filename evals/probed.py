"""The probes that stand in a run's folder, read and held against the run they were made of.

RUN/probes/KIND/   a run of its own: its benchmark.jsonl says besides what was changed
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals import changes, records
from evals.cases import Case
from evals.changes import KINDS, Change, Kind, fingerprint
from evals.records import Record, Run
from guidelines.problem import Problem

PROBES = "probes"
# What a probe has of its own: what was changed, and the seed of it.
OWN = ("benchmark_sha256", "options")


@dataclass(frozen=True)
class Probe:
    """One question asked again: what was changed, and what came of it."""

    change: Change
    record: Record


@dataclass(frozen=True)
class Probes:
    """All probes of one kind: by the run's question, in the plan's order; what was planned."""

    kind: Kind
    by_sample: Mapping[str, tuple[Probe, ...]]
    planned: int
    answered: int

    def __str__(self) -> str:
        left = self.planned - self.answered
        missing = f"; {left} without an answer yet" if left else ""
        return f"probe {self.kind}: {self.answered} of {self.planned} asked{missing}"


Of = Callable[[Case], Sequence[Probe]]


def probes_of(probes: Probes) -> Of:
    """Give what finds a question's probes; none where it was not probed."""
    return lambda case: probes.by_sample.get(case.sample.id, ())


def one(probes: Sequence[Probe]) -> Probe | None:
    """Give the only probe of a question, of those kinds that make one each."""
    return probes[0] if probes else None


def claims_in(record: Record) -> Sequence[Mapping[str, Any]]:
    """Give the claims of an answer; none of an abstention."""
    claims: Sequence[Mapping[str, Any]] = (record.answer or {"claims": ()})["claims"]
    return claims


def citations_in(record: Record) -> list[Mapping[str, Any]]:
    """Give every citation of an answer, claim by claim."""
    return [c for claim in claims_in(record) for c in claim["citations"]]


def folder(run: Path, kind: Kind) -> Path:
    """Give the place of a probe of a run."""
    return run / PROBES / kind


def whole(run: Run) -> None:
    """Refuse to probe a run that was broken off.

    Raises:
        Problem: some of its questions were not asked.
    """
    if run.missing:
        raise Problem(
            f"run {run.path}",
            f"is not finished: {len(run.missing)} of {len(run.samples)} questions were not asked",
            f"clinicite eval run --out {run.path}, then probe it",
        )


def read(run: Run) -> dict[Kind, Probes]:
    """Read every probe of a run; none where none was made.

    Raises:
        Problem: one was made of another run, or of other answers than the run has now.
    """
    kinds = [k for k in KINDS if (folder(run.path, k) / records.MANIFEST).is_file()]
    return {kind: _read(run, kind) for kind in kinds}


def _read(run: Run, kind: Kind) -> Probes:
    path = folder(run.path, kind)
    made = records.read(path)
    again = f"remove that folder, then clinicite eval probe {run.path} --kind {kind}"
    if told := records.differences(run.manifest, made.manifest, OWN):
        raise Problem(f"probe {path}", f"is of another run: {told}", again)
    found: dict[str, list[Probe]] = {}
    for row, change in changes.read(path / records.BENCHMARK).items():
        base = run.records.get(change.sample)
        if change.kind != kind or base is None or fingerprint(base) != change.of:
            why = f"is of another answer to {change.sample} than the run has"
            raise Problem(f"probe {path}", why, again)
        record = made.records.get(row)
        if record is not None and record.answer is not None:
            found.setdefault(change.sample, []).append(Probe(change, record))
    by_sample = {sample: tuple(several) for sample, several in found.items()}
    return Probes(kind, by_sample, len(made.samples), sum(map(len, by_sample.values())))
