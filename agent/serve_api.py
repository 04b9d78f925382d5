"""The agent as an OpenAI-compatible server: `/v1/chat/completions` and `/v1/models`.

Knows HTTP, not how answers are made. Nothing of a question is logged; nothing unchecked is sent
as content: thinking goes out as it comes, sentences only once they have passed.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from sse_starlette import EventSourceResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent import serve_api_reply as reply
from agent.events import Answered, Event, Thinking, Warned
from agent.serve_api_request import MOST_BYTES, Asked, Refused, conversation_named, known, read
from agent.serve_api_turns import Busy, Turns, tell_bug
from agent.session import check_question
from guidelines.problem import Problem

T = TypeVar("T")
_LATER = {"retry-after": "1"}


class Completions:
    """The endpoints over the turns that run."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def routes(self, **guarded: Any) -> list[Route]:
        """Give the routes; `guarded` holds what stands before each."""
        return [
            Route("/v1/models", self.models, **guarded),
            Route("/v1/models/{model}", self.model, **guarded),
            Route("/v1/chat/completions", self.complete, methods=["POST"], **guarded),
        ]

    async def models(self, _: Request) -> Response:
        """List the one model there is."""
        return JSONResponse({"object": "list", "data": [reply.model()]})

    async def model(self, request: Request) -> Response:
        """Describe it."""
        try:
            known(request.path_params["model"])
        except Refused as refused:
            return refusal(refused)
        return JSONResponse(reply.model())

    async def complete(self, request: Request) -> Response:
        """Answer the last user message, whole or as a stream."""
        id_, created = f"chatcmpl-{secrets.token_hex(12)}", int(time.time())
        try:
            asked = read(await _body(request))
            named = conversation_named(request.headers.get("x-conversation"))
            question = _checked(asked, named)
            if not asked.stream:
                answering = self._turns.answer(question, named)
                answer = await _while_there(request, answering)
                return JSONResponse(reply.completion(answer, asked.question, id_, created))
            pieces = _pieces(self._turns.events(question, named), asked, id_, created)
            # Until the model says something its absence can still be told by a status.
            first = await _while_there(request, _next(pieces))
        except Exception as fault:
            return refusal(_refused(fault))
        return EventSourceResponse(_sent(first, pieces), sep="\n")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise Refused(413, "too_large", f"The body is over {MOST_BYTES} bytes.")
    return bytes(body)


def _checked(asked: Asked, named: str | None) -> str:
    """Give the question to ask, refusing an empty or an endless one.

    In a conversation that the client named the agent remembers the earlier questions itself.
    """
    try:
        check_question(asked.question)
        question = asked.question if named else asked.standing_alone()
        check_question(question)
    except Problem as problem:
        told = _sentence(f"{problem.what} {problem.why}")
        raise Refused(400, "invalid_question", told, "messages") from None
    return question


async def _pieces(
    events: AsyncIterator[Event], asked: Asked, id_: str, created: int
) -> AsyncIterator[dict[str, Any]]:
    """Yield a reply's chunks: help at once, thinking as it comes, sentences once all has passed.

    A sentence that has passed alone is held too: nothing can be taken back here, and an emergency
    that the whole answer shows, or an edition that falls meanwhile, must come before it.
    """
    telling = reply.Telling(asked.question)
    begun: dict[str, Any] = {"role": "assistant"}
    async with aclosing(events):  # type: ignore[type-var]
        async for event in events:
            if isinstance(event, Warned):
                for notice in event.notices:
                    yield reply.chunk({**begun, "content": telling.warning(notice)}, id_, created)
                    begun = {}
            if isinstance(event, Thinking):
                yield reply.chunk({**begun, **reply.thinking(event.text)}, id_, created)
                begun = {}
            if isinstance(event, Answered):
                for text in telling.rest(event.answer):
                    yield reply.chunk({**begun, "content": text}, id_, created)
                    begun = {}
                proof = reply.proof(telling, event.answer)
                yield reply.chunk({**begun, **proof}, id_, created, "stop")
    if asked.with_usage:
        yield reply.usage_chunk(id_, created)


async def _sent(
    first: dict[str, Any], pieces: AsyncIterator[dict[str, Any]]
) -> AsyncIterator[dict[str, str]]:
    """Yield the data of each server-sent event; a reply that breaks off ends with its error."""
    try:
        async with aclosing(pieces):  # type: ignore[type-var]
            yield _data(first)
            async for piece in pieces:
                yield _data(piece)
                # A model faster than its reader would else keep everybody from the loop, the news
                # that this reader has left too.
                await asyncio.sleep(0)
    except Exception as fault:
        refused = _refused(fault)
        yield _data(reply.error(refused.status, refused.code, refused.message))
    yield {"data": "[DONE]"}


def _data(piece: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(piece, ensure_ascii=False)}


async def _next(pieces: AsyncIterator[T]) -> T:
    return await anext(pieces)


async def _while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Await work for as long as the client does; when it goes away the model is stopped."""
    task, gone = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refused(fault: Exception) -> Refused:
    """Say what a fault is to a client; a bug is told here, and only that it was one there."""
    if isinstance(fault, Refused):
        return fault
    if isinstance(fault, Busy):
        return Refused(429, "busy", _sentence(str(fault)))
    if isinstance(fault, Problem):
        return Refused(503, "model_away", _sentence(f"{fault.what}: {fault.why}"))
    if isinstance(fault, ClientDisconnect):
        return Refused(499, "client_gone", "The client went away.")
    tell_bug(fault)
    return Refused(500, "bug", "Something failed here, and no answer was given.")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def refusal(refused: Refused) -> JSONResponse:
    """Answer with an error as OpenAI's clients read it."""
    told = reply.error(refused.status, refused.code, refused.message, refused.param)
    return JSONResponse(told, refused.status, _LATER if refused.status == 429 else None)
