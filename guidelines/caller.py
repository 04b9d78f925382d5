"""Several calls about one file in one worker process: starting one takes longer than most calls.

Knows nothing of what is called.
"""

from typing import Any

from guidelines.workers import LIMITS, SPARES, Limits, Loss, Worker, answer_of


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

    def give(self) -> Worker | None:
        """Give the process away, for whoever ends it; None where there is none left."""
        worker, self._worker = self._worker, None
        return worker

    def end(self) -> None:
        """End the process, if there is one."""
        if self._worker is not None:
            self._worker.end()
        self._worker = None
