"""Table rows with all of their headings: a row's number means nothing without them; pure.

Geometry only: rows that share height are one table row, and what stands right above the first of
them, in their columns, heads them. A row whose headings or label are in doubt is not sound.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from guidelines.pages import Page
from guidelines.rows import Row
from retrieval.layout import Block, Span, block_of, joined, number_of

_DOSE = re.compile(r"^[0-9<>≤≥½]|[0-9½] ?(?:mg|mcg|µg|g|mL|ml|units?|tablets?|capsules?|%)(?!\w)")
_BULLET_HEAD = re.compile(r"^[»•●▪■◦‣○o–-]\s")
# A heading row stands at most this many type sizes over the one below it.
_HEAD_GAP = 2.2
_TABLE_GAP = 4.0


def with_headings(page: Page, found: Sequence[Block], body: float) -> list[Block]:
    """Join the torn cells of each table row and give each row its table's heading rows."""
    cells = _joined(page, found, body)
    done: list[Block] = []
    at = 0
    while at < len(cells):
        if cells[at].kind != "row":
            done.append(cells[at])
            at += 1
            continue
        end = at + 1
        while end < len(cells) and _in_table(cells[at:end], cells[end]):
            end += 1
        done, table = _headed(page, done, cells[at:end])
        done += table
        at = end
    return done


def _joined(page: Page, found: Sequence[Block], body: float) -> list[Block]:
    """Join neighbours that share height, where one of them is a table's row."""
    rows_of: list[Block] = []
    for block in found:
        last = rows_of[-1] if rows_of else None
        if last is not None and "row" in (last.kind, block.kind) and _level(last, block):
            rows = (*last.rows, *block.rows)
            whole = block_of(page, rows, body)
            rows_of[-1] = replace(whole, kind="row")
        else:
            rows_of.append(block)
    return rows_of


def _level(one: Block, other: Block) -> bool:
    """Tell whether two blocks stand beside or into each other, as the cells of one row do."""
    if "item" in (one.kind, other.kind):
        return False
    a, b = one.rows[-1], other.rows[0]
    shared = min(a.top, b.top) - max(a.bottom, b.bottom)
    return shared > 0.3 * min(a.top - a.bottom, b.top - b.bottom)


def _in_table(table: Sequence[Block], block: Block) -> bool:
    """Tell whether a block goes on with a table: another row, or a torn cell between two."""
    gap = min(r.bottom for r in table[-1].rows) - max(r.top for r in block.rows)
    return block.kind == "row" and -1 < gap + block.size < _TABLE_GAP * block.size


def _headed(
    page: Page, before: list[Block], table: Sequence[Block]
) -> tuple[list[Block], list[Block]]:
    """Part a run of rows into heading rows and data rows, and give the second the first.

    Blocks right above the table that lie in its columns belong to its heading.
    """
    first = next((i for i, b in enumerate(table) if not (_heads(b) or (i == 0 and b.bold))), 0)
    data = table[first:]
    left, right = _extent(data)
    over = list(table[:first])
    floor = max(r.top for r in data[0].rows)
    taken = _above(before, left, right, floor, [r.top for b in over for r in b.rows])
    kept = before[: len(before) - taken]
    over = [*before[len(kept) :], *over]
    if not over or not _covers(over, left, right) or not _names(over):
        return before, list(table)
    rows = _by_column([row for b in over for row in b.rows])
    header = _spans(page, rows)
    lead = replace(over[0], kind="row", spans=header, rows=tuple(rows), text=_text(over))
    done = [replace(lead, sound=False)]
    for block in data:
        done.append(replace(block, header=header, sound=_sound(block, left, right)))
        if _heads(block) and len(block.rows) + sum(r.cells for r in block.rows) > 2:
            header = _spans(page, [*rows, *block.rows])
    return kept, done


