"""Redacts a text that comes in pieces as if it had come whole; knows nothing of where it goes.

Everyday words leave at once. What may begin an identifier waits until REACH characters stand from
it on, or the end: no more is ever held back, and a span longer than that is hidden to its end.
"""

from agent.redact import REACH, Walk, advance

_CONTEXT = 64
"""Characters before the held ones that are kept to judge them by."""


class StreamRedactor:
    """One text's redactor; `found` names the kinds so far."""

    def __init__(self) -> None:
        self._walk = Walk()
        self._text = ""
        self._at = 0

    @property
    def found(self) -> tuple[str, ...]:
        """The kinds taken out so far, each once."""
        return tuple(dict.fromkeys(self._walk.found))

    @property
    def held(self) -> int:
        """Characters that wait; at most REACH after every call."""
        return len(self._text) - self._at

    def feed(self, chunk: str) -> str:
        """Take a piece and give what may be shown by now."""
        return self._go(chunk, closed=False)

    def close(self) -> str:
        """Give what was still held; the redactor is then as new, but for what it found."""
        return self._go("", closed=True)

    def _go(self, chunk: str, *, closed: bool) -> str:
        self._text += chunk
        shown, self._at = advance(self._text, self._at, self._walk, closed=closed)
        spent = max(0, self._at - _CONTEXT)
        self._text, self._at = self._text[spent:], self._at - spent
        assert self.held <= REACH
        return shown
