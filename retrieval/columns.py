"""The order in which a page's rows are read, where the file's own order is not it; pure.

A PDF stores a page's pieces in any order: a recommendation box that heads a page may come last. The
file's order is kept where it only goes down and to the right. Knows nothing of blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from guidelines.rows import Row

# A jump up by less than this many type sizes is a table's next cell, not another part of the page.
_JUMP = 5.0
# A row narrower than this share of its letters' sizes runs up the page.
_TURNED = 0.2


@dataclass(frozen=True)
class _Piece:
    """Rows that follow each other in the file, down the page or to the right, with their box."""

    rows: tuple[Row, ...]
    left: float
    right: float
    bottom: float
    top: float


def turned(row: Row) -> bool:
    """Tell whether a row's text runs up or down the page instead of across it."""
    count = row.end - row.start
    return count > 6 and row.right - row.left < _TURNED * count * row.size


def reading_order(rows: Sequence[Row]) -> list[Row]:
    """Give the rows as a person reads them; the file's order where it never jumps back up."""
    if len(rows) < 2 or sum(turned(r) for r in rows) > len(rows) / 3:
        return list(rows)
    runs: list[list[Row]] = [[rows[0]]]
    for row in rows[1:]:
        last = runs[-1][-1]
        if row.bottom - last.bottom > _JUMP * row.size and row.left < last.right - 2:
            runs.append([])
        runs[-1].append(row)
    if not any(_above(after, before) for before, after in _pairs(runs)):
        return list(rows)
    pieces = [p for i, run in enumerate(runs) for p in _split(run, runs[:i] + runs[i + 1 :])]
    return [row for piece in _sorted(pieces) for row in piece.rows]


def _pairs(runs: Sequence[list[Row]]) -> list[tuple[list[Row], list[Row]]]:
    return [(a, b) for i, a in enumerate(runs) for b in runs[i + 1 :]]


def _above(upper: Sequence[Row], lower: Sequence[Row]) -> bool:
    """Tell whether some row of `upper` stands over a row of `lower` in the same column."""
    top, bottom = max(upper, key=lambda r: r.bottom), min(lower, key=lambda r: r.bottom)
    if top.bottom <= bottom.top:
        return False
    return any(
        a.bottom >= b.top - 1 and _share(a.left, a.right, b.left, b.right)
        for a in upper
        for b in lower
    )


def _share(left: float, right: float, other_left: float, other_right: float) -> bool:
    return min(right, other_right) - max(left, other_left) > 1


def _split(run: Sequence[Row], others: Sequence[Sequence[Row]]) -> list[_Piece]:
    """Cut a run where rows of another run stand between two of its rows, in the same column."""
    groups = [[run[0]]]
    strangers = [r for other in others for r in other]
    for row in run[1:]:
        last = groups[-1][-1]
        low, high = row.top - 1, last.bottom + 1
        left, right = min(row.left, last.left), max(row.right, last.right)
        between = any(
            low <= s.bottom and s.top <= high and _share(s.left, s.right, left, right)
            for s in strangers
        )
        if between:
            groups.append([])
        groups[-1].append(row)
    return [
        _Piece(
            tuple(group),
            min(r.left for r in group),
            max(r.right for r in group),
            min(r.bottom for r in group),
            max(r.top for r in group),
        )
        for group in groups
    ]


def _sorted(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Sort from top to bottom within a column; between columns the file's order stays."""
    left = list(pieces)
    ordered: list[_Piece] = []
    while left:
        free = next((p for p in left if not any(_before(q, p) for q in left)), left[0])
        left.remove(free)
        ordered.append(free)
    return ordered


def _before(one: _Piece, other: _Piece) -> bool:
    """Tell whether a piece must be read before another: it stands over it."""
    middle = (one.top + one.bottom) / 2, (other.top + other.bottom) / 2
    over = one.bottom >= other.top - 2 or (
        middle[0] > middle[1] and one.bottom > other.bottom and one.top > other.top
    )
    return over and _share(one.left, one.right, other.left, other.right)
