"""From a page's visual rows to blocks: headings, paragraphs, list items, table rows; pure.

It looks at type, gaps and markers only. It does not know what the words mean.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from guidelines.pages import Page, Row
from guidelines.text import quote

Kind = Literal["heading", "text", "item", "row"]

_BULLET = re.compile(
    r"^(?:[•●▪■◦‣⁃»·–—−*-]|o(?= [A-Z])|\(?[a-z0-9ivx]{1,3}\)|[a-z]\.|[0-9]{1,2}\.(?= ))\s+"
)
_NUMBERED = re.compile(
    r"^(?:chapter|section|annex|appendix|第)?\s*([0-9]+(?:\.[0-9]+)*)\.?[\s、章节]", re.I
)
RECOMMENDATION = re.compile(
    r"^(?:(?:recommendation|good practice statement|statement|rec\.?)\s*[0-9]"
    r"|R[0-9]+(?:\.[0-9]+)*\b"
    r"|[0-9]+\.[0-9]+(?:\.[0-9]+)+\s+\S|推荐(?:意见)?\s*[0-9]|【?推荐意见)",
    re.IGNORECASE,
)
_FULL_STOP = (".", "!", "?", ";", ":", "。", "；", "：", "！", "？")
_EDGE = 0.08  # share of the page's height where running headers and footers stand
_HEADING_LIMIT = 140


@dataclass(frozen=True)
class Block:
    """Rows that belong together, as one span of the page's text."""

    page: int
    start: int
    end: int
    kind: Kind
    size: float
    bold: bool
    left: float
    text: str


def body_size(pages: Sequence[Page]) -> float:
    """Give the type size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page.rows:
            sizes[row.size] += row.end - row.start
    return max(sizes, key=lambda s: (sizes[s], -s)) if sizes else 10.0


def furniture(pages: Sequence[Page]) -> set[str]:
    """Find running headers and footers: outermost rows at a page's edge that recur, digits aside.

    A second row counts only where it recurs on a third of the pages: a heading such as
    "Referral" often happens to stand right below the running header.
    """
    running: set[str] = set()
    for share in (0.0, 1 / 3):
        seen: Counter[str] = Counter()
        for page in pages:
            seen.update({_key(page, row) for row in _outermost(page, running)})
        often = max(min(3, max(2, len(pages))), share * len(pages))
        running |= {key for key, count in seen.items() if count >= often}
    return running


def _outermost(page: Page, running: set[str]) -> list[Row]:
    rows = [r for r in page.rows if _at_edge(page, r) and _key(page, r) not in running]
    if not rows:
        return []
    top, bottom = max(r.bottom for r in rows), min(r.bottom for r in rows)
    return [
        r
        for r in rows
        if (top - r.bottom < 2 and r.top > page.height / 2)
        or (r.bottom - bottom < 2 and r.top < page.height / 2)
    ]


def _at_edge(page: Page, row: Row) -> bool:
    return row.bottom < page.height * _EDGE or row.top > page.height * (1 - _EDGE)


def _key(page: Page, row: Row) -> str:
    return re.sub(r"[0-9]+|\b[ivxlc]+\b", "#", quote(page.text, row.start, row.end).lower())


def blocks(page: Page, body: float, running: set[str]) -> list[Block]:
    """Group the page's rows into blocks in reading order, running headers and footers left out."""
    rows = [row for row in page.rows if not (_at_edge(page, row) and _key(page, row) in running)]
    groups: list[list[Row]] = []
    for row in rows:
        if groups and _continues(page, groups[-1], row, body):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_block(page, group, body) for group in groups]


def _continues(page: Page, group: list[Row], row: Row, body: float) -> bool:
    """Tell whether a row goes on with the block before it."""
    last = group[-1]
    if _beside(group, row):
        return True
    before = quote(page.text, last.start, last.end)
    words = quote(page.text, row.start, row.end)
    if _BULLET.match(words) or RECOMMENDATION.match(words):
        return False
    if row.cells > 1 and last.cells > 1:
        return False
    if abs(row.size - last.size) > 0.6 and (
        max(row.size, last.size) > body * 1.12 or all(r.bold for r in group)
    ):
        return False
    ended = before.endswith(_FULL_STOP)
    lower = words[:1].islower()
    height = last.top - last.bottom
    if row.bottom > last.top or last.bottom - row.top > 0.75 * height:
        # A jump to the next column or over a gap goes on only in the middle of a sentence.
        return not ended and lower and not _looks_heading(group, before, body)
    short = _short(page, group, last)
    if row.bold and not last.bold:
        return lower
    if last.bold and not row.bold:
        return not (ended or short)
    return not short or not (ended or row.bold or not lower) or (row.bold and not ended)


def _beside(group: list[Row], row: Row) -> bool:
    """Tell whether a row is another cell of the table row that the block has begun."""
    last = group[-1]
    middle = (row.top + row.bottom) / 2
    top, bottom = max(r.top for r in group), min(r.bottom for r in group)
    same_height = bottom - 1 < middle < top + 1
    right_of = row.left > last.left + 2 * row.size or row.left >= last.right - 1
    same_baseline = any(
        abs(r.bottom - row.bottom) < 0.3 * row.size and (r.right < row.left or r.left > row.right)
        for r in group
    )
    return same_height and (right_of or same_baseline)


def _short(page: Page, group: list[Row], last: Row) -> bool:
    """Tell whether a row stops well before the right edge of its column."""
    right = max([r.right for r in group] + [_column_right(page, last)])
    return last.right < right - 0.18 * (right - last.left)


def _column_right(page: Page, row: Row) -> float:
    near = [
        r.right
        for r in page.rows
        if abs(r.left - row.left) < 14 and abs(r.bottom - row.bottom) < 9 * row.size
    ]
    return max(near, default=row.right)


def _looks_heading(group: list[Row], text: str, body: float) -> bool:
    large = all(r.size >= body * 1.15 for r in group)
    return large or (all(r.bold for r in group) and not text.endswith(_FULL_STOP))


def _block(page: Page, group: list[Row], body: float) -> Block:
    first, last = group[0], group[-1]
    text = quote(page.text, first.start, last.end)
    kind: Kind = "item" if _BULLET.match(text) else "text"
    tabular = any(r.cells > 1 for r in group) or any(
        b.left > a.left + 2 * a.size and b.top > a.bottom + 1 for a, b in pairwise(group)
    )
    numbered = _NUMBERED.match(text)
    if (
        len(text) <= _HEADING_LIMIT
        and sum(c.isalpha() for c in text) >= 2
        and _looks_heading(group, text, body)
        and (numbered or (kind == "text" and not tabular))
    ):
        kind = "heading"
    elif tabular and kind == "text":
        kind = "row"
    return Block(page.number, first.start, last.end, kind, first.size, first.bold, first.left, text)


def number_of(text: str) -> str:
    """Give the number of a numbered heading ("4.2.6"), or nothing."""
    match = _NUMBERED.match(text)
    return match.group(1) if match else ""
