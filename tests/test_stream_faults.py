"""Every way a model's server fails ends in bounded time, in one line or in an honest outcome."""

import json
import time
from dataclasses import dataclass

import pytest

from agent.answer import Answer
from agent.chat_vllm import ChatVLLM
from agent.events import Answered, Event, Found, Passed
from agent.holder import IndexHolder
from agent.model import connect
from agent.session import Options, Session
from agent.settings import AgentSettings
from agent.stream_limits import Limits
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.embed import Embedder
from tests.stub_vllm import Reply, StubVLLM
from tests.test_session import RUNNERS, loop

__all__ = ["loop"]

QUESTION = "amoxicillin dose low severity pneumonia adult"
# Far apart, since machines are busy: silence, a turn, and what any end may take.
SILENCE_S, TURN_S, BOUND_S = 2.0, 6.0, 15.0
MODES = {
    "quote": Options(selected_by="model", turn_s=TURN_S),
    "compose": Options(mode="compose", selected_by="model", turn_s=TURN_S),
}


@dataclass(frozen=True)
class Ended:
    """How a turn ended: its answer or its one line, after how long and how many requests."""

    answer: Answer | None
    line: str
    seconds: float
    requests: int
    events: tuple[Event, ...]


def model_of(stub: StubVLLM, url: str = "") -> ChatVLLM:
    settings = AgentSettings(timeout_s=SILENCE_S, think_limit=2_000)
    model = connect(settings, url or stub.url, stub.model)
    limits = Limits(think_chars=2_000, retry_waits_s=(0.05, 0.1), longest_wait_s=1.0, tail_s=0.2)
    return model.model_copy(update={"limits": limits})


def ended(home: Home, embedder: Embedder, stub: StubVLLM, mode: str, url: str = "") -> Ended:
    session = Session(IndexHolder(home, embedder), model_of(stub, url), MODES[mode])
    events: list[Event] = []
    line = ""

    async def collect() -> None:
        async for event in session.ask(QUESTION, "c"):
            events.append(event)

    began = time.monotonic()
    try:
        RUNNERS[-1].run(collect())
    except Problem as problem:
        line = str(problem)
    answers = [e.answer for e in events if isinstance(e, Answered)]
    return Ended(
        answers[-1] if answers else None, line, time.monotonic() - began, len(stub.requests),
        tuple(events),
    )  # fmt: skip


def chunk(**delta: object) -> str:
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
    return "data: " + json.dumps({**body, "choices": [{"index": 0, "delta": delta}]})


AWAY = "is away or broke off"
# name: the reply, what the line says, how many requests were made
FAULTS: dict[str, tuple[Reply, str, int]] = {
    "hangs before headers": (Reply(wait_s=30.0), "did not answer in time", 1),
    "hangs before the first word": (Reply("slow", hang_s=30.0), "did not answer in time", 1),
    "hangs in the middle": (
        Reply(raw=(chunk(content="Give "),), stay_s=30.0), "did not answer in time", 1),
    "429": (Reply(status=429), "refused with HTTP status 429 (busy), also when asked again", 3),
    "429 for long": (
        Reply(status=429, retry_after="60"), "refused with HTTP status 429", 1),
    "500": (Reply(status=500), "refused with HTTP status 500, also when asked again", 3),
    "503": (Reply(status=503), "refused with HTTP status 503, also when asked again", 3),
    "404": (Reply(status=404), "refused with HTTP status 404", 1),
    "reset before a word": (Reply("Words", size=2, drop_after=1), AWAY, 3),
    "reset in the middle": (Reply("Thinking on", "1.1", size=2, drop_after=4), AWAY, 1),
    "truncated JSON": (
        Reply(raw=(chunk(content="1"), 'data: {"choices": [{"delta": {"cont')),
        "sent what cannot be read", 1),
    "JSON of another shape": (Reply(raw=("data: 17",)), "cannot be read|broke off", 1),
    "null choices": (Reply(raw=('data: {"choices": null}',)), "broke off before its end", 1),
    "an error in the stream": (
        Reply(raw=('data: {"error": {"message": "secret prompt"}}',)), AWAY, 1),
    "not a stream at all": (Reply(raw=("<html>busy</html>",)), "broke off before its end", 1),
    "ends without its end": (Reply("t", "1.1", finish=None), "broke off before its end", 1),
    "an answer without end": (
        Reply("t", "word " * 20_000, size=5_000), "wrote more than 16000 characters", 1),
    "one huge answer": (Reply("t", "word " * 200_000), "wrote more than 16000 characters", 1),
}  # fmt: skip


