"""Which recommendation a grade over a box belongs to, from block to block; pure.

A box is: the grade, perhaps a title, the recommendation. What explains it below is not graded.
"""

import re
from collections.abc import Sequence

from retrieval.layout import Block, number_of
from retrieval.strength import Grade, badge

_EXPLAINS = re.compile(
    r"\*|(?:remarks?|notes?|justification|rationale|practical info|evidence|implementation|"
    r"research|comments?|considerations?|background|说明|注|备注)\b",
    re.IGNORECASE,
)
# Blocks of a box stand closer than this many type sizes; within the recommendation still closer,
# since remarks follow below a gap or a rule.
_GAP, _CLOSE = 5.0, 2.0


class Boxes:
    """One page's boxes: the grade that is open, if any, at first the one of the page before."""

    def __init__(self, carried: Grade | None = None) -> None:
        self._grade = carried
        self._last: Block | None = None
        self._said: Block | None = None

    def carried(self) -> Grade | None:
        """Give the open grade: it outlives a page's end only before its recommendation."""
        return None if self._said is not None else self._grade

    def bind(self, blocks: Sequence[Block]) -> dict[int, Grade]:
        """Give the grade of each of the page's blocks that has one, by the block's start."""
        return {b.start: grade for b in blocks if (grade := self._enter(b)) is not None}

    def _enter(self, block: Block) -> Grade | None:
        parts = badge(block.text)
        if parts is not None:
            self._close()
            self._grade = Grade(*parts, block.page, block.spans, block.text)
        elif self._grade is not None and self._ends(block):
            self._close()
        self._last = block
        if self._grade is None or parts is not None or block.kind in ("heading", "row"):
            return None
        self._said = self._said or block
        return self._grade

    def _ends(self, block: Block) -> bool:
        """Tell whether a block is no part of the open box."""
        if block.kind == "heading" and (self._said is not None or number_of(block.text)):
            return True
        if _EXPLAINS.match(block.text) or block.kind == "row":
            return True
        if self._said is not None and abs(block.size - self._said.size) > 0.5:
            return True
        if self._last is None:
            return False
        gap = min(r.bottom for r in self._last.rows) - max(r.top for r in block.rows)
        far = _GAP if self._said is None else _CLOSE
        return gap > far * block.size or gap < -_GAP * block.size

    def _close(self) -> None:
        self._grade = self._said = None
