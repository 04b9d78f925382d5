"""What a receipt holds, how it is read back, and what replaying it tells."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent import prompts, turn
from agent.answer import Answer
from agent.conversations import earlier
from agent.receipt_reading import find, last, walk
from agent.receipt_replay import replay
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Asked, Entry, prompt_hash, receipt
from agent.thinking import Thought
from agent.turn import Turn
from guidelines import catalogue
from guidelines.command import main
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.search import Index

DOSE = "amoxicillin dose low severity pneumonia adult"
CHILD = "14 kg child with fever: how many mL of paracetamol?"
FOREIGN = "deflazacort after loss of ambulation in Duchenne dystrophy"
REPLY = Thought("Line 1.1 fits.", "1.1", True)
WHEN = "2026-03-01T10:00:00+00:00"


@pytest.fixture
def home(sample_home: Home, tmp_path: Path) -> Home:
    """Give a home of its own, with the samples' index and PDFs."""
    copy = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, copy.root)
    return copy


def asked(begun: Turn, *replies: Thought, conversation: str = "c") -> Asked:
    sent = [
        ("system", prompts.system(begun.mode)),
        ("user", prompts.turn(begun.evidence.render(), begun.searched)),
    ]
    requests = tuple(sent for _ in replies)
    return Asked(conversation, WHEN, "", requests, {"temperature": 0.0, "seed": 0}, replies)


def answered(
    index: Index, question: str, earlier_questions: tuple[str, ...] = (), by_model: bool = False
) -> tuple[Turn, Answer, dict[str, Any]]:
    """Run a turn over the real index, with a reply as a model gives it."""
    begun = turn.begin(
        question, earlier_questions, index, "quote", "model" if by_model else "retrieval", "m"
    )
    if not turn.answerable(begun):
        answer = turn.abstain(begun, "foreign")
        return begun, answer, receipt(begun, answer, asked(begun))
    answer = turn.conclude(begun, REPLY)
    return begun, answer, receipt(begun, answer, asked(begun, REPLY))


def kept(home: Home, body: Mapping[str, Any]) -> Entry:
    with_store = ReceiptStore(home.receipts)
    entry = with_store.append(body)
    with_store.close()
    assert isinstance(entry, Entry)
    return entry


def shift(entry: Entry, **answer: Any) -> dict[str, Any]:
    """Give what an entry says with fields of its answer changed, to be recorded anew."""
    body = entry.body
    return {**body, "answer": {**body["answer"], **answer}}


def test_a_receipt_says_what_was_asked_seen_said_and_shown(sample_index: Index, home: Home) -> None:
    begun, answer, body = answered(sample_index, DOSE)
    entry = kept(home, body)
    assert (entry.number, len(entry.name)) == (1, 16)
    read = find(home.receipts, entry.name[:8]).body
    assert read["answer"]["claims"] == json.loads(json.dumps(answer.document()["claims"]))
    assert read["picked"] == [c.citations[0].line for c in answer.claims]
    assert [row["passage"] for row in read["evidence"]] == [
        p.hit.passage.id for p in begun.evidence.passages
    ]
    first = read["evidence"][0]["lines"][0]
    assert (first["id"], first["line"]) == ("1.1", begun.evidence.lines["1.1"].line.id)
    assert read["replies"] == [{"thinking": "Line 1.1 fits.", "answer": "1.1", "closed": True}]
    assert read["previous"] == "0" * 64
    assert set(read["program"]) == {"version", "guards_sha256"}
    assert "receipt_id" not in read["answer"]


def test_a_prompts_hash_is_that_of_its_canonical_json() -> None:
    # sha256 of [["system","a"],["user","é"]], as `sha256sum` gives it.
    assert prompt_hash([("system", "a"), ("user", "é")]) == (
        "435e5920502d058737851301808506e2d275a4ece8e560b9adaff1dd20deb29a"
    )


@pytest.mark.parametrize("question", [DOSE, CHILD, FOREIGN])
@pytest.mark.parametrize("by_model", [False, True])
def test_a_replay_gives_the_same_answer_bit_for_bit(
    question: str, by_model: bool, sample_index: Index, home: Home
) -> None:
    _, answer, body = answered(sample_index, question, by_model=by_model)
    done = replay(home, kept(home, body))
    assert done.same
    assert done.program[0] == done.program[1]
    assert done.quotes == sum(len(c.citations) for c in answer.claims)
    assert (done.quotes > 0) is (question != FOREIGN)
