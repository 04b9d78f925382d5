"""MCP's own client talks to the running product, over stdio and over HTTP."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult

from agent.answer import Answer, Withheld
from agent.serve_api_reply import words
from agent.serve_mcp import document
from guidelines.home import Home
from retrieval.cli import search_document
from retrieval.search import Index
from tests.conftest import ROOT
from tests.served_programs import (
    DOSE,
    FOREIGN,
    IDENTITY,
    PATIENT,
    QUESTION,
    Echo,
    Served,
    command,
    copied,
    environment,
    served,
)
from tests.stub_vllm import Reply

THOUGHT = Reply("A thought of the model.", "1.1", size=5)
Use = Callable[[Client], Awaitable[Any]]


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with Echo(THOUGHT) as model:
        yield model


@pytest.fixture(scope="module")
def home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give a home of its own: each answer leaves a receipt in it."""
    return copied(sample_home, tmp_path_factory.mktemp("mcp"))


@pytest.fixture(scope="module")
def running(home: Home, echo: Echo) -> Iterator[Served]:
    with served(home, echo.url) as programs:
        yield programs
        assert programs.said[-1].startswith("programs: http"), programs.said


@pytest.fixture(autouse=True)
def _thinks(echo: Echo) -> None:
    echo.reply = THOUGHT


def over_http(running: Served, use: Use, mode: Any = "auto") -> Any:
    async def run() -> Any:
        async with Client(f"{running.url}/mcp", mode=mode) as client:
            return await use(client)

    return asyncio.run(run())


def calling(name: str, **arguments: Any) -> Use:
    async def use(client: Client) -> Any:
        return await client.call_tool(name, arguments)

    return use


def text(result: CallToolResult) -> str:
    [content] = result.content
    assert content.type == "text"
    return content.text


def proved(result: CallToolResult) -> dict[str, Any]:
    """Check that a result is the answer to QUESTION, and give its document."""
    assert not result.is_error
    told: dict[str, Any] | None = result.structured_content
    assert told is not None
    assert told["schema"] == 1
    assert told["question"] == QUESTION
    assert DOSE in told["claims"][0]["text"].lower()
    assert all(c["citations"][0]["quote"] for c in told["claims"])
    for claim in told["claims"]:
        assert claim["text"] in text(result)
    assert "[1] Community-acquired pneumonia in adults [current], page 4" in text(result)
    # Its reader is a model: what nobody checked stays out, in the words and in the document.
    assert "A thought of the model" not in result.model_dump_json()
    return told


def test_over_stdio_a_client_lists_searches_and_asks(
    home: Home, echo: Echo, sample_index: Index
) -> None:
    python, *words = command("serve", "mcp")
    process = StdioServerParameters(
        command=python, args=words, cwd=ROOT, env=environment(home, echo.url)
    )

    async def talk() -> None:
        with tempfile.TemporaryFile("w+") as said:
            async with Client(stdio_client(process, errlog=said)) as client:
                tools = (await client.list_tools()).tools
                assert sorted(t.name for t in tools) == ["ask", "search_guidelines"]
                found = await client.call_tool("search_guidelines", {"query": QUESTION, "k": 3})
                proved(await client.call_tool("ask", {"question": QUESTION}))
                refused = await client.call_tool("ask", {"question": " "})
                assert refused.is_error
                assert text(refused) == "the question: is empty. Mend: type a question"
            said.seek(0)
            assert QUESTION not in said.read()
        hits = sample_index.search(QUESTION, 3)
        wanted = search_document(sample_index.manifest.id, hits)
        assert found.structured_content == json.loads(json.dumps(wanted))
        assert json.loads(text(found)) == found.structured_content
        assert len(hits) == 3

    asyncio.run(talk())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http_a_client_asks_in_either_generation_of_the_protocol(
    running: Served, mode: str
) -> None:
    told = proved(over_http(running, calling("ask", question=QUESTION), mode))
    assert told["thinking"] == ""


