"""Whatever a model emits, and however its stream is cut, nothing unproved is shown."""

import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.answer import Answer, Claim, Mode
from agent.events import Answered, Event, Found, Passed, Thinking
from agent.evidence import Evidence
from agent.guardrails import check_claim
from agent.holder import IndexHolder
from agent.model import connect
from agent.redact import redact
from agent.session import Options, Session
from agent.settings import AgentSettings
from agent.stream_limits import Limits
from guidelines.home import Home
from guidelines.pages import page_text
from guidelines.problem import Problem
from retrieval.embed import Embedder
from retrieval.passages import quote_spans
from tests.stub_vllm import Reply, StubVLLM
from tests.test_session import QUESTION, RUNNERS, SAID, loop

__all__ = ["loop"]

MODES: list[Mode] = ["quote", "compose"]
SECRETS = ("Amina Yusuf", "943 476 5919", "03/04/1961")
Sessions = dict[Mode, Session]


@pytest.fixture
def sessions(sample_home: Home, embedder: Embedder, stub: StubVLLM) -> Sessions:
    model = connect(AgentSettings(timeout_s=20.0), stub.url, stub.model)
    model = model.model_copy(update={"limits": Limits(retry_waits_s=())})
    holder = IndexHolder(sample_home, embedder)
    return {mode: Session(holder, model, Options(mode=mode, selected_by="model")) for mode in MODES}


def asked(session: Session) -> list[Event]:
    """Ask, and give every event; a Problem ends them without an answer."""
    events: list[Event] = []

    async def collect() -> None:
        async for event in session.ask(QUESTION, f"c{id(events)}"):
            events.append(event)

    with suppress(Problem):
        RUNNERS[-1].run(collect())
    return events


def proved(claim: Claim, evidence: Evidence, home: Home, emitted: str) -> None:
    """Check one claim as a stranger would: from the PDF's page on, trusting no verdict."""
    assert claim.citations
    for cited in claim.citations:
        assert cited == evidence.lines[cited.line].cite()
        path = home.files / f"{cited.file_sha256}.pdf"
        assert quote_spans(page_text(path, cited.page), cited.spans) == cited.quote
        assert cited.status == "current"
    bare = replace(claim, verdicts=())
    if claim.text == claim.citations[0].quote and len(claim.citations) == 1:
        return  # the page's own words
    assert all(v.passed for v in check_claim(bare, evidence, "compose"))
    # It is a sentence that the model wrote, not one put together of parts.
    assert _bare(claim.text).rstrip(".!?。！？") in _bare(redact(emitted).text)


def _bare(text: str) -> str:
    """Leave out what is no word: blanks and markers."""
    return re.sub(r"\[[^\[\]]*\]|\s+", "", text)


def all_proved(events: list[Event], home: Home, mode: Mode, emitted: str) -> Answer | None:
    found = next((e.evidence for e in events if isinstance(e, Found)), None)
    answer = next((e.answer for e in events if isinstance(e, Answered)), None)
    passed = [e.claim for e in events if isinstance(e, Passed)]
    shown = [*passed, *(answer.claims if answer else ())]
    for claim in shown:
        assert found is not None
        proved(claim, found, home, emitted)
        if mode == "quote":
            assert claim.text == claim.citations[0].quote
    if answer is not None:
        assert answer.abstained is not bool(answer.claims)
        assert answer.thinking == redact(answer.thinking).text
    text = repr([e for e in events if not isinstance(e, Found)])
    for secret in SECRETS:
        assert secret not in text
    return answer


IDS = st.sampled_from(["1.1", "1.2", "2.1", "2.2", "3.1", "9.9", "0.0", "1.", ".1", "NONE"])
TAGS = st.sampled_from(["<think>", "</think>", "<THINK>", "</thi", "<", "</think", "think>"])
WORDS = st.sampled_from(
    [
        *(f"{SAID[:-1]} [1.1]. ", SAID[:-1], "Give 2 g", "Do not give amoxicillin", "for 5 days"),
        *("always", "1 g", "to all", ". ", ".", "\n", " ", "[", "]", "[1.1]", "[1.1].", "[9.9]"),
        *(
            "[2.1, 1.1]",
            "，",
            "。",
            "给药",
            "1. ",
            "2. ",
            "NONE",
            "Wait, actually",
            "\x00",
            "\ud7ff",
        ),
        *(" Mrs Amina Yusuf ", " NHS 943 476 5919 ", " born 03/04/1961 "),
    ]
)
EMITTED = st.lists(st.one_of(IDS, TAGS, WORDS, st.text(max_size=12)), max_size=16).map("".join)


@pytest.mark.parametrize("mode", MODES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=EMITTED, again=EMITTED, reasoning=EMITTED, size=st.sampled_from([0, 1, 3, 17]))
def test_whatever_is_emitted_only_what_is_proved_is_shown(
    mode: Mode, content: str, again: str, reasoning: str, size: int,
    sessions: Sessions, sample_home: Home, stub: StubVLLM,
) -> None:  # fmt: skip
    stub.replies = [Reply(reasoning, content, size=size)]
    stub.reply = Reply("", again, size=size)
    events = asked(sessions[mode])
    all_proved(events, sample_home, mode, f"{content}\n{again}")
    stub.replies = []


REPLIES: dict[Mode, str] = {
    "quote": "<think>Mrs Amina Yusuf, 1.2 no</think>1.1 2.1",
    "compose": f"<think>Amina Yusuf</think>{SAID[:-1]} [1.1]. Give 2 g [1.1].\nNHS 943 476 5919.",
}


@pytest.mark.parametrize("mode", MODES)
def test_a_stream_split_at_every_byte_gives_the_same_answer(
    mode: Mode, sessions: Sessions, sample_home: Home, stub: StubVLLM
) -> None:
    text, answers = REPLIES[mode], list[Answer]()
    for cut in range(len(text) + 1):
        stub.replies = [Reply(pieces=(text[:cut], text[cut:]))]
        stub.reply = Reply("", "1. NONE\n2. NONE")
        found = all_proved(asked(sessions[mode]), sample_home, mode, text)
        assert found is not None
        answers.append(replace(found, timing_ms={}))
    # And every byte of the wire by itself.
    stub.replies = [Reply(pieces=(text,), bytewise=True)]
    found = all_proved(asked(sessions[mode]), sample_home, mode, text)
    assert found is not None
    assert len(answers) == len(text) + 1
    assert {repr(a) for a in answers} == {repr(replace(found, timing_ms={}))}
    assert answers[0].claims


@pytest.mark.parametrize("cut", range(0, 40, 3))
@pytest.mark.parametrize("field", ["reasoning", "tags"])
def test_identity_in_emitted_thinking_reaches_no_event(
    cut: int, field: str, sessions: Sessions, stub: StubVLLM
) -> None:
    said = "So Mrs Amina Yusuf, NHS 943 476 5919, born 03/04/1961, needs line 1.1 of these."
    stub.reply = Reply(said, "1.1", field, size=cut)  # type: ignore[arg-type]
    events = asked(sessions["quote"])
    text = repr(events)
    for secret in (*SECRETS, "Amina", "Yusuf"):
        assert secret not in text
    thought = "".join(e.text for e in events if isinstance(e, Thinking))
    assert "needs line 1.1" in thought
