"""Writes a receipt for a terminal; knows only what the receipt says."""

from collections.abc import Iterator
from typing import Any

from agent.receipts import Entry
from guidelines.problem import one_line


def as_text(entry: Entry) -> str:
    """Write all that bears on the answer, one fact a row."""
    return "\n".join(f"{label:13}{one_line(text)}" for label, text in _rows(entry))


def _rows(entry: Entry) -> Iterator[tuple[str, str]]:
    body = entry.body
    answer = body["answer"]
    program, sampling = body["program"], body["sampling"]
    yield "receipt", f"{entry.name} (entry {entry.number}, sha256 {entry.sha256})"
    yield "time", body["time"]
    yield "conversation", body["conversation"]
    yield "question", answer["question"]
    if answer["searched"] != answer["question"]:
        yield "searched", answer["searched"]
    yield "generation", answer["generation"]
    adapter = f" with adapter {body['adapter']}" if body["adapter"] else ""
    yield "model", f"{answer['model']}{adapter}, mode {answer['mode']}"
    yield "lines by", f"{answer['selected_by']} {' '.join(body['picked'])}"
    for sha256 in body["prompts_sha256"] or ["none: the model was not asked"]:
        yield "prompt", sha256
    yield "sampling", ", ".join(f"{k}={sampling[k]}" for k in sorted(sampling)) or "none"
    yield "program", f"{program['version']}, guards {program['guards_sha256']}"
    for row in body["evidence"]:
        ids = " ".join(line["id"] for line in row["lines"])
        yield "evidence", f"{row['guideline']} page {row['page']} passage {row['passage']}: {ids}"
    for reply in body["replies"]:
        yield "thinking", reply["thinking"] or "none"
        yield "reply", reply["answer"] or "none"
    yield from _outcome(answer)
    told = ", ".join(f"{name} {ms} ms" for name, ms in answer["timing_ms"].items())
    yield "timing", told or "none"


def _outcome(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for notice in answer["notices"]:
        yield "notice", f"{notice['kind']}: {notice['about']}"
    if answer["abstained"]:
        yield "abstained", f"{answer['why']}: {answer['reason']}"
    for claim in answer["claims"]:
        yield "claim", claim["text"]
        for c in claim["citations"]:
            yield "  cites", f"{c['line']} {c['guideline']} [{c['status']}] page {c['page']}"
        yield "  verdicts", _verdicts(claim["verdicts"])
    # Receipts that were made before there were cards hold none.
    for c in answer.get("omitted", ()):
        yield "also", f"{c['guideline']} page {c['page']}: {c['quote']}"
    for name in ("conflicts", "outdated"):
        for conflict in answer.get(name, ()):
            yield name, ", ".join(conflict["differs"])
            for side in conflict["sides"]:
                c = side["citation"]
                yield "  says", f"{c['guideline']} [{c['status']}] page {c['page']}: {c['quote']}"
    for withheld in answer["withheld"]:
        yield "withheld", f"{withheld['text']} ({withheld['why']})"
    yield "verdicts", _verdicts(answer["verdicts"])


def _verdicts(verdicts: list[dict[str, Any]]) -> str:
    told = (f"{v['guard']} {'passed' if v['passed'] else 'refused: ' + v['why']}" for v in verdicts)
    return "; ".join(told) or "none"
