"""OpenAI's own client talks to the running product, over a stub of vLLM and the sample index."""

import asyncio
import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from agent.words import ENGLISH
from guidelines.home import Home
from tests.served_programs import (
    DOSE,
    FOREIGN,
    QUESTION,
    Echo,
    Served,
    ask,
    client,
    copied,
    served,
    user,
)  # fmt: skip
from tests.stub_vllm import Reply, StubVLLM

# As long as a model's: the redactor holds back up to 95 characters.
THINKS = (
    "First, line 1.1 fits what was asked about the dose here. it names the drug, how much of it "
    "and how often, and it is for adults with the same illness, so nothing else is needed."
)
THOUGHT = Reply(THINKS, "1.1", size=5)


@pytest.fixture(scope="module")
def spy() -> Iterator[StubVLLM]:
    """Stand where a proxy, a tracing service or a collector would: nothing may ask it."""
    with StubVLLM() as listening:
        yield listening
        assert listening.requests == []


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with Echo() as model:
        yield model


@pytest.fixture(scope="module")
def home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give a home of its own: each answer leaves a receipt in it."""
    return copied(sample_home, tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def running(home: Home, echo: Echo, spy: StubVLLM) -> Iterator[Served]:
    hostile = {
        "HTTP_PROXY": spy.url, "HTTPS_PROXY": spy.url, "ALL_PROXY": spy.url,
        "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "k", "LANGSMITH_ENDPOINT": spy.url,
        "OTEL_EXPORTER_OTLP_ENDPOINT": spy.url,
    }  # fmt: skip
    with served(home, echo.url, **hostile) as program:
        yield program
        # Nothing was said after that it is ready: no access log, no bug, no word of a question.
        assert program.said[-1].startswith("programs: http"), program.said


@pytest.fixture
def programs(running: Served, echo: Echo) -> Served:
    echo.reply = THOUGHT
    echo.requests.clear()
    echo.left.clear()
    return running


def test_the_one_model_is_listed(programs: Served) -> None:
    listed = client(programs).models.list().data
    assert [m.id for m in listed] == ["clinicite"]
    assert client(programs).models.retrieve("clinicite").owned_by == "clinicite"


def test_each_sentence_has_the_number_of_its_citation_and_the_document_stands_beside(
    programs: Served,
) -> None:
    reply = ask(programs, QUESTION)
    message = reply.choices[0].message
    proof = message.clinicite
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is None
    assert message.reasoning == message.reasoning_content == THINKS
    assert DOSE in message.content.lower()
    assert [c["n"] for c in message.citations] == list(range(1, len(message.citations) + 1))
    assert proof["schema"] == 1
    assert proof["question"] == QUESTION
    assert proof["generation"]
    assert len(proof["claims"]) >= 2
    for claim in proof["claims"]:
        marks = "".join(
            f"[{c['n']}]"
            for wanted in claim["citations"]
            for c in message.citations
            if c["line_id"] == wanted["line_id"]
        )
        assert marks
        assert f"{claim['text']} {marks}\n" in message.content
    # An older edition said otherwise: who reads the words alone learns it too, and first.
    head, _, _ = message.content.partition(proof["claims"][0]["text"])
    assert "! An older edition said otherwise (dose, how long): see below.\n" in head
    before = proof["outdated"][0]["sides"][1]["citation"]
    [old] = [c for c in message.citations if c["line_id"] == before["line_id"]]
    assert old["status"] == "superseded"
    told = f"- Before: do not use, {before['publisher'] or before['title']}: {before['quote']}"
    assert f"{told} [{old['n']}]\n" in message.content
    assert proof["receipt_id"]
    assert ENGLISH.by_retrieval in message.content


def test_a_stream_tells_the_thinking_first_and_the_same_words_and_proof(programs: Served) -> None:
    whole = ask(programs, QUESTION).choices[0].message
    options = {"include_usage": True}
    chunks = list(ask(programs, QUESTION, stream=True, stream_options=options))
    *pieces, usage = chunks
    assert usage.choices == []
    assert usage.usage is None
    deltas = [c.choices[0].delta for c in pieces]
    assert deltas[0].role == "assistant"
    thought = [d.model_extra.get("reasoning") for d in deltas]
    said = [n for n, d in enumerate(deltas) if d.content]
    assert "".join(t for t in thought if t) == THINKS
    assert max(n for n, t in enumerate(thought) if t) < said[0]
    assert len([t for t in thought if t]) > 5
    assert "".join(d.content or "" for d in deltas).rstrip() == whole.content
    assert deltas[-1].citations == whole.citations
    assert deltas[-1].clinicite["claims"] == whole.clinicite["claims"]
    assert [c.choices[0].finish_reason for c in pieces[-2:]] == [None, "stop"]
    assert {c.id for c in chunks} == {chunks[0].id}


def test_what_is_not_in_the_library_is_said_and_nothing_is_cited(programs: Served) -> None:
    message = ask(programs, FOREIGN).choices[0].message
    assert message.clinicite["abstained"] is True
    assert message.content.startswith("No answer is shown: nothing in the library is about this")
    assert message.citations == []
    assert "[1]" not in message.content


def test_earlier_questions_of_the_request_make_the_last_one_stand_alone(programs: Served) -> None:
    message = ask(programs, QUESTION, "and if allergic?", "and in pregnancy?").choices[0].message
    searched = f"{QUESTION} and if allergic? and in pregnancy?"
    assert message.clinicite["searched"] == searched
    assert f"Searched for: {searched}\n" in message.content
    alone = ask(programs, "and in pregnancy?").choices[0].message
    assert alone.clinicite["searched"] == "and in pregnancy?"


def test_a_conversation_is_remembered_only_where_the_client_named_one(programs: Served) -> None:
    def searched(name: str, text: str) -> str:
        headers = {"X-Conversation": name} if name else None
        message = ask(programs, text, extra_headers=headers).choices[0].message
        return str(message.clinicite["searched"])

    follow = "and if allergic to penicillin?"
    # Two clients begin with the same words: only a name tells their patients apart.
    for name in ("ward-1", "ward-2", ""):
        searched(name, QUESTION)
    assert searched("ward-1", follow) == f"{QUESTION} {follow}"
    assert searched("", follow) == follow
    assert searched("ward-3", follow) == follow
    assert searched("ward-1", "and in pregnancy?").startswith(f"{QUESTION} {follow} and in")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"messages": user("")}, 400, "invalid_question"),
        ({"messages": user(" \n ")}, 400, "invalid_question"),
        ({"messages": user("x" * 4001)}, 400, "invalid_question"),
        ({"messages": user("x" * 1_000_001)}, 413, "too_large"),
        ({"model": "gpt-4"}, 404, "model_not_found"),
        ({"n": 2}, 400, "unsupported_value"),
    ],
)
def test_what_is_not_answered_is_refused_as_openai_refuses(
    programs: Served, echo: Echo, sent: dict[str, Any], status: int, code: str
) -> None:
    body = {"model": "clinicite", "messages": user(QUESTION), **sent}
    with pytest.raises(openai.APIStatusError) as refused:
        client(programs).post("/chat/completions", body=body, cast_to=object)
    assert refused.value.status_code == status
    assert refused.value.code == code
    assert refused.value.type == "invalid_request_error"
    assert len(refused.value.message) < 400
    assert echo.requests == []


def test_what_is_ignored_is_ignored_and_parts_and_half_characters_are_read(
    programs: Served,
) -> None:
    parts = [{"type": "text", "text": QUESTION}, {"type": "text", "text": "\ud800"}]
    body = {
        "model": "clinicite", "messages": [{"role": "user", "content": parts}], "temperature": 2,
        "max_tokens": 1, "stop": ["a"], "seed": 1, "user": "u", "tools": [], "n": 1,
        "tool_choice": "auto", "response_format": {"type": "text"},
    }  # fmt: skip
    told = httpx.post(f"{programs.v1}/chat/completions", content=json.dumps(body), timeout=60)
    assert told.status_code == 200
    assert DOSE in told.json()["choices"][0]["message"]["content"].lower()


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_is_away_is_a_503(programs: Served, echo: Echo, stream: bool) -> None:
    echo.reply = Reply(status=500)
    with pytest.raises(openai.InternalServerError) as away:
        list(ask(programs, QUESTION, stream=stream))
    assert away.value.status_code == 503
    assert away.value.code == "model_away"
    assert QUESTION not in away.value.message


def test_a_model_that_breaks_off_ends_the_stream_with_an_error_and_no_answer(
    programs: Served, echo: Echo
) -> None:
    echo.reply = Reply(THINKS, "1.1", size=2, drop_after=80)
    deltas: list[Any] = []
    with pytest.raises(openai.APIError, match="broke off"):
        deltas.extend(c.choices[0].delta for c in ask(programs, QUESTION, stream=True))
    assert deltas
    assert not [d for d in deltas if d.content]


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_stops_the_model(
    programs: Served, echo: Echo, stream: bool
) -> None:
    echo.reply = Reply("on and on " * 200_000, "1.1", size=10)
    body = json.dumps({"model": "clinicite", "messages": user(QUESTION), "stream": stream})
    host, port = programs.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as leaving:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\n"
        leaving.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        if stream:
            assert leaving.recv(4096).startswith(b"HTTP/1.1 200")
        else:
            while not echo.requests:
                time.sleep(0.05)
        assert not echo.left.is_set()
    assert echo.left.wait(30)


def test_thirty_two_questions_at_once_do_not_cross(programs: Served) -> None:
    async def one(asking: openai.AsyncOpenAI, number: int) -> None:
        mark, stream = f"case{number}", number % 2 == 0
        text = f"{QUESTION}, {mark}"
        reply: Any = await asking.chat.completions.create(
            model="clinicite", messages=user(text), stream=stream
        )
        messages = (
            [c.choices[0].delta async for c in reply] if stream else [reply.choices[0].message]
        )
        thought = "".join(m.model_extra.get("reasoning") or "" for m in messages)
        assert thought == f"This is {mark}."
        assert messages[-1].clinicite["question"] == text
        assert DOSE in "".join(m.content or "" for m in messages).lower()

    async def all_of_them() -> None:
        async with openai.AsyncOpenAI(
            base_url=programs.v1, api_key="any", max_retries=0, timeout=120
        ) as asking:
            await asyncio.gather(*(one(asking, n) for n in range(100, 132)))

    asyncio.run(all_of_them())


def test_nothing_else_is_served_and_no_browser_of_another_site_is_answered(
    programs: Served,
) -> None:
    for method, path in (("GET", "/"), ("GET", "/docs"), ("GET", "/v1/chat/completions")):
        reply = httpx.request(method, programs.url + path)
        assert reply.status_code == 404
        assert reply.json()["error"]["code"] == "unknown_url"
    asked = httpx.options(f"{programs.v1}/models", headers={"Origin": "https://elsewhere.test"})
    assert not re.search("access-control", str(asked.headers), re.IGNORECASE)
    refused = httpx.get(f"{programs.v1}/models", headers={"Origin": "https://elsewhere.test"})
    assert refused.status_code == 403
