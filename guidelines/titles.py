"""Which words of a first page are the document's title, told by their type alone; pure.

Where anything about them is in doubt there is no title. Knows nothing of files or the library.
"""

import re
from dataclasses import dataclass

from guidelines.furniture import is_address, is_date, is_furniture
from guidelines.pages import Page
from guidelines.rows import Row
from guidelines.text import LINE_END_HYPHEN, fold, is_cjk

# An ideograph says as much as two letters.
_SHORTEST, _LONGEST = 8, 200
# Rows of one size part where the gap is larger than a generously set title's.
_LEADING = 2.5
# Beside the largest type, what is set smaller than this is no part of a title.
_DISPLAY = 2 / 3
# What is hardly larger than running text is not set as a title.
_OVER_BODY = 1.2
# 12 points on A4: a cover that is a picture has nothing but small print.
_OF_HEIGHT = 1 / 70
# A page with less text than this is a cover: what is large on it belongs together.
_COVER = 400
_EDGE = 0.1
_JOINING = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_PROSE = re.compile(r"[A-Za-z]{2}[.!?]\s+[A-Z]|[A-Za-z]{3}\.$|[。！？；]")
_BROKEN = re.compile(rf"([^\W\d_]+)(?:-\s*[\r\n]\s*|{LINE_END_HYPHEN}\s*)([^\W\d_]+)")


@dataclass(frozen=True)
class _Block:
    """Neighbouring rows of one size, from the top."""

    rows: tuple[Row, ...]

    @property
    def size(self) -> float:
        return max((row.size for row in self.rows), default=0.0)


def first_page_title(page: Page, following: Page | None = None) -> str:
    """Give the title that a document's first page prints, or nothing where one is in doubt.

    Args:
        page: The first page.
        following: The second, if there is one; what both carry in one place is no title.
    """
    if page.scan:
        return ""
    cover = sum(not c.isspace() for c in page.text) < _COVER
    least = _least(page, cover)
    blocks = [_without_dates(page, block) for block in _blocks(page, following)]
    worded = [b for b in blocks if b.size >= least and re.search(r"[^\W\d_]{2}", _words(page, b))]
    named = [b for b in worded if not is_furniture(_words(page, b))]
    largest = max((b.size for b in worded), default=0.0)
    main = max(named, key=lambda b: b.size, default=None)
    if main is None or main.size < _DISPLAY * largest:
        return ""
    # Nothing is known of a title whose letters were lost: what is largest of the rest is not it.
    if any(b.rows and b.size >= main.size and not _is_sound(page, b) for b in blocks):
        return ""
    known = page.text + (following.text if following else "")
    if cover:
        shown = [b for b in named if b.size >= _DISPLAY * main.size]
        whole = " ".join(_mended(page, b, known) for b in shown)
        if all(_is_sound(page, b) for b in shown) and _reads_as_title(whole):
            return whole
    elif main.rows[-1].bottom < page.height / 2:
        return ""
    alone = _mended(page, main, known)
    return alone if _reads_as_title(alone) else ""


def _least(page: Page, cover: bool) -> float:
    """Give the smallest size in points that a title of this page may have."""
    least = _OF_HEIGHT * page.height
    if cover:
        return least
    letters: dict[float, int] = {}
    for row in page.rows:
        letters[row.size] = letters.get(row.size, 0) + row.end - row.start
    return max(least, _OVER_BODY * max(letters, key=lambda size: (letters[size], size), default=0))


def _blocks(page: Page, following: Page | None) -> list[_Block]:
    repeated = set() if following is None else {_place(following, row) for row in following.rows}
    rows = [
        row
        for row in page.rows
        if not is_address(page.text[row.start : row.end])
        and not (_at_edge(page, row) and _place(page, row) in repeated)
        and not _is_mark(page, row)
    ]
    rows.sort(key=lambda row: (-round(row.bottom), row.left))
    found: list[list[Row]] = []
    for row in rows:
        last = found[-1][-1] if found else None
        if (
            last is not None
            and abs(last.size - row.size) <= 0.05 * row.size
            and last.bottom - row.bottom <= _LEADING * row.size
        ):
            found[-1].append(row)
        else:
            found.append([row])
    return [_Block(tuple(rows)) for rows in found]


def _is_mark(page: Page, row: Row) -> bool:
    """Tell a bullet, a rule of dashes or a web page's button."""
    if re.search(r"\w", page.text[row.start : row.end]):
        return False
    return all(f.kind == "icon" for f in page.findings if f.start < row.end and row.start < f.end)


def _place(page: Page, row: Row) -> tuple[str, int, float]:
    words = re.sub(r"\d+", "#", fold(page.text[row.start : row.end])[0])
    return words, round(row.bottom), row.size


def _at_edge(page: Page, row: Row) -> bool:
    return row.bottom < _EDGE * page.height or row.top > (1 - _EDGE) * page.height


def _without_dates(page: Page, block: _Block) -> _Block:
    """Take dates and editions off a block's ends; within it they belong to the title."""
    rows = list(block.rows)
    while rows and is_date(page.text[rows[0].start : rows[0].end]):
        rows.pop(0)
    while rows and is_date(page.text[rows[-1].start : rows[-1].end]):
        rows.pop()
    return _Block(tuple(rows))


def _is_sound(page: Page, block: _Block) -> bool:
    """Tell that no row holds a lost character, nor is cut by wide gaps as a table's are."""
    lost = page.suspect_spans
    return all(
        row.cells == 1 and not any(start < row.end and row.start < end for start, end in lost)
        for row in block.rows
    )


def _reads_as_title(words: str) -> bool:
    length = sum(2 if is_cjk(c) else 1 for c in words)
    return (
        _SHORTEST <= length <= _LONGEST
        and not _PROSE.search(words)
        and words.split()[-1].casefold() not in _JOINING
    )


def _words(page: Page, block: _Block) -> str:
    return fold("\n".join(page.text[row.start : row.end] for row in block.rows))[0]


def _mended(page: Page, block: _Block, known: str) -> str:
    """Join a block's rows; a word broken at a row's end is made whole.

    A hyphen stays where the pages write it so elsewhere, or know the second half as a word.
    """
    raw = "\n".join(page.text[row.start : row.end] for row in block.rows)
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", _BROKEN.sub(" ", known).casefold())

    def whole(match: re.Match[str]) -> str:
        first, second = match.groups()
        kept = f"{first}-{second}".casefold() in words or second.casefold() in words
        return f"{first}-{second}" if kept or not second[0].islower() else first + second

    return fold(_BROKEN.sub(whole, raw))[0]
