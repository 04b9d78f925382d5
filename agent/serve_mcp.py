"""The agent as an MCP server: the tools `search_guidelines` and `ask`, over stdio or HTTP.

Knows how tools are called, not how answers are made. Its reader is another model, which might
repeat whatever it is given: so the thinking and the words of withheld sentences stay out.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from mcp import types
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from agent.answer import SCHEMA, Answer
from agent.serve_api_reply import words
from agent.serve_api_turns import Busy, Turns, tell_bug
from agent.session import check_question
from guidelines.problem import Problem
from retrieval.cli import search_document

_MOST = 20
_QUESTION = {"type": "string", "minLength": 1, "maxLength": 4000}
_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
TOOLS = [
    types.Tool(
        name="ask",
        description="Answer one clinical question from the guidelines of this library. Every "
        "sentence stands on a cited line of a page; what is not carried is not said. Give the "
        "whole question: nothing of earlier calls is remembered. Repeat the answer as it is, with "
        "its citations and notices; where `abstained` is true say that the library has no answer.",
        input_schema={
            "type": "object",
            "properties": {"question": _QUESTION},
            "required": ["question"],
            "additionalProperties": False,
        },
        output_schema={
            "type": "object",
            "properties": {
                "schema": {"type": "integer"},
                "abstained": {"type": "boolean"},
                "claims": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["schema", "abstained", "claims"],
        },
        annotations=_READS,
    ),
    types.Tool(
        name="search_guidelines",
        description="Find passages of current guideline editions by a question or words, best "
        "first, each with its guideline, edition and page. They are pages to read, not an answer: "
        "for that call `ask`.",
        input_schema={
            "type": "object",
            "properties": {
                "query": _QUESTION,
                "k": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 5},
            },
            "required": ["query"],
            "additionalProperties": False,
        },
        output_schema={
            "type": "object",
            "properties": {
                "schema": {"type": "integer"},
                "generation": {"type": "string"},
                "hits": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["schema", "generation", "hits"],
        },
        annotations=_READS,
    ),
]
Context = ServerRequestContext[Any, Any]


def build(turns: Turns) -> Server[Any]:
    """Make the server of the two tools."""
    # What it logs of a request that fails may hold a question; a bug of ours is told by us.
    log = logging.getLogger("mcp")
    log.addHandler(logging.NullHandler())
    log.propagate = False

    async def listed(_: Context, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=TOOLS)

    async def called(_: Context, call: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return await _called(turns, call.name, call.arguments or {})
        except (Problem, Busy) as fault:
            return _result(str(fault), None)
        except Exception as fault:
            tell_bug(fault)
            return _result("Something failed here, and no answer was given.", None)

    return Server(
        "clinicite",
        version=str(SCHEMA),
        instructions="Clinical guidelines of one library. Answers are quoted with their pages; "
        "decision support for professionals, who check the page.",
        on_list_tools=listed,
        on_call_tool=called,
    )


async def _called(turns: Turns, name: str, sent: Mapping[str, Any]) -> types.CallToolResult:
    if name == "ask":
        question = _text(sent, "question", {"question"})
        answer = await turns.answer(question)
        return _result(words(answer, question), document(answer))
    if name != "search_guidelines":
        raise Problem(f"tool {name[:40]!r}", "there is none of this name", "ask, search_guidelines")
    query, k = _text(sent, "query", {"query", "k"}), sent.get("k", 5)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= _MOST:
        raise Problem("k", f"is not a whole number from 1 to {_MOST}", "k=5")
    found = await asyncio.to_thread(_found, turns, query, k)
    return _result(json.dumps(found, ensure_ascii=False), found)


def _found(turns: Turns, query: str, k: int) -> dict[str, object]:
    index = turns.index
    return search_document(index.manifest.id, index.search(query, k))


def _text(sent: Mapping[str, Any], name: str, known: set[str]) -> str:
    """Give an argument that is a question."""
    text = sent.get(name)
    if not isinstance(text, str):
        raise Problem(f"argument {name!r}", "is not a text", f"{name}=TEXT")
    if not sent.keys() <= known:
        raise Problem("arguments", "hold one that is not known", ", ".join(sorted(known)))
    check_question(text)
    return text.encode("utf-8", "replace").decode()


def document(answer: Answer) -> dict[str, Any]:
    """Give the document of `ask --json` less what did not pass: thinking, withheld words."""
    told = answer.document()
    withheld = [{**one, "text": ""} for one in told["withheld"]]
    return {**told, "thinking": "", "withheld": withheld}


def _result(text: str, structured: dict[str, Any] | None) -> types.CallToolResult:
    """Give a tool's result; without a document it is an error, in words its caller can read."""
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=text)]
    # Through JSON: what is sent must be what `--json` prints, lists for tuples too.
    plain = None if structured is None else json.loads(json.dumps(structured))
    return types.CallToolResult(
        content=content, structured_content=plain, is_error=structured is None
    )


async def over_stdio(turns: Turns) -> None:
    """Serve one client on stdin and stdout until it goes away."""
    server = build(turns)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


class OverHttp:
    """The server as an ASGI application; it starts with the first request, in that one's loop."""

    def __init__(self, turns: Turns) -> None:
        # No sessions: nothing is remembered between calls, so none can be taken over.
        self._manager = StreamableHTTPSessionManager(build(turns), stateless=True)
        self._started: asyncio.Future[None] | None = None
        self._runs: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the server."""
        if self._started is None:
            self._started = asyncio.get_running_loop().create_future()
            self._runs = asyncio.create_task(self._run(self._started))
        await self._started
        await self._manager.handle_request(scope, receive, send)

    async def _run(self, started: asyncio.Future[None]) -> None:
        async with self._manager.run():
            started.set_result(None)
            await asyncio.Event().wait()
