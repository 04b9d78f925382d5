"""Calls about a file, made in a worker process; a program that stays may have some started.

A process is given one file in its life: a file that takes its reader over meets no other's text.
Knows nothing of what is called.
"""

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

from guidelines.worker import LIMITS, Limits, Loss, Worker, answer_of

__all__ = ["SPARES", "Caller", "Loss", "Spares", "call"]

# Seconds: most of what one click wants is read and drawn in less.
_SETTLED_S = 0.3


class Spares:
    """Processes started before anything is to be read, since starting takes longer than reading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: deque[Worker] = deque()
        self._wanted, self._ready = 0, list[str]()

    def keep(self, count: int, ready: Sequence[str]) -> None:
        """Keep so many from now on, with these modules imported."""
        with self._lock:
            self._wanted, self._ready = count, list(ready)
        self._fill()

    def take(self, limits: Limits) -> Worker:
        """Give a process that has read nothing yet, for good."""
        with self._lock:
            while self._idle and limits.memory == LIMITS.memory:
                worker = self._idle.popleft()
                self._later()
                if worker.alive:
                    worker.limits = limits
                    return worker
                worker.end()
        return Worker(limits)

    def _later(self) -> None:
        """Start another when what this one is for is likely done: both would want the processor."""
        timer = threading.Timer(_SETTLED_S, self._fill)
        timer.daemon = True
        timer.start()

    def _fill(self) -> None:
        with self._lock:
            while len(self._idle) < self._wanted:
                self._idle.append(Worker(LIMITS, self._ready))


# Like pdfium's lock they belong to the process, whatever it serves.
SPARES = Spares()


class Caller:
    """Calls about one file, in one process for as long as that lives, then in another."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._worker: Worker | None = None

    @property
    def used(self) -> bool:
        """Whether the next call meets a process that others have filled."""
        return self._worker is not None

    def call(self, called: str, *given: str | int) -> Any:
        """Call "module:function": its JSON value, or a Loss.

        Raises:
            Problem: the function raised it.
        """
        if self._worker is None:
            self._worker = SPARES.take(self._limits)
        self._worker.ask(None, called, *given)
        told = answer_of(self._worker)
        if isinstance(told, Loss):
            self.end()
        return told

    def give(self) -> Worker:
        """Give the process away, for whoever ends it."""
        worker, self._worker = self._worker, None
        return worker or SPARES.take(self._limits)

    def end(self) -> None:
        """End the process, if there is one."""
        if self._worker is not None:
            self._worker.end()
        self._worker = None


def call(called: str, *given: str | int, limits: Limits = LIMITS) -> Any:
    """Call "module:function" in a worker of its own: its JSON value, or a Loss.

    Raises:
        Problem: the function raised it.
    """
    caller = Caller(limits)
    try:
        return caller.call(called, *given)
    finally:
        caller.end()
