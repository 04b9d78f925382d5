"""Which recommendation a grade in a line of its own belongs to; pure.

Some publishers print it over a box (the grade, perhaps a title, the recommendation), others below
the recommendation: it stands nearer to what it grades. Where a page does not say which, no grade is
given. What explains a recommendation below it is not graded.
"""

import re
from collections.abc import Sequence
from typing import Literal

from retrieval.layout import RECOMMENDATION, Block, number_of
from retrieval.strength import Grade, badge

_EXPLAINS = re.compile(
    r"\*|(?:remarks?|notes?|justification|rationale|practical info|evidence|implementation|"
    r"research|comments?|considerations?|background|说明|注|备注)\b",
    re.IGNORECASE,
)
# "推荐意见2.3" names a recommendation and says nothing.
_WORDED = re.compile(r"\d\W*\s*[^\W\d]{2}")
# Blocks of a box stand closer than this many type sizes; within the recommendation still closer,
# since remarks follow below a gap or a rule.
_GAP, _CLOSE = 5.0, 2.0
# So much nearer to one side, or the badge tells nothing of its own.
_NEARER = 0.8


Side = Literal["above", "below", "unknown"]


class Boxes:
    """One page's boxes: the grade that is open, if any, at first the one of the page before.

    `side` is where the pages before have what their badges grade, and then this one.
    """

    def __init__(self, carried: Grade | None = None, side: Side = "unknown") -> None:
        self._grade, self.side = carried, side
        self._last: Block | None = None
        self._said: Block | None = None

    def carried(self) -> Grade | None:
        """Give the open grade: it outlives a page's end only before its recommendation."""
        return None if self._said is not None else self._grade

    def bind(self, blocks: Sequence[Block]) -> dict[int, Grade]:
        """Give the grade of each of the page's blocks that has one, by the block's start."""
        sides, self.side = _sides(blocks, self.side)
        found: dict[int, Grade] = {}
        for at, block in enumerate(blocks):
            side = sides.get(at)
            if side in ("above", "unknown"):
                self._close()
                if side == "above":
                    grade = _grade(block)
                    found |= {said.start: grade for said in _said_above(blocks, at)}
                self._last = block
            elif (open_grade := self._enter(block)) is not None:
                found[block.start] = open_grade
        return found

    def _enter(self, block: Block) -> Grade | None:
        graded = badge(block.text) is not None
        if graded:
            self._close()
            self._grade = _grade(block)
        elif self._grade is not None and self._ends(block):
            self._close()
        self._last = block
        if self._grade is None or graded or block.kind in ("heading", "row"):
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
        gap = _gap(self._last, block)
        far = _GAP if self._said is None else _CLOSE
        return gap > far * block.size or gap < -_GAP * block.size

    def _close(self) -> None:
        self._grade = self._said = None


def _grade(block: Block) -> Grade:
    parts = badge(block.text)
    assert parts is not None
    return Grade(*parts, block.page, block.spans, block.text)


def _gap(over: Block, under: Block) -> float:
    return min(r.bottom for r in over.rows) - max(r.top for r in under.rows)


def _sides(blocks: Sequence[Block], before: Side) -> tuple[dict[int, Side], Side]:
    """Tell, by the place of each badge, on which side of it stands what it grades.

    A badge that tells nothing of its own follows the page's others where they agree, and on a page
    where none tells, the pages before.
    """
    told = {at: _side(blocks, at) for at, b in enumerate(blocks) if badge(b.text) is not None}
    sure = {side for side in told.values() if side != "unknown"}
    page: Side = before if not sure else sure.pop() if len(sure) == 1 else "unknown"
    return {at: page if side == "unknown" else side for at, side in told.items()}, page


def _side(blocks: Sequence[Block], at: int) -> Side:
    over = blocks[at - 1] if at > 0 else None
    under = blocks[at + 1] if at + 1 < len(blocks) else None
    if over is not None and (over.kind in ("heading", "row") or badge(over.text) is not None):
        return "below"
    if over is None and blocks[at].page == 1:
        return "below"  # nothing was said before it
    if over is None or under is None:
        return "unknown"
    before, after = _gap(over, blocks[at]), _gap(blocks[at], under)
    if before < _NEARER * after:
        return "above"
    return "below" if after < _NEARER * before else "unknown"


def _said_above(blocks: Sequence[Block], at: int) -> list[Block]:
    """Give the blocks of the recommendation that ends right over a badge."""
    found: list[Block] = []
    under = blocks[at]
    for block in reversed(blocks[:at]):
        loose = _gap(block, under) > _CLOSE * block.size
        if block.kind in ("heading", "row") or badge(block.text) is not None or loose:
            break
        if found and abs(block.size - found[0].size) > 0.5:
            break
        if RECOMMENDATION.match(block.text) and not _WORDED.search(block.text):
            break  # its number alone, in a line of its own
        found.append(block)
        if number_of(block.text) or RECOMMENDATION.match(block.text):
            break
        under = block
    return found
