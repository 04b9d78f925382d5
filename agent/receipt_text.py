"""Writes a receipt for a terminal; knows only what the receipt says."""

from collections.abc import Iterator
from typing import Any

from agent.receipts import Entry
from guidelines.problem import one_line


def as_text(entry: Entry) -> str:
    """Write all that bears on the answer, one fact a row."""
    return "\n".join(one_line(row) for row in _rows(entry))


def _rows(entry: Entry) -> Iterator[str]:
    body = entry.body
    answer = body["answer"]
    program, sampling = body["program"], body["sampling"]
    yield f"receipt      {entry.name} (entry {entry.number}, sha256 {entry.sha256})"
    yield f"time         {body['time']}"
    yield f"conversation {body['conversation']}"
    yield f"question     {answer['question']}"
    if answer["searched"] != answer["question"]:
        yield f"searched     {answer['searched']}"
    yield f"generation   {answer['generation']}"
    adapter = f" with adapter {body['adapter']}" if body["adapter"] else ""
    yield f"model        {answer['model']}{adapter}, mode {answer['mode']}"
    yield f"lines by     {answer['selected_by']} {' '.join(body['picked'])}"
    for sha256 in body["prompts_sha256"] or ["none: the model was not asked"]:
        yield f"prompt       {sha256}"
    yield f"sampling     {', '.join(f'{k}={sampling[k]}' for k in sorted(sampling)) or 'none'}"
    yield f"program      {program['version']}, guards {program['guards_sha256']}"
    for row in body["evidence"]:
        ids = " ".join(line["id"] for line in row["lines"])
        yield f"evidence     {row['guideline']} page {row['page']} passage {row['passage']}: {ids}"
    for reply in body["replies"]:
        yield f"thinking     {reply['thinking'] or 'none'}"
        yield f"reply        {reply['answer'] or 'none'}"
    yield from _outcome(answer)
    told = ", ".join(f"{name} {ms} ms" for name, ms in answer["timing_ms"].items())
    yield f"timing       {told or 'none'}"


def _outcome(answer: dict[str, Any]) -> Iterator[str]:
    for notice in answer["notices"]:
        yield f"notice       {notice['kind']}: {notice['about']}"
    if answer["abstained"]:
        yield f"abstained    {answer['why']}: {answer['reason']}"
    for claim in answer["claims"]:
        yield f"claim        {claim['text']}"
        for c in claim["citations"]:
            yield f"  cites      {c['line']} {c['guideline']} [{c['status']}] page {c['page']}"
        yield from (f"  {_verdict(v)}" for v in claim["verdicts"])
    for withheld in answer["withheld"]:
        yield f"withheld     {withheld['text']} ({withheld['why']})"
    yield from (_verdict(v) for v in answer["verdicts"])


def _verdict(verdict: dict[str, Any]) -> str:
    outcome = "passed" if verdict["passed"] else f"refused: {verdict['why']}"
    return f"verdict      {verdict['guard']}: {outcome}"
