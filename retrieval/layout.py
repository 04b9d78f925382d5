"""From a page's visual rows to blocks: headings, paragraphs, list items, table rows; pure.

It looks at type, gaps and markers only. It does not know what the words mean.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Literal

from guidelines.pages import Page
from guidelines.rows import Row
from guidelines.text import quote

Kind = Literal["heading", "text", "item", "row"]
Span = tuple[int, int]
# (bottom, left, right) of a page's rows, from the lowest up.
Edges = list[tuple[float, float, float]]

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
_HEADING_LIMIT = 140


@dataclass(frozen=True)
class Block:
    """Rows that belong together, as spans of the page's text in reading order.

    `header` is a table row's heading rows; `sound` tells that a row of a table stands here whole;
    `level` is how deep the file's own outline puts a heading.
    """

    page: int
    spans: tuple[Span, ...]
    kind: Kind
    size: float
    bold: bool
    left: float
    text: str
    rows: tuple[Row, ...]
    header: tuple[Span, ...] = ()
    sound: bool = True
    level: int | None = None

    @property
    def start(self) -> int:
        """Give where the block begins in the page's text."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Give where the block ends in the page's text."""
        return self.spans[-1][1]


def sizes_of(page: Page) -> Counter[float]:
    """Count a page's characters by the size of their type."""
    sizes: Counter[float] = Counter()
    for row in page.rows:
        sizes[row.size] += row.end - row.start
    return sizes


def body_size(sizes: Mapping[float, int]) -> float:
    """Give the type size that most characters have."""
    return max(sizes, key=lambda s: (sizes[s], -s)) if sizes else 10.0


def blocks(page: Page, rows: Sequence[Row], body: float) -> list[Block]:
    """Group rows that stand in reading order into blocks."""
    groups: list[list[Row]] = []
    edges = sorted((r.bottom, r.left, r.right) for r in page.rows)
    words = {row.start: quote(page.text, row.start, row.end) for row in rows}
    for row in rows:
        if groups and _continues(edges, words, groups[-1], row, body):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [block_of(page, group, body) for group in groups]


def joined(page_text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that follow each other with only white space between them."""
    found: list[Span] = []
    for start, end in spans:
        if found and found[-1][1] <= start and not page_text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


def _continues(
    edges: Edges, texts: dict[int, str], group: list[Row], row: Row, body: float
) -> bool:
    """Tell whether a row goes on with the block before it."""
    last = group[-1]
    if _beside(group, row):
        return True
    before, words = texts[last.start], texts[row.start]
    if _BULLET.match(words) or RECOMMENDATION.match(words):
        return False
    if row.cells > 1 and (last.cells > 1 or before.endswith(_FULL_STOP) or _back(group, row)):
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
    short = _short(edges, group, last)
    if row.bold and not last.bold:
        return lower
    if last.bold and not row.bold:
        return not (ended or short)
    return not short or not (ended or row.bold or not lower) or (row.bold and not ended)


def _beside(group: list[Row], row: Row) -> bool:
    """Tell whether a row is another cell of the table row that the block has begun."""
    last = group[-1]
    middle = (row.top + row.bottom) / 2
    if not min([r.bottom for r in group]) - 1 < middle < max([r.top for r in group]) + 1:
        return False
    right_of = row.left > last.left + 2 * row.size or row.left >= last.right - 1
    same_baseline = any(
        abs(r.bottom - row.bottom) < 0.3 * row.size and (r.right < row.left or r.left > row.right)
        for r in group
    )
    return right_of or same_baseline


def _back(group: list[Row], row: Row) -> bool:
    """Tell whether a row starts anew at the left, below cells that stand side by side."""
    return row.left < group[-1].left - row.size and row.top < min(r.bottom for r in group) + 1


def _short(edges: Edges, group: list[Row], last: Row) -> bool:
    """Tell whether a row stops well before the right edge of its column."""
    right = max([r.right for r in group] + [_column_right(edges, last)])
    return last.right < right - 0.18 * (right - last.left)


def _column_right(edges: Edges, row: Row) -> float:
    """Give how far right the rows near a row reach that begin where it begins."""
    near = 9 * row.size
    first = bisect_right(edges, (row.bottom - near, inf, inf))
    last = bisect_left(edges, (row.bottom + near, -inf, -inf))
    window = edges[first:last]
    start = row.left
    return max([right for _, left, right in window if abs(left - start) < 14], default=row.right)


def _looks_heading(group: Sequence[Row], text: str, body: float) -> bool:
    large = all(r.size >= body * 1.15 for r in group)
    return large or (all(r.bold for r in group) and not text.endswith(_FULL_STOP))


def block_of(page: Page, group: Sequence[Row], body: float) -> Block:
    """Make one block of rows and tell its kind."""
    first, spans = group[0], joined(page.text, ((r.start, r.end) for r in group))
    text = " ".join(quote(page.text, *span) for span in spans)
    kind: Kind = "item" if _BULLET.match(text) else "text"
    tabular = any(r.cells > 1 for r in group) or any(
        b.left > a.left + 2 * a.size and b.top > a.bottom + 1 for a, b in pairwise(group)
    )
    numbered = _NUMBERED.match(text)
    if (
        len(text) <= _HEADING_LIMIT
        and (numbered or (kind == "text" and not tabular))
        and _looks_heading(group, text, body)
        and sum(c.isalpha() for c in text) >= 2
    ):
        kind = "heading"
    elif tabular and kind == "text":
        kind = "row"
    return Block(page.number, spans, kind, first.size, first.bold, first.left, text, tuple(group))


def number_of(text: str) -> str:
    """Give the number of a numbered heading ("4.2.6"), or nothing."""
    match = _NUMBERED.match(text)
    return match.group(1) if match else ""
