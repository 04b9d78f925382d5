"""Running headers and footers: rows at a page's edge that recur from page to page; pure."""

import re
from collections import Counter
from collections.abc import Sequence

from guidelines.pages import Page
from guidelines.rows import Row
from guidelines.text import quote

_EDGE = 0.08  # share of the page's height where running headers and footers stand
_COUNTED = re.compile(r"[0-9]+|\b[ivxlc]+\b")


def furniture(pages: Sequence[Page]) -> set[str]:
    """Find running headers and footers: outermost rows at a page's edge that recur, digits aside.

    A second row counts only where it recurs on a third of the pages: a heading such as
    "Referral" often happens to stand right below the running header.
    """
    edges = [[(row, _key(page, row)) for row in page.rows if _at_edge(page, row)] for page in pages]
    running: set[str] = set()
    for share in (0.0, 1 / 3):
        seen: Counter[str] = Counter()
        for page, rows in zip(pages, edges, strict=True):
            seen.update(_outermost(page, [(r, key) for r, key in rows if key not in running]))
        often = max(min(3, max(2, len(pages))), share * len(pages))
        running |= {key for key, count in seen.items() if count >= often}
    return running


def body_rows(page: Page, running: set[str]) -> list[Row]:
    """Give a page's rows without its running headers and footers."""
    return [r for r in page.rows if not (_at_edge(page, r) and _key(page, r) in running)]


def _outermost(page: Page, rows: Sequence[tuple[Row, str]]) -> set[str]:
    if not rows:
        return set()
    top, bottom = max(r.bottom for r, _ in rows), min(r.bottom for r, _ in rows)
    return {
        key
        for r, key in rows
        if (top - r.bottom < 2 and r.top > page.height / 2)
        or (r.bottom - bottom < 2 and r.top < page.height / 2)
    }


def _at_edge(page: Page, row: Row) -> bool:
    return row.bottom < page.height * _EDGE or row.top > page.height * (1 - _EDGE)


def _key(page: Page, row: Row) -> str:
    return _COUNTED.sub("#", quote(page.text, row.start, row.end).lower())