def _by_column(rows: Sequence[Row]) -> list[Row]:
    """Put heading rows in the order of their columns, a heading over several before its first.

    Where one row holds several columns, the file's order is the only one there is.
    """
    if any(row.cells > 1 or row.right <= row.left + 1 for row in rows):
        return list(rows)
    narrow = [r for r in rows if not _spanning(r, rows)]
    first = {r.start: min((c.left for c in narrow if _overlap(r, c)), default=r.left) for r in rows}
    for _ in narrow:
        first |= {r.start: min(first[c.start] for c in narrow if _overlap(r, c)) for r in narrow}
    return sorted(rows, key=lambda r: (first[r.start], not _spanning(r, rows), -r.bottom, r.start))


def _spanning(row: Row, rows: Sequence[Row]) -> bool:
    below = [r for r in rows if r is not row and r.bottom < row.bottom and _overlap(row, r)]
    return any(not _overlap(a, b) for a in below for b in below)


def _overlap(a: Row, b: Row) -> bool:
    return min(a.right, b.right) - max(a.left, b.left) > 1


def _names(over: Sequence[Block]) -> bool:
    """Tell headings from the torn cells of a first row: they are bold, or give no dose."""
    return any(_heads(b) or b.bold for b in over) or not any(_DOSE.search(b.text) for b in over)


def _covers(over: Sequence[Block], left: float, right: float) -> bool:
    """Tell whether headings stand over most of a table: one column's heading is not the rest's."""
    first, last = _extent(over)
    return min(last, right) - max(first, left) > 0.5 * (right - left)


def _spans(page: Page, rows: Sequence[Row]) -> tuple[Span, ...]:
    return joined(page.text, ((r.start, r.end) for r in rows))


def _text(over: Sequence[Block]) -> str:
    return " ".join(b.text for b in over)


def _heads(block: Block) -> bool:
    """Tell a heading row by its type: most of it is bold."""
    bold = sum(r.end - r.start for r in block.rows if r.bold)
    return 2 * bold >= sum(r.end - r.start for r in block.rows)


def _sound(block: Block, left: float, right: float) -> bool:
    """Tell whether a row has its label, in the table's first column, and something beside it."""
    cells = sum(r.cells for r in block.rows)
    return cells > 1 and min(r.left for r in block.rows) < left + 0.25 * (right - left)


def _extent(data: Sequence[Block]) -> tuple[float, float]:
    rows = [row for b in data for row in b.rows]
    return min(r.left for r in rows), max(r.right for r in rows)


def _above(
    before: Sequence[Block], left: float, right: float, floor: float, tops: Sequence[float]
) -> int:
    """Count the last blocks that stand right above a table, each a row's gap over the next."""
    most = 0
    while most < len(before) and _over(before[-1 - most], left, right, floor):
        most += 1
    for taken in range(most, 0, -1):
        reach = max([floor, *tops])
        for block in sorted(before[-taken:], key=lambda b: min(r.bottom for r in b.rows)):
            if min(r.bottom for r in block.rows) - reach > (_HEAD_GAP - 1) * block.size:
                break
            reach = max([reach, *(r.top for r in block.rows)])
        else:
            return taken
    return 0


def _over(block: Block, left: float, right: float, floor: float) -> bool:
    """Tell whether a block is a heading fragment right above a table's columns."""
    bottom = min(r.bottom for r in block.rows)
    numbered = block.kind == "heading" and number_of(block.text)
    if block.kind == "item" or numbered or _BULLET_HEAD.match(block.text):
        return False
    if not floor - block.size <= bottom <= floor + 8 * block.size:
        return False
    if block.text.endswith((".", "。", ";")) or len(block.text) > 120:
        return False
    inside = all(left - 20 <= _middle(r) <= right + 60 for r in block.rows)
    narrow = all(r.right - r.left < 0.5 * (right - left) or r.cells > 1 for r in block.rows)
    return inside and (narrow or _heads(block)) and (narrow or block.kind == "row")


def _middle(row: Row) -> float:
    return (row.left + row.right) / 2
