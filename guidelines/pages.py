"""What stands on each page of a PDF: characters, visual rows and how far both can be trusted.

The text is pdfium's, one character per pdfium character index, so that a span can be drawn on
the page again. Knows nothing of passages.
"""

import ctypes
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from guidelines.frame import Frame, frame_of, textpage_of
from guidelines.hidden import without_hidden
from guidelines.problem import Problem
from guidelines.text import LINE_END_HYPHEN, unreadable

# pdfium keeps global state: two threads in it crash the process.
PDFIUM = threading.RLock()
# Fewer characters than this on a page is a cover, a figure or a scan: nothing to quote.
NEARLY_EMPTY = 20
# A gap of this many times the type size parts two cells; justified prose stays below it.
_CELL_GAP = 1.6
_ROW = re.compile(r"[^\r\n]+")

Quality = Literal["text", "suspect", "empty", "lost"]


@dataclass(frozen=True)
class Row:
    """One visual row: its span in the page's text, its type and box in points.

    The box counts from the lower left corner of the page turned as its text reads.

    `cells` counts the parts that wide gaps cut it into: more than one in a table.
    """

    start: int
    end: int
    size: float
    bold: bool
    left: float
    bottom: float
    right: float
    top: float
    cells: int = 1


@dataclass(frozen=True)
class Page:
    """One page of a file; `number` counts from 1, `label` is what is printed on paper.

    A lost page could not be read: it has no text, and `why` says what it cost.
    """

    number: int
    label: str
    text: str
    rows: tuple[Row, ...]
    width: float
    height: float
    quality: Quality
    why: str = ""


# What a worker process that reads one file keeps open; empty everywhere else.
_KEPT: dict[Path, Any] = {}


def keep_open(path: Path) -> int:
    """Open a PDF for the life of this process, which reads nothing else; give its page count."""
    with PDFIUM:
        document = _KEPT[path] = _open(path)
        return len(document)


def _open(path: Path) -> Any:
    try:
        return pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, FileNotFoundError) as fault:
        raise Problem(f"cannot open {path.name}", str(fault), "clinicite library check") from fault


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a PDF under the lock; the caller must not keep the document."""
    with PDFIUM:
        if path in _KEPT:
            yield _KEPT[path]
            return
        document = _open(path)
        try:
            yield document
        finally:
            document.close()


def characters(textpage: Any) -> str:
    """Give one character per pdfium character index."""
    count: int = textpage.count_chars()
    text: str = textpage.get_text_range() if count else ""
    if len(text) != count:
        # A few pages hold characters that the range call drops; then ask one by one.
        text = "".join(
            chr(pdfium_c.FPDFText_GetUnicode(textpage.raw, i) or 0xFFFD) for i in range(count)
        )
    if LINE_END_HYPHEN not in text:
        return text
    # U+FFFE is a hyphen at a row's end or a glyph without a meaning ("con\ufffermed"); the second
    # must not pass for a hyphen.
    return "".join(
        "\ufffd"
        if char == LINE_END_HYPHEN and pdfium_c.FPDFText_IsHyphen(textpage.raw, i) != 1
        else char
        for i, char in enumerate(text)
    )


def read_pages(path: Path) -> Iterator[Page]:
    """Read every page in order, in this process; `guidelines.reading` does it in safety."""
    with opened(path) as document:
        for index in range(len(document)):
            yield _read(document, index)


def read_page(path: Path, number: int) -> Page:
    """Read page `number`."""
    with opened(path) as document:
        return _read(document, number - 1)


@lru_cache(maxsize=64)
def page_text(path: Path, number: int) -> str:
    """Give the raw text of page `number`, which spans index into; the file never changes."""
    with opened(path) as document:
        page = document[number - 1]
        textpage = textpage_of(page)
        return without_hidden(page, textpage, characters(textpage))


def _read(document: Any, index: int) -> Page:
    page = document[index]
    textpage = textpage_of(page)
    text = without_hidden(page, textpage, characters(textpage))
    if len(text.strip()) < NEARLY_EMPTY:
        quality: Quality = "empty"
    else:
        quality = "suspect" if unreadable(text) else "text"
    spans = [row.span() for row in _ROW.finditer(text) if not row.group().isspace()]
    frame = frame_of(page, textpage)
    rows = tuple(_rows(textpage, text, spans, frame))
    width, height = frame.size
    label = document.get_page_label(index) or str(index + 1)
    textpage.close()
    page.close()
    return Page(index + 1, label, text, rows, width, height, quality)


def _rows(
    textpage: Any, text: str, spans: Sequence[tuple[int, int]], frame: Frame
) -> Iterator[Row]:
    for first, last in spans:
        words = text[first:last]
        start = first + len(words) - len(words.lstrip())
        end = last - (len(words) - len(words.rstrip()))
        middle = _middle(text, start, end)
        size, bold = _type(textpage, middle)
        first_at, last_at = frame.across(textpage, start), frame.across(textpage, end - 1)
        if unicodedata.bidirectional(text[start]) in ("R", "AL"):
            first_at, last_at = last_at, first_at
        left, right = first_at[0], last_at[1]
        # Box heights differ from font to font in one row; the baseline does not.
        baseline = frame.baseline(textpage, middle)
        cells = 1 + sum(_wide(textpage, text, i, size, frame) for i in range(start + 1, end - 1))
        bottom, top = baseline - 0.2 * size, baseline + 0.8 * size
        yield Row(start, end, size, bold, left, bottom, right, top, cells)


def _middle(text: str, start: int, end: int) -> int:
    """Give a printed character near a row's middle: a space may be pdfium's own, placeless."""
    from_middle = (*range(start + (end - start) // 2, end), *range(start, end))
    found: int = next(i for i in from_middle if not text[i].isspace())
    return found


def _wide(textpage: Any, text: str, index: int, size: float, frame: Frame) -> bool:
    """Tell whether the space at `index` is much wider than a space between words."""
    if text[index] != " " or text[index + 1] == " ":
        return False
    before, after = index - 1, index + 1
    while text[before] == " ":
        before -= 1
    one, other = frame.across(textpage, before), frame.across(textpage, after)
    if {unicodedata.bidirectional(text[i]) for i in (before, after)} & {"R", "AL"}:
        one, other = other, one
    return other[0] - one[1] > _CELL_GAP * size


def _type(textpage: Any, index: int) -> tuple[float, bool]:
    """Give the printed size in points and whether the character is bold."""
    # Some producers set size 1 and scale by the text matrix, so the size alone says nothing.
    matrix = pdfium_c.FS_MATRIX()
    scale = 1.0
    if pdfium_c.FPDFText_GetMatrix(textpage.raw, index, matrix):
        scale = max(abs(matrix.d), abs(matrix.b)) or 1.0
    size = round(float(pdfium_c.FPDFText_GetFontSize(textpage.raw, index)) * scale, 1)
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(textpage.raw, index, name, 96, flags)
    weight: int = pdfium_c.FPDFText_GetFontWeight(textpage.raw, index)
    lettering = name.value.decode("latin-1").lower()
    return size, weight >= 600 or any(w in lettering for w in ("bold", "black", "heavy"))
