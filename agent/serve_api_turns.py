"""The questions of programs while they run: how many at once, and what is left of them after.

Each request has a conversation of its own, forgotten with it, unless its client named one.
"""

import asyncio
import secrets
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import cast

from agent.answer import Answer
from agent.events import Answered, Event
from agent.session import Session, check_question
from retrieval.search import Index

# Whoever asks by this door cannot name a conversation of the page's.
_NAMED = "program:"


class Busy(Exception):
    """Too much runs already; its words say what."""


class Turns:
    """The turns that run for programs."""

    def __init__(self, session: Session, most: int) -> None:
        self._session, self._most = session, most
        self._running: dict[asyncio.Task[None], str] = {}

    @property
    def index(self) -> Index:
        """The generation that serves."""
        return self._session.index()

    async def events(self, question: str, named: str | None = None) -> AsyncIterator[Event]:
        """Yield the events of a turn; closing this stops the model.

        Args:
            question: What is asked.
            named: The conversation it belongs to; None makes one that ends with it.

        Raises:
            Problem: as `Session.ask` does.
            Busy: as many run as may, or one does in this conversation.
        """
        check_question(question)
        conversation = _NAMED + named if named else secrets.token_hex(16)
        if len(self._running) >= self._most:
            raise Busy(f"{self._most} questions are being answered; ask again in a moment")
        if conversation in self._running.values():
            raise Busy("this conversation's last question is still being answered")
        # A task of its own: the turn must end in the context it began in, whoever closes us.
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        task = asyncio.create_task(self._pump(question, conversation, not named, events))
        self._running[task] = conversation
        task.add_done_callback(self._ended)
        try:
            while (event := await events.get()) is not None:
                yield event
            await task
        finally:
            task.cancel()

    async def answer(self, question: str, named: str | None = None) -> Answer:
        """Answer whole; the turn is heard to its end, for what it remembers comes last."""
        answer = None
        async with aclosing(self.events(question, named)) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, Answered):
                    answer = event.answer
        assert answer is not None, "a turn ended without an answer"
        return answer

    async def _pump(
        self, question: str, conversation: str, forget: bool, events: asyncio.Queue[Event | None]
    ) -> None:
        try:
            stream = self._session.ask(question, conversation)
            async with aclosing(stream):  # type: ignore[type-var]
                async for event in stream:
                    events.put_nowait(event)
        finally:
            try:
                if forget:
                    self._session.forget(conversation)
            finally:
                # Before its client hears the end: the next question may follow at once.
                self._running.pop(cast("asyncio.Task[None]", asyncio.current_task()), None)
                events.put_nowait(None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)  # one that was stopped before it began is still there
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not log its words


def tell_bug(fault: BaseException) -> None:
    """Tell on stderr where a bug is; its message may hold words of a question, and is not told."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames[:-9:-1])
    sys.stderr.write(f"clinicite: a request failed: {type(fault).__name__} at {places}\n")
    sys.stderr.flush()
