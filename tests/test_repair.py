"""Compose mode: sentences pass one by one, what fails goes back once, and a receipt replays it."""

from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answer import Answer
from agent.cli_ask import as_text
from agent.events import Again, Answered, Event, Passed, Thinking
from agent.holder import IndexHolder
from agent.model import connect
from agent.page_talk import Talk
from agent.page_transcript import turn_html
from agent.prompts import marked_sentences, rewritten
from agent.receipt_reading import find
from agent.receipt_replay import replay
from agent.receipt_store import ReceiptStore
from agent.releasing import SentenceCutter
from agent.session import Session
from agent.settings import AgentSettings
from agent.words import ENGLISH
from guidelines.home import Home
from retrieval.embed import Embedder
from tests.stub_vllm import Reply, StubVLLM
from tests.test_session import (
    COMPOSE,
    QUESTION,
    RUNNERS,
    SAID,
    Open,
    line_id,
    loop,
    open_session,
    turn,
)

__all__ = ["loop", "open_session"]

WRONG = "Give amoxicillin 2 g every 8 hours to adults"
STOP = "Always stop"


@pytest.fixture
def dose(open_session: Open, stub: StubVLLM) -> str:
    stub.reply = Reply("t", "NONE")
    found = line_id(turn(open_session(COMPOSE), QUESTION, "probe")[0], "Offer oral amoxicillin 1 g")
    stub.requests.clear()
    return found


def said(line: str) -> str:
    return f"{SAID[:-1]} [{line}]."


