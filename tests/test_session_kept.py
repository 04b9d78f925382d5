"""What a session keeps of a turn and shows of it early: receipts, memory, lines before the end."""

import shutil
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from agent.answer import Answer
from agent.events import Answered, Event, Found, Passed, Thinking
from agent.holder import IndexHolder
from agent.model import connect
from agent.receipt_reading import find
from agent.receipt_replay import replay
from agent.receipt_store import ReceiptStore
from agent.receipts import prompt_hash
from agent.session import Options, Session
from agent.settings import AgentSettings
from guidelines import catalogue
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.embed import Embedder
from tests.stub_vllm import Reply, StubVLLM
from tests.test_session import BY_MODEL, QUESTION, RUNNERS, Open, loop, open_session, turn

__all__ = ["loop", "open_session"]


def recorded(home: Home, embedder: Embedder, stub: StubVLLM, store: ReceiptStore) -> Session:
    model = connect(AgentSettings(), stub.url, stub.model)
    return Session(IndexHolder(home, embedder), model, BY_MODEL, store)


def test_an_answer_leaves_a_receipt_and_the_conversation_goes_on_after_a_restart(
    sample_home: Home, embedder: Embedder, stub: StubVLLM, tmp_path: Path
) -> None:
    path = tmp_path / "receipts.db"
    stub.reply = Reply("Line 1.1 answers.", "1.1")
    _, answer = turn(recorded(sample_home, embedder, stub, ReceiptStore(path)), QUESTION)
    entry = find(path, answer.receipt_id or "")
    assert entry.body["answer"]["claims"][0]["text"] == answer.claims[0].text
    assert entry.body["replies"] == [
        {"thinking": "Line 1.1 answers.", "answer": "1.1", "closed": True, "cut": False}
    ]
    sent = [(m["role"], m["content"]) for m in stub.requests[-1]["messages"]]
    assert entry.body["prompts_sha256"] == [prompt_hash(sent)]
    assert entry.body["sampling"]["temperature"] == 0.0
    again = recorded(sample_home, embedder, stub, ReceiptStore(path))
    _, followed = turn(again, "and if allergic to penicillin?")
    assert followed.searched == f"{QUESTION} and if allergic to penicillin?"
    _, other = turn(again, "and if allergic to penicillin?", "another")
    assert other.searched == "and if allergic to penicillin?"


def test_an_answer_that_cannot_be_recorded_says_so_and_has_no_receipt(
    sample_home: Home, embedder: Embedder, stub: StubVLLM, tmp_path: Path
) -> None:
    (tmp_path / "receipts.db").mkdir()  # no file can be opened there
    stub.reply = Reply("Line 1.1 answers.", "1.1")
    session = recorded(sample_home, embedder, stub, ReceiptStore(tmp_path / "receipts.db"))
    _, answer = turn(session, QUESTION)
    assert answer.claims
    assert answer.receipt_id is None
    (notice,) = [n for n in answer.notices if n.kind == "unrecorded"]
    assert notice.text.startswith("This answer is not recorded: ")
    assert QUESTION not in notice.text


def test_an_edition_retired_while_the_model_thinks_is_not_shown_and_the_receipt_replays(
    sample_home: Home, embedder: Embedder, stub: StubVLLM, tmp_path: Path
) -> None:
    home = Home(Path(shutil.copytree(sample_home.root, tmp_path / "home")))
    stub.reply = Reply("Line 1.1 answers.", "1.1")
    session = recorded(home, embedder, stub, ReceiptStore(home.receipts))

    async def ask() -> Answer:
        async for event in session.ask(QUESTION, "c"):
            if isinstance(event, Found):
                with catalogue.locked(home) as entries:
                    catalogue.retire(entries, "cap-adults-2025")
            if isinstance(event, Answered):
                return event.answer
        raise AssertionError("no answer")

    answer = RUNNERS[-1].run(ask())
    assert (answer.abstained, answer.why, answer.claims) == (True, "withheld", ())
    assert [w.why for w in answer.withheld] == [
        "status: its edition is retired since the question was asked"
    ]
    assert "cap-adults-2025" not in {c.guideline for c in answer.nearest}
    done = replay(home, find(home.receipts, answer.receipt_id or ""))
    assert (done.same, done.differences) == (True, ())


def test_lines_that_retrieval_chose_are_there_before_the_model_has_ended(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.reply = Reply("word " * 20, "1.1", size=5)
    events, answer = turn(open_session(Options()), QUESTION)
    kinds = [type(e) for e in events]
    assert kinds.index(Passed) < kinds.index(Thinking)
    assert tuple(e.claim for e in events if isinstance(e, Passed)) == answer.claims


def test_a_second_question_of_a_conversation_is_refused_while_one_runs(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.reply = Reply("word " * 50, "1.1", size=5)
    session = open_session(BY_MODEL)

    async def both() -> str:
        first = session.ask(QUESTION, "c")
        await anext(first)
        with pytest.raises(Problem) as refused:
            await anext(session.ask(QUESTION, "c"))
        async for _ in session.ask(QUESTION, "another"):
            pass
        assert isinstance(first, AsyncGenerator)
        await first.aclose()
        return str(refused.value)

    told = RUNNERS[-1].run(both())
    assert "another one of this conversation is still being answered" in told
    assert turn(session, QUESTION)[1].claims


def test_guards_that_do_not_end_in_time_show_nothing(
    open_session: Open, stub: StubVLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.reply = Reply("So.", "1.1")
    monkeypatch.setattr("agent.asking.GUARD_S", 0.2)
    monkeypatch.setattr("agent.guardrails.ANSWER_GUARDS", (("slow", lambda *_: time.sleep(1)),))
    session, events = open_session(BY_MODEL), list[Event]()

    async def collect() -> None:
        async for event in session.ask(QUESTION, "c"):
            events.append(event)

    with pytest.raises(Problem, match="took more than 0 s; no answer is shown"):
        RUNNERS[-1].run(collect())
    assert not [e for e in events if isinstance(e, Answered | Passed)]
