"""vLLM's reasoning through LangChain: both names, streaming and not, sync and async."""

import asyncio
from dataclasses import replace
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage

from agent.chat_vllm import ChatVLLM
from agent.thinking import split
from tests.stub_vllm import Field, Reply, StubVLLM

THINKING, ANSWER = "首先 2.1 fits, µg ≥ 3", "2.1 2.3"
ASKED = [HumanMessage("dose?")]


def chat(stub: StubVLLM, **more: Any) -> ChatVLLM:
    settings = {"model": stub.model, "api_key": "none", "max_retries": 0, "timeout": 5, **more}
    return ChatVLLM(base_url=stub.url, **settings)


def joined(chunks: list[AIMessageChunk]) -> AIMessageChunk:
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    return whole


def four_ways(model: ChatVLLM) -> list[BaseMessage]:
    """Return the reply as invoke, stream, ainvoke and astream give it."""

    async def both() -> list[BaseMessage]:
        return [await model.ainvoke(ASKED), joined([c async for c in model.astream(ASKED)])]

    return [model.invoke(ASKED), joined(list(model.stream(ASKED))), *asyncio.run(both())]


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "both"])
@pytest.mark.parametrize("cut", [{}, {"size": 1}, {"size": 2, "bytewise": True}])
def test_reasoning_arrives_under_either_name(field: Field, cut: dict[str, Any]) -> None:
    with StubVLLM(Reply(reasoning=THINKING, content=ANSWER, field=field, **cut)) as stub:
        replies = four_ways(chat(stub))
    assert len(replies) == 4
    for reply in replies:
        assert reply.additional_kwargs["reasoning_content"] == THINKING
        assert reply.text == ANSWER
        blocks = [(b["type"], b.get("reasoning") or b.get("text")) for b in reply.content_blocks]
        assert blocks == [("reasoning", THINKING), ("text", ANSWER)]


def test_reasoning_streams_before_the_answer() -> None:
    with StubVLLM(Reply(reasoning="abcd", content="xy", size=2)) as stub:
        chunks = list(chat(stub).stream(ASKED))
    seen = [(c.additional_kwargs.get("reasoning_content", ""), c.text) for c in chunks]
    assert [pair for pair in seen if pair != ("", "")] == [("ab", ""), ("cd", ""), ("", "xy")]


@pytest.mark.parametrize("size", [0, 1, 3])
def test_tags_inside_the_content_are_left_to_the_splitter(size: int) -> None:
    with StubVLLM(Reply(reasoning=THINKING, content=ANSWER, field="tags", size=size)) as stub:
        replies = four_ways(chat(stub))
    for reply in replies:
        assert "reasoning_content" not in reply.additional_kwargs
        assert (split(reply.text).thinking, split(reply.text).answer) == (THINKING, ANSWER)


def test_no_reasoning_leaves_no_block() -> None:
    with StubVLLM(Reply(reasoning="", content="2.1")) as stub:
        for reply in four_ways(chat(stub)):
            assert "reasoning_content" not in reply.additional_kwargs
            assert [b["type"] for b in reply.content_blocks] == ["text"]


def test_old_reasoning_is_not_sent_again() -> None:
    earlier: list[BaseMessage] = [
        HumanMessage("literal <think>mine</think>"),
        AIMessage("<think>long</think>\n\n1.1", additional_kwargs={"reasoning_content": "long"}),
        AIMessage([{"type": "reasoning", "reasoning": "long"}, {"type": "text", "text": "1.2"}]),
        AIMessage("long</think>1.3"),
        AIMessage("1.4"),
        HumanMessage("and now?"),
    ]
    with StubVLLM() as stub:
        chat(stub).invoke(earlier)
        list(chat(stub).stream(earlier))
    assert len(stub.requests) == 2
    for request in stub.requests:
        sent = [message["content"] for message in request["messages"]]
        assert sent[0] == "literal <think>mine</think>"
        assert sent[1:] == ["1.1", [{"type": "text", "text": "1.2"}], "1.3", "1.4", "and now?"]
        assert "long" not in str(request)
    assert earlier[1].content == "<think>long</think>\n\n1.1"


def test_structured_outputs_reach_the_wire() -> None:
    body = {"structured_outputs": {"regex": "2\\.1"}, "chat_template_kwargs": {"a": False}}
    with StubVLLM() as stub:
        chat(stub, extra_body=body).invoke(ASKED)
        chat(stub).bind(extra_body=body).invoke(ASKED)
        chat(stub).invoke(ASKED, extra_body=body)
    assert [r["structured_outputs"] for r in stub.requests] == [{"regex": "2\\.1"}] * 3
    assert [r["chat_template_kwargs"] for r in stub.requests] == [{"a": False}] * 3


def test_a_proxy_in_the_environment_never_sees_the_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with StubVLLM(model="proxy") as proxy, StubVLLM() as stub:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        four_ways(chat(stub))
    assert (len(proxy.requests), len(stub.requests)) == (0, 4)


BROKEN = Reply(reasoning="abcd", content=ANSWER, size=1)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (replace(BROKEN, drop_after=3), openai.APIConnectionError),
        (replace(BROKEN, status=500), openai.InternalServerError),
        (replace(BROKEN, hang_s=30), openai.APITimeoutError),
    ],
)
def test_a_broken_stream_is_an_error_sync_and_async(
    reply: Reply, error: type[openai.APIError]
) -> None:
    async def drain(model: ChatVLLM) -> None:
        async for _ in model.astream(ASKED):
            pass

    with StubVLLM(reply) as stub:
        model = chat(stub, timeout=0.5)
        with pytest.raises(error):
            list(model.stream(ASKED))
        with pytest.raises(error):
            asyncio.run(drain(model))
