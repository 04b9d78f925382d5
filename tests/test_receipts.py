"""What a receipt holds, how it is read back, and the commands over receipts."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent import prompts, turn
from agent.answer import Answer
from agent.closing import judged
from agent.conversations import earlier
from agent.receipt_reading import find
from agent.receipt_replay import replay
from agent.receipt_store import ReceiptStore
from agent.receipts import Asked, Entry, judging, prompt_hash, receipt
from agent.thinking import Thought
from agent.turn import Turn
from guidelines import catalogue
from guidelines.command import main
from guidelines.home import Home
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
    begun, answer = judged(begun, index, REPLY)
    return begun, answer, receipt(begun, answer, asked(begun, REPLY))


def kept(home: Home, body: Mapping[str, Any]) -> Entry:
    with_store = ReceiptStore(home.receipts)
    entry = with_store.append(body)
    with_store.close()
    assert isinstance(entry, Entry)
    return entry


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give `clinicite receipt`: its words to its exit status and what it wrote."""

    def call(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as status:
            main(["--home", str(home.root), "receipt", *words])
        told = capsys.readouterr()
        return int(status.value.code or 0), told.out + told.err

    return call


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
    assert read["replies"] == [
        {"thinking": "Line 1.1 fits.", "answer": "1.1", "closed": True, "cut": False}
    ]
    assert read["previous"] == "0" * 64
    assert set(read["program"]) == {"version", "guards_sha256"}
    assert "receipt_id" not in read["answer"]


def test_a_prompts_hash_is_that_of_its_canonical_json() -> None:
    # sha256 of [["system","a"],["user","\\u00e9"]], as `sha256sum` gives it.
    assert prompt_hash([("system", "a"), ("user", "é")]) == (
        "be65231985234a76893d594eec117c45ed666e9508ba6274087c41b72579b6b6"
    )


def test_a_retired_edition_does_not_change_the_replay_and_is_found_as_affected(
    sample_index: Index, home: Home, run: Run
) -> None:
    entry = kept(home, answered(sample_index, DOSE)[2])
    kept(home, answered(sample_index, CHILD)[2])
    assert run("affected")[1] == "0 answers cited cap-adults-2021\n"
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "cap-adults-2025")
    assert replay(home, entry).same
    told = run("affected", "--retired", "cap-adults-2025")[1].splitlines()
    assert len(told) == 2
    assert told[0].startswith(f"{WHEN}  {entry.name}  cap-adults-2025 p. ")
    assert told[0].endswith(DOSE)
    assert told[1] == "1 answers cited cap-adults-2025"
    rows = json.loads(run("affected", "--json")[1])["affected"]
    assert [(r["receipt"], r["guideline"]) for r in rows] == [(entry.name, "cap-adults-2025")]
    status, line = run("affected", "--retired", "nobody")
    assert status == 1
    assert "guideline 'nobody': is not in the library" in line


def test_a_conversation_is_read_back_with_its_numbering(sample_index: Index, home: Home) -> None:
    begun, answer, body = answered(sample_index, DOSE)
    first = kept(home, body)
    follow, again, more = answered(sample_index, "and if allergic?", (begun.searched,))
    kept(home, {**body, "conversation": "another"})
    kept(home, more)
    one, two = earlier(home.receipts, "c")
    assert (one.receipt, one.question, one.searched) == (first.name, DOSE, DOSE)
    assert one.shown == answer.shown
    assert one.passages == {p.number: p.hit.passage.id for p in begun.evidence.passages}
    assert (two.question, two.searched) == ("and if allergic?", f"{DOSE} and if allergic?")
    assert two.shown == again.shown
    assert follow.follows_up
    assert earlier(home.root / "none.db", "c") == ()


def test_receipts_on_the_command_line(sample_index: Index, home: Home, run: Run) -> None:
    bad = answered(sample_index, DOSE)[2]
    bad["answer"] |= {"question": "dose\x1b[2J\nof amoxicillin?", "passages": 3}
    entry, other = kept(home, answered(sample_index, DOSE)[2]), kept(home, bad)
    assert [row.split()[0] for row in run("list")[1].splitlines()] == [other.name, entry.name]
    assert "\x1b" not in run("list")[1]
    assert json.loads(run("list", "-n", "1", "--json")[1])["receipts"][0]["receipt"] == other.name
    shown = run("show", entry.name)[1]
    assert f"receipt      {entry.name} (entry 1, sha256 {entry.sha256})" in shown
    assert "claim        Offer oral amoxicillin 1 g" in shown
    assert "outdated     dose, duration\n  says       cap-adults-2025 [current] page " in shown
    assert json.loads(run("show", entry.name, "--json")[1])["sha256"] == entry.sha256
    assert run("head") == (0, f"2 {other.sha256}\n")
    status, told = run("verify", entry.name, "--head", entry.sha256)
    assert status == 0
    assert f"2 entries, the chain holds; head {other.sha256}" in told
    assert f"receipt {entry.name} is entry 1, as it was recorded" in told
    assert "note what `clinicite receipt head` prints elsewhere" in told
    status, told = run("replay", entry.name)
    assert status == 0
    assert "the same answer, bit for bit" in told
    assert json.loads(run("replay", entry.name, "--json")[1])["same"] is True
    status, told = run("replay", other.name)
    assert status == 1
    assert "another answer" in told
    with sqlite3.connect(home.receipts) as connection:
        connection.execute("DELETE FROM entries WHERE number = 2")
    connection.close()
    status, told = run("verify")
    assert status == 1
    assert told.startswith("broken: entry 2 is missing at the end\n1 entries, 1 faults; head ")
    assert "This proves" not in told


def test_what_proves_an_answer_changes_with_each_guard_and_word_list() -> None:
    names = {path.name for path in judging()}
    assert {"guardrails.py", "compose.py", "turn.py", "redflags.toml", "therapies.txt",
            "quantities.py", "prompts.py", "text.py"} <= names  # fmt: skip
    assert not any(n.startswith(("page", "library", "receipt", "vllm")) for n in names)
