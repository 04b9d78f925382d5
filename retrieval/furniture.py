"""Running headers and footers: rows at a page's edge that recur from page to page; pure."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from guidelines.pages import Page
from guidelines.rows import Row
from guidelines.text import quote

_EDGE = 0.08  # share of the page's height where running headers and footers stand
_COUNTED = re.compile(r"[0-9]+|\b[ivxlc]+\b")


@dataclass(frozen=True)
class Edge:
    """A row at a page's edge: its words, digits aside, and its height on the page."""

    key: str
    bottom: float
    top: float


def edges_of(page: Page) -> tuple[Edge, ...]:
    """Give the rows where running headers and footers stand."""
    rows = (row for row in page.rows if _at_edge(page, row))
    return tuple(Edge(_key(page, row), row.bottom, row.top) for row in rows)


def furniture(pages: Sequence[tuple[float, Sequence[Edge]]]) -> frozenset[str]:
    """Find running headers and footers: outermost rows at a page's edge that recur, digits aside.

    A second row counts only where it recurs on a third of the pages: a heading such as
    "Referral" often happens to stand right below the running header.

    Args:
        pages: each page's height and the rows at its edges.
    """
    running: set[str] = set()
    for share in (0.0, 1 / 3):
        seen: Counter[str] = Counter()
        for height, edges in pages:
            seen.update(_outermost(height, [e for e in edges if e.key not in running]))
        often = max(min(3, max(2, len(pages))), share * len(pages))
        running |= {key for key, count in seen.items() if count >= often}
    return frozenset(running)


def body_rows(page: Page, running: Collection[str]) -> list[Row]:
    """Give a page's rows without its running headers and footers."""
    return [r for r in page.rows if not (_at_edge(page, r) and _key(page, r) in running)]


def _outermost(height: float, edges: Sequence[Edge]) -> set[str]:
    if not edges:
        return set()
    top, bottom = max(e.bottom for e in edges), min(e.bottom for e in edges)
    return {
        e.key
        for e in edges
        if (top - e.bottom < 2 and e.top > height / 2)
        or (e.bottom - bottom < 2 and e.top < height / 2)
    }


def _at_edge(page: Page, row: Row) -> bool:
    return row.bottom < page.height * _EDGE or row.top > page.height * (1 - _EDGE)


def _key(page: Page, row: Row) -> str:
    return _COUNTED.sub("#", quote(page.text, row.start, row.end).lower())
