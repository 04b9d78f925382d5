"""Negative controls made out of a stored run: whatever scores them well measures nothing.

shuffled: each claim gets the citations of a claim of another question. everything: each claim
cites all of its evidence. first-passage: the first passage of the evidence is the answer, line by
line. Asks no model.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from evals import records
from evals.records import Record, Run, Source
from guidelines.problem import Problem

Kind = Literal["shuffled", "everything", "first-passage"]


def make(run: Run, kind: Kind, path: Path, seed: int) -> None:
    """Write the control as a run of its own, which names the run it was made of.

    Raises:
        Problem: something stands there already, or there is nothing to shuffle.
    """
    made = controlled(run, kind, seed)
    name = (
        f"{kind} citations of {run.path.name}"
        if kind == "shuffled"
        else f"{kind} of {run.path.name}"
    )
    manifest = replace(run.manifest, control=name)
    if path.exists():
        raise Problem(f"run {path}", "something stands there already", "give another --out")
    records.begin(path, manifest, (run.path / records.BENCHMARK).read_bytes())
    lines = "".join(records.line_of(record) for record in made)
    (path / records.SAMPLES).write_text(lines, "utf-8")


def controlled(run: Run, kind: Kind, seed: int) -> list[Record]:
    """Give the control's records, in the benchmark's order."""
    kept = [run.records[s.id] for s in run.samples if s.id in run.records]
    if kind == "shuffled":
        return _shuffled(kept, seed)
    change = _everything if kind == "everything" else _first_passage
    return [
        replace(r, answer=change(r, r.answer, run.manifest.library), prose="") if r.answer else r
        for r in kept
    ]


def _shuffled(kept: list[Record], seed: int) -> list[Record]:
    """Turn the cited questions into one ring in a random order: each gets its neighbour's."""
    cited = [r for r in kept if r.answer and any(c["citations"] for c in r.answer["claims"])]
    if len(cited) < 2:
        raise Problem("shuffled citations", "fewer than two answers cite anything", "another run")
    ring = cited[:]
    random.Random(seed).shuffle(ring)
    given = {
        taker.id: [c for claim in (giver.answer or {})["claims"] for c in claim["citations"]]
        for taker, giver in zip(ring, [*ring[1:], ring[0]], strict=True)
    }
    return [
        replace(r, answer=_with_others(r.answer, given[r.id]), prose="")
        if r.answer and r.id in given
        else r
        for r in kept
    ]


def _with_others(answer: Mapping[str, Any], citations: list[Any]) -> dict[str, Any]:
    claims = [
        {**claim, "citations": [citations[i % len(citations)]] if claim["citations"] else []}
        for i, claim in enumerate(answer["claims"])
    ]
    return {**answer, "claims": claims}


def _everything(
    record: Record, answer: Mapping[str, Any], library: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    every = [_citation(s, library) for s in record.evidence]
    return {**answer, "claims": [{**c, "citations": every} for c in answer["claims"]]}


def _first_passage(
    record: Record, answer: Mapping[str, Any], library: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    first = [s for s in record.evidence if s.place == 1]
    claims = [{"text": s.text, "citations": [_citation(s, library)], "verdicts": []} for s in first]
    shown = bool(claims)
    return {
        **answer, "claims": claims, "abstained": not shown,
        "why": None if shown else answer["why"], "reason": None if shown else answer["reason"],
    }  # fmt: skip


def _citation(source: Source, library: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    entry = library.get(source.file_sha256, {})
    return {
        "line": source.id, "line_id": source.line_id, "passage_id": source.passage_id,
        "guideline": source.guideline, "title": entry.get("title", ""),
        "publisher": entry.get("publisher", ""), "edition": entry.get("edition", ""),
        "status": source.status, "file_sha256": source.file_sha256, "page": source.page,
        "page_label": str(source.page), "section": [], "spans": [list(s) for s in source.spans],
        "quote": source.text,
    }  # fmt: skip
