"""A turn from question to answer, over a real index and a server that speaks vLLM's wire."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from agent.answer import Answer
from agent.chat_vllm import ChatVLLM
from agent.events import Answered, Checking, Event, Found, Searching, Thinking
from agent.holder import IndexHolder
from agent.model import connect
from agent.session import Options, Session
from agent.settings import AgentSettings
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.embed import Embedder
from tests.stub_vllm import Reply, StubVLLM

QUESTION = "amoxicillin dose low severity pneumonia adult"
FOREIGN = "deflazacort in Duchenne dystrophy"
BY_MODEL = Options(selected_by="model")
RUNNERS: list[asyncio.Runner] = []
# The sample's line in other words: nobody whom it names is left out.
SAID = (
    "Offer oral amoxicillin 1000 mg every 8 hours for 5 days to adults with low-severity "
    "community-acquired pneumonia who are not allergic to penicillin."
)
# As long as the embedded model's thinking: the redactor holds back up to 95 characters.
THOUGHT = (
    "First, line 1.1 fits what was asked about the dose here. it names the drug, how much of it "
    "and how often, and it is for adults with the same illness, so nothing else is needed."
)
COMPOSE = Options(mode="compose", selected_by="model")


@pytest.fixture(autouse=True)
def loop() -> Iterator[asyncio.Runner]:
    """One event loop a test, as a page has one: the client keeps connections open in it."""
    with asyncio.Runner() as runner:
        RUNNERS.append(runner)
        yield runner
        RUNNERS.clear()


@pytest.fixture
def open_session(
    sample_home: Home, embedder: Embedder, stub: StubVLLM
) -> Callable[[Options], Session]:
    model: ChatVLLM = connect(AgentSettings(), stub.url, stub.model)
    return lambda options: Session(IndexHolder(sample_home, embedder), model, options)


def turn(session: Session, question: str, conversation: str = "c") -> tuple[list[Event], Answer]:
    async def collect() -> list[Event]:
        return [event async for event in session.ask(question, conversation)]

    events = RUNNERS[-1].run(collect())
    last = events[-1]
    assert isinstance(last, Answered)
    return events, last.answer


def line_id(events: list[Event], words: str) -> str:
    found = next(e for e in events if isinstance(e, Found))
    return next(i for i, x in found.evidence.lines.items() if words in x.text)


Open = Callable[[Options], Session]


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "both", "tags"])
def test_thinking_streams_and_the_answer_is_held(
    open_session: Open, stub: StubVLLM, field: str
) -> None:
    stub.reply = Reply(THOUGHT, "\n\n1.1", field=field, size=2)  # type: ignore[arg-type]
    events, answer = turn(open_session(BY_MODEL), QUESTION)
    kinds = [type(e) for e in events]
    assert kinds[:2] == [Searching, Found]
    assert kinds[-2:] == [Checking, Answered]
    thinking = [e.text for e in events if isinstance(e, Thinking)]
    assert len(thinking) > 5
    assert "".join(thinking) == answer.thinking == THOUGHT
    assert [c.citations[0].line for c in answer.claims] == ["1.1"]
    assert answer.claims[0].text == answer.claims[0].citations[0].quote


def test_quote_mode_constrains_the_reply_and_says_both_ways_that_it_thinks(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.reply = Reply("Line 1.1 fits the question.", "1.1")
    events, _ = turn(open_session(BY_MODEL), QUESTION)
    body = stub.requests[-1]
    ids = next(e for e in events if isinstance(e, Found)).evidence.lines
    assert all(i.replace(".", "\\.") in body["structured_outputs"]["regex"] for i in ids)
    assert body["chat_template_kwargs"] == {"enable_thinking": True}
    assert [m["role"] for m in body["messages"]] == ["system", "user"]


def test_until_a_model_is_marked_as_better_retrieval_picks_and_keeps_its_choice_beside(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.reply = Reply("It is not here.", "NONE")
    _, answer = turn(open_session(Options()), QUESTION)
    assert answer.selected_by == "retrieval"
    assert "amoxicillin 1 g" in answer.claims[0].text.lower()
    assert answer.model_choice is not None
    assert answer.model_choice.none
    assert answer.thinking == "It is not here."
    # The older edition said otherwise: its card stands in place of the notice.
    assert [c.sides[1].citation.status for c in answer.outdated] == ["superseded"]
    assert answer.notices == ()
    assert {c.citations[0].status for c in answer.claims} == {"current"}


@pytest.mark.parametrize(
    ("content", "why"), [("NONE", "none"), ("9.9", "withheld"), ("", "silent")]
)
def test_none_an_unknown_id_and_silence_each_abstain(
    open_session: Open, stub: StubVLLM, content: str, why: str
) -> None:
    stub.reply = Reply("So it is.", content)
    _, answer = turn(open_session(BY_MODEL), QUESTION)
    assert (answer.abstained, answer.why, answer.claims) == (True, why, ())
    assert "passages of 4 guidelines" in str(answer.reason)
    assert len(answer.nearest) == 3


def test_a_question_foreign_to_the_library_never_reaches_the_model(
    open_session: Open, stub: StubVLLM
) -> None:
    _, answer = turn(open_session(Options()), FOREIGN)
    assert (answer.abstained, answer.why) == (True, "foreign")
    assert stub.requests == []


def test_an_answer_left_in_the_thinking_is_not_an_answer(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.reply = Reply("Surely 1.1", "", field="reasoning")
    _, answer = turn(open_session(BY_MODEL), QUESTION)
    assert answer.why == "silent"
    # It was asked for its answer once more, and thought the same again.
    assert answer.thinking == "Surely 1.1\n\nSurely 1.1"
    assert len(stub.requests) == 2
    assert "Do not think any further" in stub.requests[1]["messages"][-1]["content"]


def test_compose_shows_what_passes_and_quotes_the_page_for_what_does_not(
    open_session: Open, stub: StubVLLM
) -> None:
    session = open_session(COMPOSE)
    stub.reply = Reply("t", "NONE")
    events, _ = turn(session, QUESTION, "probe")
    dose = line_id(events, "Offer oral amoxicillin 1 g")
    stub.reply = Reply(
        "t",
        f"{SAID[:-1]} [{dose}]. "
        f"Offer amoxicillin 1 g every 8 hours to all [{dose}]. "
        f"Give 2 g every 8 hours [{dose}]. It always works [{dose}]. Rest is fine. "
        f"Take ibuprofen [8.8].",
    )
    _, answer = turn(session, QUESTION)
    quote = answer.claims[1].text
    assert answer.claims[0].text == SAID
    assert quote == answer.claims[1].citations[0].quote
    assert len(answer.claims) == 2
    assert [w.text for w in answer.withheld] == [
        "Offer amoxicillin 1 g every 8 hours to all.",
        "Give 2 g every 8 hours.",
        "It always works.",
        "Rest is fine.",
        "Take ibuprofen.",
    ]
    assert "polarity" in answer.withheld[0].why
    assert "quantity" in answer.withheld[1].why
    assert "absolutist" in answer.withheld[2].why


def test_a_follow_up_uses_the_conversation_and_another_conversation_does_not(
    open_session: Open, stub: StubVLLM
) -> None:
    session = open_session(COMPOSE)
    stub.reply = Reply("t", "NONE")
    turn(session, QUESTION, "a")
    _, followed = turn(session, "and if allergic to penicillin?", "a")
    assert followed.searched == f"{QUESTION} and if allergic to penicillin?"
    sent = stub.requests[-1]["messages"]
    assert [m["role"] for m in sent] == ["system", "user", "assistant", "user"]
    # What the conversation remembers is what was shown, not the model's draft.
    assert sent[2]["content"].startswith("No answer is shown")
    _, fresh = turn(session, "and if allergic to penicillin?", "b")
    assert fresh.searched == "and if allergic to penicillin?"


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply("Thinking on and on", "1.1", size=2, drop_after=4), "is away or broke off"),
        (Reply(status=500), "refused with HTTP status 500"),
        (Reply("slow", "1.1", hang_s=5.0), "did not answer in time|is away or broke off"),
    ],
)
def test_a_model_that_fails_in_the_middle_is_one_line_and_shows_no_answer(
    sample_home: Home, embedder: Embedder, stub: StubVLLM, reply: Reply, line: str
) -> None:
    stub.reply = reply
    settings = AgentSettings(timeout_s=1.0)
    model = connect(settings, stub.url, stub.model)
    session = Session(IndexHolder(sample_home, embedder), model, BY_MODEL)
    events: list[Event] = []

    async def collect() -> None:
        async for event in session.ask(QUESTION, "c"):
            events.append(event)

    with pytest.raises(Problem, match=line) as fault:
        RUNNERS[-1].run(collect())
    assert "\n" not in str(fault.value)
    assert QUESTION not in str(fault.value)
    assert not [e for e in events if isinstance(e, Answered)]
    stub.reply = Reply("Fine again.", "1.1")
    assert turn(session, QUESTION)[1].claims


def test_no_model_at_all_is_one_line_that_says_what_to_start(
    sample_home: Home, embedder: Embedder
) -> None:
    model = connect(AgentSettings(), "http://127.0.0.1:9/v1", "m")
    session = Session(IndexHolder(sample_home, embedder), model, Options())
    with pytest.raises(Problem, match="Mend: clinicite serve model, then ask again"):
        turn(session, QUESTION)


@pytest.mark.parametrize(
    ("question", "line"),
    [("", "is empty"), ("  \n ", "is empty"), ("x" * 50_000, "is longer than 4000 characters")],
)
def test_an_empty_or_endless_question_is_refused_unrepeated(
    open_session: Open, question: str, line: str
) -> None:
    with pytest.raises(Problem, match=line) as refused:
        turn(open_session(Options()), question)
    assert len(str(refused.value)) < 200


def test_no_environment_can_send_a_question_to_a_tracing_service(
    open_session: Open, stub: StubVLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langsmith.utils import get_env_var, tracing_is_enabled

    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    get_env_var.cache_clear()  # type: ignore[attr-defined]
    with StubVLLM() as spy:
        monkeypatch.setenv("LANGSMITH_ENDPOINT", spy.url)
        stub.reply = Reply("So.", "1.1")
        session = open_session(BY_MODEL)
        assert tracing_is_enabled() is False
        turn(session, QUESTION)
        assert spy.requests == []
    get_env_var.cache_clear()  # type: ignore[attr-defined]


def test_stopping_closes_the_stream_and_leaves_the_conversation_usable(
    open_session: Open, stub: StubVLLM
) -> None:
    stub.reply = Reply("word " * 200, "1.1", size=5)
    session = open_session(BY_MODEL)

    async def stop_early() -> None:
        stream = session.ask(QUESTION, "c")
        async for event in stream:
            if isinstance(event, Thinking):
                break
        await stream.aclose()  # type: ignore[attr-defined]

    RUNNERS[-1].run(stop_early())
    stub.reply = Reply("Short.", "1.1")
    _, answer = turn(session, QUESTION)
    assert answer.claims
