"""Finds what a pattern cannot match without, so that most patterns need no search; knows no guard.

Looking for a few letters is a hundred times cheaper than running a pattern over a text, and a
question holds none of the letters of most patterns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_ENOUGH = 2


@dataclass(frozen=True)
class Gated:
    """A pattern, and strings of which one stands in whatever it matches; none where unknown."""

    pattern: re.Pattern[str]
    needles: tuple[str, ...]

    def found(self, text: str) -> bool:
        """Tell whether the pattern matches somewhere in a text."""
        if self.needles and not any(needle in text for needle in self.needles):
            return False
        return self.pattern.search(text) is not None


def gated(pattern: str) -> Gated:
    """Compile a pattern with its needles."""
    return Gated(re.compile(pattern), tuple(sorted(_needles(parser.parse(pattern)) or ())))


def _needles(parts: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """Give the best set of strings of which a match holds one; None where there is no such set."""
    candidates: list[frozenset[str]] = []
    run = ""
    for op, value in [*parts, (None, None)]:
        if op is code.LITERAL:
            run += chr(value)
            continue
        if _long(run):
            candidates.append(frozenset({run}))
        run = ""
        inner = _inside(op, value)
        if inner:
            candidates.append(inner)
    return max(candidates, key=_worth, default=None)


def _inside(op: Any, value: Any) -> frozenset[str] | None:
    if op is code.SUBPATTERN:
        return _needles(value[3])
    if op in (code.MAX_REPEAT, code.MIN_REPEAT) and value[0] > 0:
        return _needles(value[2])
    if op is code.BRANCH:
        branches = [_needles(branch) for branch in value[1]]
        if all(branches):
            return frozenset().union(*(b for b in branches if b))
    return None


def _long(run: str) -> bool:
    return len(run) >= _ENOUGH or (run != "" and not run.isascii())


def _worth(needles: frozenset[str]) -> tuple[int, int]:
    shortest = min(len(n) if n.isascii() else 3 * len(n) for n in needles)
    return min(shortest, 4), -len(needles)
