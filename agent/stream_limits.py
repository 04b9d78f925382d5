"""Bounds a model's stream: when it is asked again, how long it may think, and when it has ended.

Knows chunks and faults, nothing of prompts, evidence or answers.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time

import httpx
import openai
from langchain_core.outputs import ChatGenerationChunk

from agent.reasoning import reasoning_of
from agent.thinking import THINK_TAGS, Delimiters, ThinkSplitter

Open = Callable[[], AsyncIterator[ChatGenerationChunk]]
# What a reply that is not in the agreed form makes the client stumble over.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class BrokenReply(Exception):
    """A reply that cannot be taken for what the model wanted to say; its text is not repeated."""


@dataclass(frozen=True)
class Limits:
    """How far a stream may go.

    Args:
        think_chars: Characters of thinking after which the stream is ended as it stands.
        reply_chars: Characters of answer after which the reply counts as broken.
        retry_waits_s: Pauses before asking again where the server is away, busy or failed; the
            server's own Retry-After comes before them.
        longest_wait_s: A server that asks for a longer pause is not asked again.
        tail_s: How long the stream may stay open after the model has ended.
    """

    think_chars: int = 12_000
    reply_chars: int = 16_000
    retry_waits_s: tuple[float, ...] = (0.5, 2.0)
    longest_wait_s: float = 20.0
    tail_s: float = 2.0


async def bounded(
    open_stream: Open, limits: Limits, delimiters: Delimiters = THINK_TAGS
) -> AsyncGenerator[ChatGenerationChunk]:
    """Yield a stream's chunks; it is opened again only while nothing of it was yielded.

    Raises:
        BrokenReply: it ends before its end was said, cannot be read, or writes without end.
        openai.OpenAIError: the server is away, refuses or is silent.
    """
    for wait in (*limits.retry_waits_s, None):
        said = False
        try:
            async with aclosing(_whole(open_stream(), limits, delimiters)) as stream:
                async for chunk in stream:
                    said = said or _says(chunk)
                    yield chunk
            return
        except (openai.OpenAIError, httpx.HTTPError) as fault:
            pause = None if said or wait is None else pause_before_retry(fault, wait)
            if pause is None or pause > limits.longest_wait_s:
                raise
        await asyncio.sleep(pause)


def pause_before_retry(fault: Exception, otherwise: float) -> float | None:
    """Say how long to wait before asking again; None: it would not help, or it took long already.

    Args:
        fault: What the first attempt ended with.
        otherwise: Seconds to wait where the server names none.
    """
    if isinstance(fault, openai.APITimeoutError | httpx.TimeoutException):
        return None
    if isinstance(fault, openai.APIStatusError):
        if fault.status_code != 429 and fault.status_code < 500:
            return None
        return _asked_for(fault.response.headers.get("retry-after", ""), otherwise)
    return otherwise if isinstance(fault, openai.APIConnectionError | httpx.HTTPError) else None


def _asked_for(header: str, otherwise: float) -> float:
    """Read a Retry-After: seconds or a date."""
    try:
        return max(float(header), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(header).timestamp() - time(), 0.0)
    except ValueError:
        return otherwise


async def _whole(
    stream: AsyncIterator[ChatGenerationChunk], limits: Limits, delimiters: Delimiters
) -> AsyncGenerator[ChatGenerationChunk]:
    """Yield chunks until the model's end, which must be said, or until it thought too long."""
    splitter = ThinkSplitter(delimiters)
    ended, thinking, answer = False, 0, 0
    try:
        while chunk := await _next(stream, limits.tail_s if ended else None):
            chunk = _cut(chunk, limits)
            pieces = splitter.feed(chunk.text)
            thought = len(reasoning_of(chunk.message.additional_kwargs)) + sum(
                len(text) for channel, text in pieces if channel == "thinking"
            )
            thinking += thought
            answer += sum(len(text) for channel, text in pieces if channel == "answer")
            ended = ended or bool((chunk.generation_info or {}).get("finish_reason"))
            if answer > limits.reply_chars:
                raise BrokenReply(f"wrote more than {limits.reply_chars} characters of answer")
            yield chunk
            if thought and thinking > limits.think_chars:
                return
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
    if not ended:
        raise BrokenReply("broke off before its end")


async def _next(
    stream: AsyncIterator[ChatGenerationChunk], seconds: float | None
) -> ChatGenerationChunk | None:
    """Give the next chunk; None at the end, or after `seconds` of silence."""
    try:
        async with asyncio.timeout(seconds):
            return await anext(stream)
    except (StopAsyncIteration, TimeoutError):
        return None
    except _UNREADABLE:
        raise BrokenReply("sent what cannot be read") from None


def _cut(chunk: ChatGenerationChunk, limits: Limits) -> ChatGenerationChunk:
    """Shorten a chunk that alone is longer than any reply may be."""
    message = chunk.message
    most = limits.think_chars + limits.reply_chars + 1
    carried = reasoning_of(message.additional_kwargs)
    if len(carried) > most:
        message.additional_kwargs["reasoning_content"] = carried[:most]
    if len(chunk.text) > most:
        message.content = chunk.text[:most]
        return ChatGenerationChunk(message=message, generation_info=chunk.generation_info)
    return chunk


def _says(chunk: ChatGenerationChunk) -> bool:
    return bool(chunk.text or reasoning_of(chunk.message.additional_kwargs))
