"""Redacts a text that comes in pieces as if it had come whole; knows nothing of where it goes.

Everyday words leave at once. What may begin an identifier waits for the few words that tell, and
no more than REACH characters are ever held back.
"""

from agent.redact_walk import REACH, Walk


class StreamRedactor:
    """One text's redactor; `found` names the kinds so far."""

    def __init__(self) -> None:
        self._walk = Walk()

    @property
    def found(self) -> tuple[str, ...]:
        """The kinds taken out so far, each once."""
        return tuple(dict.fromkeys(self._walk.found))

    @property
    def held(self) -> int:
        """Characters that wait; at most REACH after every call."""
        return self._walk.held

    def feed(self, chunk: str) -> str:
        """Take a piece and give what may be shown by now."""
        shown = self._walk.feed(chunk)
        assert self.held <= REACH
        return shown

    def close(self) -> str:
        """Give what was still held; the redactor is then as new, but for what it found."""
        shown = self._walk.feed("", closed=True)
        self._walk = Walk(found=self._walk.found)
        return shown
