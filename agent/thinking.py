"""Tells a model's thinking from its answer as the text streams in; knows nothing of models.

    splitter = ThinkSplitter()
    for delta in stream:
        for channel, text in splitter.feed(delta):
            ...
    rest = splitter.close()

What each channel gets is the text less its delimiters, however the stream was cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Channel = Literal["thinking", "answer"]
Piece = tuple[Channel, str]


@dataclass(frozen=True)
class Delimiters:
    """What opens and what closes the thinking; upper and lower case are one.

    Args:
        opener: Stands before the thinking.
        closer: Stands between the thinking and the answer.
        whole_line: Count a delimiter only where it is a line by itself, as a heading is; its
            line end goes with it.

    Raises:
        ValueError: One is empty or lies inside the other: no cut of a stream could tell them.
    """

    opener: str
    closer: str
    whole_line: bool = False
    full: re.Pattern[str] = field(init=False, repr=False, compare=False)
    partial: re.Pattern[str] = field(init=False, repr=False, compare=False)
    last: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        opener, closer = self.opener.casefold(), self.closer.casefold()
        if not opener or not closer or opener in closer or closer in opener:
            raise ValueError(f"delimiters {self.opener!r} and {self.closer!r} cannot be told apart")
        either = f"(?:(?P<opener>{re.escape(self.opener)})|(?P<closer>{re.escape(self.closer)}))"
        both = (self.opener, self.closer)
        starts = sorted({d[:n] for d in both for n in range(1, len(d))}, key=len, reverse=True)
        begun = "|".join(map(re.escape, starts))
        if self.whole_line:
            start, blank = r"(?<![^\n])", r"[ \t]*:?[ \t]*"
            whole = "|".join(map(re.escape, both))
            full = rf"{start}{either}{blank}\r?\n"
            last = rf"{start}{either}{blank}\r?\Z"
            partial = rf"{start}(?:(?:{whole}){blank}\r?|{begun})\Z"
        else:
            full = last = either
            partial = rf"(?:{begun})\Z" if begun else r"(?!)"
        for name, pattern in (("full", full), ("partial", partial), ("last", last)):
            object.__setattr__(self, name, re.compile(pattern, re.IGNORECASE))


THINK_TAGS = Delimiters("<think>", "</think>")
HUATUO_HEADINGS = Delimiters("## Thinking", "## Final Response", whole_line=True)


class ThinkSplitter:
    """Splits a stream of text deltas into the two channels.

    Text that may be the beginning of a delimiter is held until the next delta tells. One that
    the stream's end leaves unfinished is dropped, so no channel ever shows a torn tag.

    Args:
        delimiters: What opens and closes the thinking.
        starts_in_thinking: The prompt already held the opener, so the reply begins after it.
    """

    def __init__(
        self, delimiters: Delimiters = THINK_TAGS, *, starts_in_thinking: bool = False
    ) -> None:
        self._delimiters = delimiters
        self._thinking = starts_in_thinking
        self._before = "\n"  # the last character taken: tells whether a line begins
        self._held = ""
        self.tags = 0
        """Delimiters taken so far."""

    @property
    def in_thinking(self) -> bool:
        """Whether the text that comes next is thinking."""
        return self._thinking

    def feed(self, delta: str) -> list[Piece]:
        """Take the next delta and return what is certain by now."""
        self._held += delta
        return _joined(self._take(self._delimiters.full, at_end=False))

    def close(self) -> list[Piece]:
        """Return what was held, now that nothing follows."""
        return _joined(self._take(self._delimiters.last, at_end=True))

    def _take(self, pattern: re.Pattern[str], *, at_end: bool) -> Iterator[Piece]:
        while match := pattern.search(self._before + self._held, 1):
            yield self._emit(match.start() - 1)
            self._thinking = match["opener"] is not None
            self.tags += 1
            self._emit(match.end() - match.start())
        torn = self._delimiters.partial.search(self._before + self._held, 1)
        yield self._emit(torn.start() - 1 if torn else len(self._held))
        if at_end:
            self._held = ""

    def _emit(self, length: int) -> Piece:
        text, self._held = self._held[:length], self._held[length:]
        self._before = text[-1:] or self._before
        return ("thinking" if self._thinking else "answer"), text


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Join neighbours of one channel and leave out empty ones."""
    joined: list[Piece] = []
    for channel, text in pieces:
        if text and joined and joined[-1][0] == channel:
            joined[-1] = (channel, joined[-1][1] + text)
        elif text:
            joined.append((channel, text))
    return joined


@dataclass(frozen=True)
class Thought:
    """One whole reply, split.

    Args:
        thinking: Empty where the model did not think.
        answer: Empty where the reply was cut while it thought.
        closed: The thinking ended, or never began.
        cut: The reply was ended by its length, not by the model.
    """

    thinking: str
    answer: str
    closed: bool
    cut: bool = False


def split(
    text: str, delimiters: Delimiters = THINK_TAGS, *, starts_in_thinking: bool = False
) -> Thought:
    """Split a whole reply; blanks around either part go."""
    splitter = ThinkSplitter(delimiters, starts_in_thinking=starts_in_thinking)
    pieces = splitter.feed(text) + splitter.close()
    parts = {
        name: "".join(t for c, t in pieces if c == name).strip() for name in ("thinking", "answer")
    }
    return Thought(parts["thinking"], parts["answer"], not splitter.in_thinking)


def settled(text: str, delimiters: Delimiters = THINK_TAGS) -> Thought:
    """Split a whole reply so that nothing a tag follows counts as its answer.

    Where tags are nested, torn or out of order, whatever stands before the last of them may be
    thinking: the prompt can have held the opener, or the model began to think again.
    """
    marks = [m.end() for m in delimiters.full.finditer(text)]
    end = max(marks, default=0)
    splitter = ThinkSplitter(delimiters, starts_in_thinking=True)
    before = splitter.feed(text[:end]) + splitter.close()
    rest = split(text[end:], delimiters, starts_in_thinking=splitter.in_thinking and end > 0)
    said = [*(t for _, t in before), rest.thinking]
    return Thought("\n".join(t for x in said if (t := x.strip())), rest.answer, rest.closed)


def without_thinking(text: str, delimiters: Delimiters = THINK_TAGS) -> str:
    """Return what of an earlier reply may be sent again; a text with no delimiter stays as is.

    A closer that no opener precedes means that the prompt held the opener.
    """
    first = next(delimiters.full.finditer(text), None) or delimiters.last.search(text)
    if first is None:
        return text
    return split(text, delimiters, starts_in_thinking=first["closer"] is not None).answer
