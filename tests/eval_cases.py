"""Samples, records and runs written by hand over one small page, for the scorers' tests."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from evals.cases import Case, cases
from evals.records import Manifest, Record, Run, Source
from guidelines.command import build
from guidelines.problem import Problem
from retrieval.golden import Gold, Sample
from tests.conftest import ROOT

BENCHMARK = ROOT / "evals" / "benchmarks" / "samples.jsonl"
PAGE = "Give 1 g every 8 hours. Do not give to infants. Stop after 5 days."
DOSE, INFANTS, STOP = (0, 23), (24, 47), (48, 66)
LIBRARY: dict[str, dict[str, Any]] = {
    "a": {"id": "cap", "title": "Pneumonia", "edition": "2025", "status": "current"},
    "old": {"id": "cap-old", "title": "Pneumonia", "edition": "2021", "status": "superseded"},
}


def extract(sha256: str, page: int, spans: Sequence[tuple[int, int]]) -> str:
    """Give words of page 3 of either file."""
    known = sha256 in LIBRARY and page == 3 and all(b <= len(PAGE) for _, b in spans)
    return " … ".join(PAGE[a:b] for a, b in spans) if known else ""


def cite(span: tuple[int, int] = DOSE, **other: Any) -> dict[str, Any]:
    """Give the citation of a span of the page, changed as told."""
    entry = LIBRARY[other.get("file_sha256", "a")]
    return {
        "line": f"1.{span[0]}", "line_id": f"l{span[0]}", "guideline": entry["id"],
        "edition": entry["edition"], "title": entry["title"], "status": entry["status"],
        "file_sha256": "a", "page": 3, "spans": [list(span)], "quote": PAGE[slice(*span)],
        **other,
    }  # fmt: skip


def source(span: tuple[int, int] = DOSE, place: int = 1, **other: Any) -> Source:
    """Give a line of evidence, changed as told."""
    fields: dict[str, Any] = {"file_sha256": "a", "page": 3, **other}
    return Source(
        f"1.{span[0]}", f"l{span[0]}", "p", fields["file_sha256"], fields["page"], (span,),
        PAGE[slice(*span)], place, "cap", "current",
    )  # fmt: skip


def claim(text: str, *citations: Mapping[str, Any]) -> dict[str, Any]:
    """Give a claim."""
    return {"text": text, "citations": list(citations), "verdicts": []}


def quoted(span: tuple[int, int] = DOSE, **other: Any) -> dict[str, Any]:
    """Give a claim that quotes a span of the page."""
    return claim(PAGE[slice(*span)], cite(span, **other))


def answered(*claims: Mapping[str, Any], mode: str = "quote") -> dict[str, Any]:
    """Give an answer document with these claims; an abstention where there are none."""
    return {
        "abstained": not claims, "claims": list(claims), "mode": mode,
        "why": None if claims else "foreign", "reason": None if claims else "No answer is shown.",
    }  # fmt: skip


def sample(name: str, *golds: tuple[int, int], kind: str = "single", **other: Any) -> Sample:
    """Give a question with gold spans on the page, a group each."""
    sha256 = other.pop("file_sha256", "a")
    found = tuple(Gold(sha256, 3, a, b, i) for i, (a, b) in enumerate(golds))
    return Sample(name, kind, f"what of {name}?", found, **other)


def record(
    name: str,
    answer: Mapping[str, Any] | None,
    *evidence: Source,
    kind: str = "single",
    **other: Any,
) -> Record:
    """Give the record of a question."""
    return Record(
        name, kind, f"what of {name}?", "session", "stub", 0, "g1", answer=answer,
        evidence=evidence or (source(DOSE), source(INFANTS, 2), source(STOP, 3)), **other,
    )  # fmt: skip


def run_of(*pairs: tuple[Sample, Record | None], path: Path = Path("run")) -> Run:
    """Give a run of these samples and records."""
    manifest = Manifest(
        "b.jsonl", "0", len(pairs), "session", "g1", "e", "stub", {}, {}, {}, LIBRARY, "now"
    )
    records = {r.id: r for _, r in pairs if r is not None}
    return Run(path, manifest, tuple(s for s, _ in pairs), records)


def cases_of(*pairs: tuple[Sample, Record | None]) -> list[Case]:
    """Give the cases of such a run."""
    return cases(run_of(*pairs), extract)


def case_of(
    answer: Mapping[str, Any],
    *golds: tuple[int, int],
    evidence: Sequence[Source] = (),
    **other: Any,
) -> Case:
    """Give one case: an answer to a question with these gold spans."""
    about = {k: other.pop(k) for k in ("all",) if k in other}
    (found,) = cases_of((sample("q", *golds, **about), record("q", answer, *evidence, **other)))
    return found


def few(path: Path, ids: Sequence[str]) -> Path:
    """Write some questions of the benchmark over the samples."""
    rows = [json.loads(row) for row in BENCHMARK.read_text("utf-8").splitlines()]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows if r["id"] in ids), "utf-8")
    return path


def elsewhere(*words: str) -> str:
    """Call `clinicite eval` in a process of its own."""
    argv = [sys.executable, "-m", "guidelines.command", "eval", *words]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(*words: str, code: int = 0) -> str:
    """Call `clinicite eval`."""
    argv = ["eval", *words]
    result = CliRunner().invoke(build(argv), argv)
    if isinstance(result.exception, Problem):
        raise result.exception
    assert result.exit_code == code, result.output
    return str(result.stdout)
