"""One reader's conversation while it runs: follows a turn, ticks, can be stopped; draws nothing.

Knows of `ask` only that it gives events. Holds question text in memory, and nowhere else.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from agent.events import Event
from agent.page_turn import Turn, searched
from guidelines.problem import Problem

# A question and the conversation's id, to the events of its turn.
Ask = Callable[[str, str], AsyncIterator[Event]]

# A tick for the seconds on the page, and the least time between two drawings of it.
_TICK_S = 1.0
_BETWEEN_S = 0.15


class Talk:
    """The turns of one conversation, of which one at most is running."""

    def __init__(self, conversation: str | None = None) -> None:
        self.id = conversation or secrets.token_hex(16)
        self.turns: list[Turn] = []
        self.language = "en"
        # Whether the reader chose it; then nothing that the browser remembered replaces it.
        self.chosen = False
        self.closed = False
        # Held while what was said earlier is read, which happens once.
        self.opening = asyncio.Lock()
        self.opened = False
        self._running: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a turn is running."""
        return self._running is not None

    def stop(self) -> None:
        """Stop the running turn, and with it the stream of events it follows."""
        if self.turns:
            self.turns[-1].stop()
        if self._running is not None:
            self._running.cancel()

    def close(self) -> None:
        """Stop, and let nothing more of this conversation reach the page."""
        self.closed = True
        self.stop()

    async def follow(self, ask: Ask, question: str, guidelines: int) -> AsyncIterator[Turn]:
        """Yield the turn each time there is something to draw, the last time when it has ended.

        Raises:
            Problem: the question was not taken; then the conversation is as it was.
            Exception: a bug in `ask`; the turn is marked as failed and yielded first.
        """
        turn = Turn(question, guidelines, earlier=searched(self.turns))
        self.turns.append(turn)
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        task = self._running = asyncio.create_task(_pump(ask, question, self.id, events))
        began = time.monotonic()
        try:
            while turn.running and await _next(events, turn):
                turn.seconds = int(time.monotonic() - began)
                if turn.running:
                    yield turn
                    await asyncio.sleep(_BETWEEN_S)
            fault = await _fault(task) if turn.running else None
            if isinstance(fault, Problem) and not turn.taken:
                self.turns.remove(turn)
                raise fault
            turn.fail(str(fault) if isinstance(fault, Problem) else "")
            yield turn
            if fault is not None and not isinstance(fault, Problem):
                raise fault
        finally:
            turn.stop()
            task.cancel()
            self._running = None


async def _pump(
    ask: Ask, question: str, conversation: str, events: asyncio.Queue[Event | None]
) -> None:
    """Move events to the queue; None says that no more will come."""
    try:
        stream = ask(question, conversation)
        try:
            async for event in stream:
                events.put_nowait(event)
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()
    finally:
        events.put_nowait(None)


async def _next(events: asyncio.Queue[Event | None], turn: Turn) -> bool:
    """Wait one tick at most and apply all that came; tell whether more can come."""
    try:
        event = await asyncio.wait_for(events.get(), _TICK_S)
    except TimeoutError:
        return True
    while event is not None:
        turn.apply(event)
        if events.empty():
            return True
        event = events.get_nowait()
    return False


async def _fault(task: asyncio.Task[None]) -> BaseException | None:
    """Give what the stream died of, if anything; its last breath is awaited."""
    await asyncio.wait({task})
    return None if task.cancelled() else task.exception()