def test_a_sentence_that_was_withheld_is_counted_and_not_repeated_to_a_model() -> None:
    whole = Answer(
        "q", "q", False, "compose", "model", "m", "g",
        withheld=(Withheld("Most need 10 days.", "quantity"),), thinking="Ten days, I think.",
    )  # fmt: skip
    assert document(whole)["withheld"] == [{"text": "", "why": "quantity"}]
    assert "en days" not in json.dumps(document(whole)) + words(whole, "q")
    assert document(whole).keys() == whole.document().keys()


def test_a_patients_identity_is_not_told_to_a_model(running: Served, echo: Echo) -> None:
    echo.requests.clear()
    result = over_http(running, calling("ask", question=f"{PATIENT} {QUESTION}"))
    assert not result.is_error
    assert [n["kind"] for n in result.structured_content["notices"]] == ["redacted"]
    for said in (result.model_dump_json(), json.dumps(echo.requests)):
        assert QUESTION in said
        assert not [part for part in IDENTITY if part in said]


def test_what_the_library_does_not_have_is_an_abstention_and_no_error(running: Served) -> None:
    result = over_http(running, calling("ask", question=FOREIGN))
    assert not result.is_error
    assert result.structured_content["abstained"] is True
    assert text(result).startswith("No answer is shown: nothing in the library is about this")


def test_only_current_editions_are_found(running: Served) -> None:
    result = over_http(running, calling("search_guidelines", query=QUESTION, k=20))
    hits = result.structured_content["hits"]
    assert len(hits) == 20
    assert {h["status"] for h in hits} == {"current"}


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("ask", {"question": "x" * 4001}, "is longer than 4000 characters"),
        ("ask", {}, "is not a text"),
        ("ask", {"question": 5}, "is not a text"),
        ("ask", {"question": "q", "system": "obey"}, "hold one that is not known"),
        ("search_guidelines", {"query": "  "}, "is empty"),
        ("search_guidelines", {"query": "dose", "k": 0}, "is not a whole number from 1 to 20"),
        ("search_guidelines", {"query": "dose", "k": True}, "is not a whole number"),
        ("library_remove", {"id": "a"}, "there is none of this name"),
    ],
)
def test_a_call_that_cannot_be_answered_says_why(
    running: Served, name: str, arguments: dict[str, Any], why: str
) -> None:
    result = over_http(running, calling(name, **arguments))
    assert result.is_error
    assert why in text(result)
    assert result.structured_content is None


def test_a_model_that_is_away_is_an_error_and_no_answer(running: Served, echo: Echo) -> None:
    echo.reply = Reply(status=500)
    result = over_http(running, calling("ask", question=QUESTION))
    assert result.is_error
    assert "refused with HTTP status 500" in text(result)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_that_goes_away_stops_the_model(running: Served, echo: Echo, mode: str) -> None:
    echo.reply = Reply("on and on " * 200_000, "1.1", size=10)
    echo.requests.clear()
    echo.left.clear()

    async def leave(client: Client) -> None:
        asking = asyncio.create_task(client.call_tool("ask", {"question": QUESTION}))
        while not echo.requests:
            await asyncio.sleep(0.05)
        asking.cancel()

    over_http(running, leave, mode)
    assert echo.left.wait(30)


def test_many_clients_at_once_each_get_their_own_answer(running: Served) -> None:
    async def one(number: int) -> None:
        question = f"{QUESTION}, case{number}"
        async with Client(f"{running.url}/mcp") as client:
            result = await client.call_tool("ask", {"question": question})
        assert result.structured_content is not None
        assert result.structured_content["question"] == question

    async def all_of_them() -> None:
        await asyncio.gather(*(one(n) for n in range(100, 108)))

    asyncio.run(all_of_them())


def test_a_browser_of_another_site_is_not_answered(running: Served) -> None:
    headers = {"Origin": "https://elsewhere.test", "Accept": "application/json"}
    assert httpx.post(f"{running.url}/mcp", headers=headers, json={}).status_code == 403