def test_a_sentence_that_failed_is_written_again_and_stands_in_its_place(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [Reply("t", f"{WRONG} [{dose}]."), Reply("u", f"1. {said(dose)}")]
    events, answer = turn(open_session(COMPOSE), QUESTION)
    assert [c.text for c in answer.claims] == [SAID]
    assert answer.withheld == ()
    ((text, outcome),) = [(r.text, r.outcome) for r in answer.repairs]
    assert (text, outcome) == (f"{WRONG}.", "rewritten")
    assert [e.refused for e in events if isinstance(e, Again)] == [1]
    asked = stub.requests[1]["messages"]
    assert [m["role"] for m in asked] == ["system", "user", "assistant", "user"]
    told = asked[-1]["content"]
    assert f"1. {WRONG}." in told
    assert "Refused: quantity: " in told
    assert f"Line {dose}: Offer oral amoxicillin 1 g" in told
    assert answer.thinking == "t\n\nu"
    assert "Written again and passed: 1." in as_text(answer)


def test_what_fails_twice_is_quoted_where_it_cites_and_withheld_where_not(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [
        Reply("t", f"{said(dose)} {WRONG} [{dose}]. Rest is fine."),
        Reply("u", f"1. Give 3 g [{dose}].\n2. NONE"),
    ]
    _, answer = turn(open_session(COMPOSE), QUESTION)
    quote = answer.claims[1]
    assert [answer.claims[0].text, quote.text] == [SAID, quote.citations[0].quote]
    assert [w.text for w in answer.withheld] == [f"{WRONG}.", "Rest is fine."]
    assert [r.outcome for r in answer.repairs] == ["quoted", "withheld"]
    assert len(stub.requests) == 2


def test_an_answer_with_nothing_left_is_an_abstention_that_tells_of_the_repair(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.replies = [Reply("t", "Rest is fine."), Reply("u", "1. Rest is good.")]
    _, answer = turn(open_session(COMPOSE), QUESTION)
    assert (answer.abstained, answer.why, answer.claims) == (True, "withheld", ())
    assert [(r.text, r.outcome) for r in answer.repairs] == [("Rest is fine.", "withheld")]
    assert len(answer.nearest) == 3


def test_an_answer_that_holds_thinking_is_asked_for_as_a_whole_again(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [
        Reply("t", f"Wait, let me think again. Hmm, maybe {dose}? {said(dose)}"),
        Reply("u", said(dose)),
    ]
    events, answer = turn(open_session(COMPOSE), QUESTION)
    assert [c.text for c in answer.claims] == [SAID]
    assert "refused as a whole: thinking: " in stub.requests[1]["messages"][-1]["content"]
    assert not [e for e in events if isinstance(e, Passed)]


def test_a_model_that_gave_no_answer_may_still_be_repaired(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [
        Reply("t", ""), Reply("u", f"{WRONG} [{dose}]."), Reply("v", f"1. {said(dose)}"),
    ]  # fmt: skip
    events, answer = turn(open_session(COMPOSE), QUESTION)
    assert [c.text for c in answer.claims] == [SAID]
    assert [e.refused for e in events if isinstance(e, Again)] == [0, 1]
    assert len(stub.requests) == 3


@pytest.mark.parametrize("replies", [1, 2, 3])
def test_the_receipt_holds_every_request_and_reply_and_replays_to_the_same_verdicts(
    replies: int, sample_home: Home, embedder: Embedder, stub: StubVLLM, tmp_path: Path, dose: str
) -> None:
    store = ReceiptStore(tmp_path / "receipts.db")
    model = connect(AgentSettings(), stub.url, stub.model)
    session = Session(IndexHolder(sample_home, embedder), model, COMPOSE, store)
    every = [
        Reply("only thinking", ""),
        Reply("u", f"{said(dose)} {WRONG} [{dose}]. Rest is fine."),
        Reply("v", f"1. {said(dose)}\n2. NONE"),
    ]
    stub.replies = {1: [Reply("t", said(dose))], 2: every[1:], 3: every}[replies]
    _, answer = turn(session, QUESTION)
    entry = find(store.path, answer.receipt_id or "")
    assert len(entry.body["replies"]) == len(entry.body["prompts_sha256"]) == replies
    assert len(stub.requests) == replies
    assert replay(sample_home, entry).differences == ()
    assert replay(sample_home, entry).same


def test_sentences_pass_one_by_one_before_the_reply_has_ended_and_never_before(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    answer_text = f"{said(dose)} {WRONG} [{dose}]. It is {'so ' * 40}."
    stub.replies = [Reply("t", answer_text, size=7, pause_s=0.02), Reply("u", "1. NONE\n2. NONE")]
    session = open_session(COMPOSE)

    async def until_first() -> tuple[list[Event], int]:
        events: list[Event] = []
        stream = session.ask(QUESTION, "c")
        async for event in stream:
            events.append(event)
            if isinstance(event, Passed):
                break
        requests = len(stub.requests)
        assert isinstance(stream, AsyncGenerator)
        await stream.aclose()
        return events, requests

    events, requests = RUNNERS[-1].run(until_first())
    (passed,) = [e.claim for e in events if isinstance(e, Passed)]
    assert passed.text == SAID
    assert all(v.passed for v in passed.verdicts)
    # The model was still writing its first reply.
    assert requests == 1


def test_with_tags_nothing_is_released_while_it_may_still_be_thinking(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    wrong_end = (f"{said(dose)} Next, ", "more.", "</think>", f"{said(dose)} ", "So.")
    stub.replies = [Reply(pieces=wrong_end), Reply("u", "1. NONE")]
    events, answer = turn(open_session(COMPOSE), QUESTION)
    assert [c.text for c in answer.claims] == [SAID]
    passed = [e for e in events if isinstance(e, Passed)]
    assert not passed
    assert SAID[:-1] in answer.thinking


@pytest.mark.parametrize("stop_after", range(1, 9))
def test_stopping_at_any_moment_leaves_only_passed_sentences_marked_as_a_part(
    stop_after: int, open_session: Open, stub: StubVLLM, dose: str
) -> None:
    text = f"{said(dose)} {WRONG} [{dose}]. Rest is fine. {said(dose)}"
    stub.reply = Reply("t", text, size=40, pause_s=0.05)
    session, talk = open_session(COMPOSE), Talk()

    async def play() -> None:
        drawn = 0
        async for _ in talk.follow(session.ask, QUESTION, 4):
            drawn += 1
            if drawn >= stop_after:
                talk.stop()

    RUNNERS[-1].run(play())
    (stopped,) = talk.turns
    assert stopped.phase in ("stopped", "answered")
    assert {c.text for c in stopped.passed} <= {SAID}
    page = turn_html(stopped, ENGLISH, "t0")
    if stopped.phase == "stopped":
        assert WRONG not in page
        assert "Rest is fine" not in page
        assert (ENGLISH.partial in page) is bool(stopped.passed)
    assert not talk.busy


def test_the_page_says_that_a_repair_happened(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [Reply("t", f"{WRONG} [{dose}]."), Reply("u", f"1. {said(dose)}")]
    session, talk = open_session(COMPOSE), Talk()

    async def play() -> list[str]:
        return [turn_html(t, ENGLISH, "t0") async for t in talk.follow(session.ask, QUESTION, 4)]

    last = RUNNERS[-1].run(play())[-1]
    assert "1 of the model&#x27;s sentences did not pass the checks" in last
    assert 'class="repaired"' in last


@pytest.mark.parametrize(
    ("reply", "count", "read"),
    [
        ("1. Give A [1.1].\n2. NONE", 2, {1: "Give A [1.1].", 2: "NONE"}),
        ("1) Give A [1.1].\nThen B [1.2].", 2, {1: "Give A [1.1].\nThen B [1.2]."}),
        ("Give A [1.1].\nGive B [1.2].", 2, {1: "Give A [1.1].", 2: "Give B [1.2]."}),
        ("Give A [1.1].\nGive B [1.2].", 1, {1: "Give A [1.1].\nGive B [1.2]."}),
        ("3. Give C [1.1].", 2, {}),
        ("2.5 mg is given [1.1].", 1, {1: "2.5 mg is given [1.1]."}),
        ("", 2, {}),
    ],
)
def test_rewritten_sentences_are_told_by_their_numbers(
    reply: str, count: int, read: dict[int, str]
) -> None:
    assert rewritten(reply, count) == read


PARTS = st.sampled_from(
    [
        *("Give 1 g", "[1.1]", "[2.1, 1.1]", "[", "]", "Next", "a", "e.g. ", " [p. A] "),
        *(". ", ".", "! ", "? ", " ", "\n", "。", "？", "- ", "• ", "*"),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PARTS, max_size=14), st.lists(st.integers(0, 80), max_size=8))
def test_any_cutting_of_a_stream_gives_the_sentences_of_the_whole(
    parts: list[str], cuts: list[int]
) -> None:
    text = "".join(parts)
    edges = [0, *sorted(min(c, len(text)) for c in cuts), len(text)]
    for pieces in ([text[a:b] for a, b in pairwise(edges)], list(text)):
        cutter = SentenceCutter()
        found = [s for piece in pieces for s in cutter.feed(piece)] + cutter.close()
        assert found == marked_sentences(text)


def shown(events: list[Event]) -> Answer:
    return next(e.answer for e in events if isinstance(e, Answered))


def test_a_rewriting_that_was_cut_off_counts_for_nothing(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [
        Reply("t", "Rest is fine."),
        Reply("u", f"1. {said(dose)}", finish="length"),
    ]
    events, answer = turn(open_session(COMPOSE), QUESTION)
    assert (answer.abstained, shown(events).why) == (True, "withheld")
    assert [e.text for e in events if isinstance(e, Thinking)] == ["t", "u"]


def test_a_sentence_that_the_length_limit_cut_is_withheld(
    open_session: Open, stub: StubVLLM, dose: str
) -> None:
    stub.replies = [
        Reply("t", f"{said(dose)} {said(dose)[:-1]}", finish="length"), Reply("u", "1. NONE"),
    ]  # fmt: skip
    events, answer = turn(open_session(COMPOSE), QUESTION)
    assert [e.claim.text for e in events if isinstance(e, Passed)] == [SAID]
    assert answer.claims[0].text == SAID
    assert [w.why for w in answer.withheld] == ["breaks off here"]
