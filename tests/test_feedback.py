"""What a reader said of an answer becomes a label that training reads as it stands."""

import json
import shutil
from pathlib import Path

import pytest

from agent.feedback import Feedback, Reason, Thumb, feedback, label, labels
from agent.receipt_reading import walk
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Entry, link
from finetune.labels import load
from guidelines.home import Home
from guidelines.pages import page_text
from guidelines.problem import Problem
from retrieval.search import Index
from tests.test_receipts import CHILD, DOSE, FOREIGN, Run, answered, home, kept, run

__all__ = ["home", "run"]
LATER = "2026-03-02T09:00:00+00:00"


def said(
    answer: Entry, thumb: Thumb, reason: Reason = "", lines: tuple[str, ...] = (), note: str = ""
) -> dict[str, object]:
    return feedback(Feedback(answer.name, LATER, thumb, reason, note, lines), answer)


def test_right_are_the_lines_named_else_those_shown_else_none(sample_index: Index) -> None:
    begun, answer, body = answered(sample_index, DOSE)
    entry = link(1, "0" * 64, body)
    shown = [c.citations[0] for c in answer.claims]
    places = [
        {"file_sha256": c.file_sha256, "page": c.page, "start": c.spans[-1][0],
         "end": c.spans[-1][1]}
        for c in shown
    ]  # fmt: skip
    up = label(said(entry, "up"), body)
    assert up is not None
    assert up["gold"] == up["shown"] == places
    # Retrieval showed other lines than the model chose: its thinking is nothing to learn.
    assert [c.line for c in shown] != ["1.1"]
    assert (up["question"], up["thinking"]) == (DOSE, "")
    other = next(i for i in begun.evidence.lines if i not in {c.line for c in shown})
    named = label(said(entry, "down", "wrong-line", (other, other)), body)
    assert named is not None
    line = begun.evidence.lines[other]
    assert [(g["page"], g["start"], g["end"]) for g in named["gold"]] == [
        (line.passage.page, *line.line.spans[-1])
    ]
    assert label(said(entry, "down", "unclear"), body) is None
    none = label(said(entry, "down", "should-abstain"), body)
    assert none is not None
    assert none["gold"] == []
    chose = label(said(entry, "down", "wrong-line", ("1.1",)), body)
    assert chose is not None
    assert chose["thinking"] == "Line 1.1 fits."


def test_a_line_that_was_no_evidence_is_refused(sample_index: Index) -> None:
    entry = link(1, "0" * 64, answered(sample_index, DOSE)[2])
    with pytest.raises(Problem, match=r"line '99\.1': was no evidence of receipt") as told:
        said(entry, "down", "wrong-line", ("99.1",))
    assert told.value.mend == f"clinicite receipt show {entry.name}"


def test_labels_are_read_by_finetune_and_the_last_word_counts(
    sample_index: Index, home: Home, tmp_path: Path
) -> None:
    dose, child = (kept(home, answered(sample_index, q, by_model=True)[2]) for q in (DOSE, CHILD))
    store = ReceiptStore(home.receipts)
    for given in (
        said(dose, "down", "unclear"),
        said(child, "up"),
        said(dose, "up", note="[name]"),
    ):
        assert isinstance(store.append(given), Entry)
    assert walk(home.receipts).faults == ()
    found = list(labels(home.receipts))
    assert [row["question"] for row in found if row] == [DOSE, CHILD]
    assert found[0] is not None
    assert found[0]["note"] == "[name]"
    out = tmp_path / "labels.jsonl"
    out.write_text("".join(json.dumps(row) + "\n" for row in found))
    read = load(out, [])
    assert [labelled.question for labelled in read] == [DOSE, CHILD]
    sha256, page, start, end = read[0].gold[0]
    words = page_text(home.files / f"{sha256}.pdf", page)[start:end]
    _, answer, _ = answered(sample_index, DOSE, by_model=True)
    assert words.split() == answer.claims[0].text.split()


def test_feedback_on_the_command_line(
    sample_index: Index, home: Home, run: Run, tmp_path: Path
) -> None:
    dose = kept(home, answered(sample_index, DOSE)[2])
    foreign = kept(home, answered(sample_index, FOREIGN)[2])
    status, told = run("mark", dose.name, "--thumb", "down", "--reason", "wrong-line",
                       "--line", "1.1")  # fmt: skip
    assert status == 0
    assert told.endswith("; it stays on this machine\n")
    assert run("mark", foreign.name, "--thumb", "down", "--reason", "should-answer")[0] == 0
    assert run("mark", dose.name, "--thumb", "sideways")[0] == 2
    out = tmp_path / "labels.jsonl"
    status, told = run("feedback", str(out))
    assert told == (
        f"{out}: 1 labels, on this machine only; nothing was sent\n"
        "1 answers were marked without a right line\n"
    )
    assert json.loads(out.read_text())["gold"][0]["page"] > 0
    status, told = run("feedback", str(tmp_path))
    assert status == 1
    assert "cannot be written: Is a directory" in told
    # Only receipts are listed and shown; the feedback is in the same chain.
    assert len(run("list")[1].splitlines()) == 2
    assert "4 entries, the chain holds" in run("verify")[1]


def test_feedback_that_cannot_be_recorded_is_told(sample_index: Index, home: Home) -> None:
    dose = kept(home, answered(sample_index, DOSE)[2])
    shutil.move(home.receipts, home.root / "aside")
    home.receipts.mkdir()
    outcome = ReceiptStore(home.receipts).append(said(dose, "up"))
    assert isinstance(outcome, Unrecorded)
