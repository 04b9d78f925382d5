"""What a reader said of an answer, and how it becomes a label to train on; pure but for reading.

Knows nothing of training: it gives rows in the form that `clinicite finetune data` reads. Nothing
leaves the machine: rows go where the caller writes them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from agent.receipt_reading import find, naming
from agent.receipts import SCHEMA, Entry
from guidelines.problem import Problem

Thumb = Literal["up", "down"]
Reason = Literal[
    "", "wrong-line", "incomplete", "wrong-patient", "out-of-date", "should-abstain",
    "should-answer", "unclear", "other",
]  # fmt: skip


@dataclass(frozen=True)
class Feedback:
    """One reader's word on one answer.

    Args:
        receipt: The answer's id.
        at: When, ISO 8601 with the zone.
        thumb: Whether the answer was of use.
        reason: What was wrong with it, where something was.
        note: Free text, redacted by the caller.
        lines: The lines that answer, by the ids of that turn's evidence ("2.1").
    """

    receipt: str
    at: str
    thumb: Thumb
    reason: Reason = ""
    note: str = ""
    lines: tuple[str, ...] = ()


def feedback(given: Feedback, answered: Entry) -> dict[str, Any]:
    """Give what is recorded of a reader's word on the answer `answered`.

    Raises:
        Problem: a line is named that was no evidence of that answer.
    """
    known = _lines(answered.body)
    for line in given.lines:
        if line not in known:
            raise Problem(
                f"line {line!r}",
                f"was no evidence of receipt {answered.name}",
                f"clinicite receipt show {answered.name}",
            )
    fields = asdict(given)
    time = fields.pop("at")
    return {"schema": SCHEMA, "kind": "feedback", "time": time, **fields,
            "receipt": answered.name}  # fmt: skip


def _lines(receipt: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the place of each evidence line, as a label names it: the line's own last span."""
    places = {}
    for passage in receipt["evidence"]:
        for line in passage["lines"]:
            start, end = line["spans"][-1]
            page = {"file_sha256": passage["sha256"], "page": passage["page"]}
            places[line["id"]] = {**page, "start": start, "end": end}
    return places


def labels(path: Path) -> Iterator[dict[str, Any] | None]:
    """Give a label for each feedback in the file, in order; None where it names no right answer.

    Right are the lines that a reader named; else those shown, where the thumb is up; else none at
    all, where the answer should have been an abstention. The last word on an answer counts. A
    label's thinking is empty where the model's own led elsewhere: it must be written first.
    """
    last = {entry.body["receipt"]: entry for entry in naming(path, '"feedback"', "feedback")}
    for name, entry in last.items():
        yield label(entry.body, find(path, name).body)


def label(said: Mapping[str, Any], receipt: Mapping[str, Any]) -> dict[str, Any] | None:
    """Make one label of a feedback and the receipt that it is about."""
    places, answer = _lines(receipt), receipt["answer"]
    shown = [c["line"] for claim in answer["claims"] for c in claim["citations"]]
    right = list(said["lines"])
    if not right and said["thumb"] == "up":
        right = shown
    if not right and said["thumb"] == "down" and said["reason"] != "should-abstain":
        return None
    return {
        "schema": SCHEMA,
        "question": answer["searched"],
        "thinking": _thinking(answer, right, shown),
        "gold": [places[line] for line in dict.fromkeys(right)],
        "shown": [places[line] for line in dict.fromkeys(shown)],
        "thumb": said["thumb"],
        "reason": said["reason"],
        "note": said["note"],
        "receipt": said["receipt"],
        "time": said["time"],
        "generation": answer["generation"],
        "model": answer["model"],
        "mode": answer["mode"],
        "selected_by": answer["selected_by"],
    }


def _thinking(answer: Mapping[str, Any], right: list[str], shown: list[str]) -> str:
    """Give the model's thinking where it led to the right lines; else nobody should learn it."""
    choice = answer["model_choice"]
    chosen = shown if choice is None else choice["line_ids"]
    return str(answer["thinking"]) if set(chosen) == set(right) else ""