@pytest.mark.parametrize("mode", list(MODES))
@pytest.mark.parametrize("name", list(FAULTS))
def test_a_fault_is_one_line_in_bounded_time_and_shows_no_answer(
    name: str, mode: str, sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    reply, says, requests = FAULTS[name]
    stub.reply = reply
    done = ended(sample_home, embedder, stub, mode)
    assert done.answer is None
    assert any(s in done.line for s in says.split("|")), done.line
    assert "\n" not in done.line
    assert QUESTION not in done.line
    assert "secret" not in done.line
    assert done.requests == requests
    assert done.seconds < BOUND_S
    assert not [e for e in done.events if isinstance(e, Passed)]


ENDLESS = "on and on it goes " * 400  # over the cap of 2,000
# name: the reply to every request, why nothing is answered, how many requests were made
SILENT: dict[str, tuple[Reply, str, int]] = {
    "empty": (Reply("", ""), "silent", 2),
    "only thinking": (Reply("Surely 1.1 fits.", ""), "silent", 2),
    "a tag that never closes": (Reply(pieces=("<think>So 1.1 ", "it is 1.1.")), "silent", 2),
    "endless thinking": (Reply(ENDLESS, "1.1", size=100), "silent", 2),
    "endless thinking in tags": (Reply(ENDLESS, "1.1", "tags", size=100), "silent", 2),
    "endless thinking at once": (Reply(ENDLESS * 100, "1.1"), "silent", 2),
    "answer inside the thinking": (Reply(pieces=("<think>1.1</think>",)), "silent", 2),
    "a draft, then thinking without end": (Reply(pieces=("1.1 <think>or 1.2",)), "silent", 2),
    "tags alone": (Reply(pieces=("</think><think></think>",)), "silent", 2),
    "a torn tag": (Reply(pieces=("<thi",)), "silent", 2),
}


@pytest.mark.parametrize("mode", list(MODES))
@pytest.mark.parametrize("name", list(SILENT))
def test_a_reply_without_an_answer_is_asked_for_one_and_then_abstains(
    name: str, mode: str, sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    reply, why, requests = SILENT[name]
    stub.reply = reply
    done = ended(sample_home, embedder, stub, mode)
    assert done.line == ""
    assert done.answer is not None
    assert (done.answer.abstained, done.answer.why) == (True, why)
    assert done.requests == requests
    assert done.seconds < BOUND_S
    assert len(done.answer.thinking) < 2 * 35_000
    last = stub.requests[-1]
    assert "Do not think any further" in last["messages"][-1]["content"]
    assert last["chat_template_kwargs"] == {"enable_thinking": False}


GOOD: dict[str, Reply] = {
    "nested tags": Reply(pieces=("<think>a <think>1.2</think> 1.3</think>1.1",)),
    "an opener that the prompt held": Reply(pieces=("1.2 is of others.</think>\n\n1.1",)),
    "a closer twice": Reply(pieces=("<think>1.2</think>1.3</think>1.1",)),
    "tags split over chunks": Reply(pieces=("<th", "ink>1", ".2</", "think", ">1", ".1")),
    "every byte by itself": Reply("1.2 is of others", "1.1", "tags", size=1, bytewise=True),
    "thinks twice": Reply(pieces=("<think>1.2</think>1.3<think>1.4</think>1.1",)),
    "[DONE] never comes": Reply("1.2 is of others", "1.1", stay_s=30.0),
}


@pytest.mark.parametrize("name", list(GOOD))
def test_only_what_follows_all_thinking_is_the_answer(
    name: str, sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    stub.reply = GOOD[name]
    done = ended(sample_home, embedder, stub, "quote")
    assert done.answer is not None
    assert [c.citations[0].line for c in done.answer.claims] == ["1.1"]
    assert done.requests == 1
    assert done.seconds < BOUND_S


def test_a_busy_server_is_asked_again_when_it_says(
    sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    stub.replies = [Reply(status=429, retry_after="0.7"), Reply(status=503)]
    stub.reply = Reply("So.", "1.1")
    done = ended(sample_home, embedder, stub, "quote")
    assert done.answer is not None
    assert done.answer.claims
    assert done.requests == 3
    assert 0.7 <= done.seconds < BOUND_S


def test_a_server_that_is_not_there_is_one_line(
    sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    done = ended(sample_home, embedder, stub, "quote", url="http://127.0.0.1:9/v1")
    assert AWAY in done.line
    assert done.seconds < BOUND_S


def test_an_id_that_the_length_limit_cut_is_not_taken_for_another(
    sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    stub.reply = Reply("So.", "1.1 2.1", finish="length")
    done = ended(sample_home, embedder, stub, "quote")
    assert done.answer is not None
    assert [c.citations[0].line for c in done.answer.claims] == ["1.1"]
    found = next(e for e in done.events if isinstance(e, Found))
    assert "2.1" in found.evidence.lines


@pytest.mark.parametrize("mode", list(MODES))
def test_a_model_that_drips_for_ever_is_stopped_by_the_turns_limit(
    mode: str, sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> None:
    # Never silent, never near the cap on thinking: only the turn's own limit ends it.
    stub.reply = Reply("slow thinking " * 100, "1.1", size=2, pause_s=0.1)
    done = ended(sample_home, embedder, stub, mode)
    assert done.line == (
        "the model: did not end its answer within 6 s; it was stopped. "
        "Mend: ask again, or raise CLINICITE_TURN_S"
    )
    assert TURN_S <= done.seconds < BOUND_S
