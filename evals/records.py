"""A run on disk: what was asked of what, and one JSON line a sample with all that scoring needs.

    RUN/manifest.json     benchmark and its hash, system, generation, model, sampling, program
    RUN/benchmark.jsonl   the questions and gold as they were asked
    RUN/samples.jsonl     one record a sample, in the order in which they ended

Knows nothing of sessions nor of scores.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from guidelines.home import write_atomic
from guidelines.problem import Problem
from retrieval import golden
from retrieval.golden import Sample

SCHEMA = 1
MANIFEST, BENCHMARK, SAMPLES = "manifest.json", "benchmark.jsonl", "samples.jsonl"
# What must be the same for a broken-off run to be gone on with.
_SAME = ("benchmark_sha256", "system", "generation", "model", "sampling", "options", "program")


@dataclass(frozen=True)
class Source:
    """One thing that the system could cite: a line, or for a baseline a whole passage.

    `place` is the rank of its passage, from 1; `spans` are those of its own words and lead-in.
    """

    id: str
    line_id: str
    passage_id: str
    file_sha256: str
    page: int
    spans: tuple[tuple[int, int], ...]
    text: str
    place: int
    guideline: str = ""
    status: str = ""
    score: float = 0.0


@dataclass(frozen=True)
class Record:
    """One sample as it went; `answer` is the document of `clinicite ask --json`.

    A sample that met a problem has no answer: unscored, counted apart, never a zero. `thinking`
    and `reply` are what the model said before any guard; `prose` is the answer with [n] markers
    where the system wrote such. `confidence`: higher is surer. `measured` is what a probe measured
    beside the answer.
    """

    id: str
    kind: str
    question: str
    system: str
    model: str
    seed: int
    generation: str
    sampling: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None
    problem: str = ""
    evidence: tuple[Source, ...] = ()
    thinking: str = ""
    streamed: str = ""
    reply: str = ""
    prose: str = ""
    confidence: float | None = None
    seconds: float = 0.0
    tokens: Mapping[str, Any] = field(default_factory=dict)
    prompts_sha256: tuple[str, ...] = ()
    receipt: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """What a run was made with. `library` says, by sha256, what each PDF was then."""

    benchmark: str
    benchmark_sha256: str
    questions: int
    system: str
    generation: str
    embedder: str
    model: str
    sampling: Mapping[str, Any]
    options: Mapping[str, Any]
    program: Mapping[str, str]
    library: Mapping[str, Mapping[str, Any]]
    created: str
    machine: str = ""
    control: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True)
class Run:
    """A whole run as it was read; samples without a record are those it did not come to."""

    path: Path
    manifest: Manifest
    samples: tuple[Sample, ...]
    records: Mapping[str, Record]

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the questions that were not asked."""
        return tuple(s.id for s in self.samples if s.id not in self.records)


def begin(path: Path, manifest: Manifest, benchmark: bytes) -> None:
    """Start a run, or make sure that one that was broken off may be gone on with.

    Raises:
        Problem: a run stands there that was made with something else.
    """
    if (path / MANIFEST).is_file():
        if told := differences(read_manifest(path), manifest):
            raise Problem(f"run {path}", f"was made otherwise: {told}", "give another --out")
        return
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Problem(f"run {path}", "something else stands there", "give another --out")
    write_atomic(path / BENCHMARK, benchmark)
    save_manifest(path, manifest)


def differences(known: Manifest, now: Manifest, besides: Sequence[str] = ()) -> str:
    """Say in what that matters two runs were made otherwise, `besides` some fields; "" if not."""
    was, is_ = asdict(known), asdict(now)
    other = [k for k in _SAME if k not in besides and json.dumps(was[k]) != json.dumps(is_[k])]
    return "; ".join(f"{k} was {_short(was[k])}, is {_short(is_[k])}" for k in other)


def save_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    write_atomic(path / MANIFEST, text.encode() + b"\n")


def read_manifest(path: Path) -> Manifest:
    """Read what a run was made with.

    Raises:
        Problem: there is no run, it is another format's, or its manifest was damaged.
    """
    try:
        fields = json.loads((path / MANIFEST).read_text("utf-8"))
        if fields["schema"] != SCHEMA:
            raise ValueError(f"schema {fields['schema']}, this program reads {SCHEMA}")
        return Manifest(**fields)
    except OSError as fault:
        raise Problem(f"run {path}", "there is none", "clinicite eval run BENCHMARK") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise Problem(
            f"manifest of run {path}", f"does not fit: {fault}", "run it again"
        ) from fault


def line_of(record: Record) -> str:
    """Write a record as its line."""
    return json.dumps({"schema": SCHEMA, **asdict(record)}, ensure_ascii=False) + "\n"


def read_records(path: Path) -> dict[str, Record]:
    """Read the records by id; a last line that a kill tore is left out and asked again.

    Raises:
        Problem: another line does not fit, with its number.
    """
    file = path / SAMPLES
    if not file.is_file():
        return {}
    rows = file.read_bytes().split(b"\n")
    found: dict[str, Record] = {}
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            record = _record(json.loads(row))
        except (ValueError, KeyError, TypeError) as fault:
            if number == len(rows):
                break  # torn: no line end follows it
            raise Problem(
                f"{file} line {number}", f"does not fit: {fault}", "remove that line, run again"
            ) from fault
        found[record.id] = record
    return found


def mended(path: Path) -> None:
    """Cut off a last line that was torn, so that what is appended begins on a line of its own."""
    file = path / SAMPLES
    if file.is_file() and (data := file.read_bytes()) and not data.endswith(b"\n"):
        write_atomic(file, data[: data.rfind(b"\n") + 1])


def read(path: Path) -> Run:
    """Read a run.

    Raises:
        Problem: it is none, does not fit, has no record at all, or its benchmark was altered.
    """
    manifest = read_manifest(path)
    benchmark = path / BENCHMARK
    samples = golden.load(benchmark)
    digest = hashlib.sha256(benchmark.read_bytes()).hexdigest()
    if digest != manifest.benchmark_sha256:
        raise Problem(f"benchmark {benchmark}", "is not the one that was run", "run it again")
    records = read_records(path)
    known = {s.id for s in samples}
    if strays := sorted(set(records) - known):
        raise Problem(f"run {path}", f"answers {strays[0]}, which it does not ask", "run it again")
    if not records:
        raise Problem(
            f"run {path}", "is empty: there is nothing to score", f"eval run --out {path}"
        )
    return Run(path, manifest, tuple(samples), records)


def _record(fields: dict[str, Any]) -> Record:
    if fields.pop("schema") != SCHEMA:
        raise ValueError("it is of another schema")
    sources = tuple(
        Source(**{**s, "spans": tuple((a, b) for a, b in s["spans"])})
        for s in fields.pop("evidence")
    )
    prompts: Sequence[str] = fields.pop("prompts_sha256")
    return Record(**fields, evidence=sources, prompts_sha256=tuple(prompts))


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) < 40 else f"{text[:12]}…"
