"""The visual rows of a page's text: where each stands, its type, and whether gaps cut it to cells.

Asks pdfium about single characters; knows nothing of how far the text can be trusted.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from guidelines import glyphs
from guidelines.direct import direct
from guidelines.frame import Frame

# A gap of this many times the type size parts two cells; justified prose stays below it.
_CELL_GAP = 1.6
_BOLD = ("bold", "black", "heavy")
_font_weight = direct(pdfium_c.FPDFText_GetFontWeight)


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


def printed(
    textpage: Any, text: str, spans: Sequence[tuple[int, int]], frame: Frame
) -> Iterator[Row]:
    """Give the row of each span of the text; a span has at least one character that is printed."""
    for first, last in spans:
        words = text[first:last]
        start = first + len(words) - len(words.lstrip())
        end = last - (len(words) - len(words.rstrip()))
        middle = _middle(text, start, end)
        size, bold = _type(textpage, middle)
        first_at, last_at = frame.across(textpage, start), frame.across(textpage, end - 1)
        if _leftward(text[start]):
            first_at, last_at = last_at, first_at
        left, right = first_at[0], last_at[1]
        # Box heights differ from font to font in one row; the baseline does not.
        baseline = frame.baseline(textpage, middle)
        cells = 1 + _wide_gaps(textpage, text, start, end, size, frame)
        bottom, top = baseline - 0.2 * size, baseline + 0.8 * size
        yield Row(start, end, size, bold, left, bottom, right, top, cells)


def _middle(text: str, start: int, end: int) -> int:
    """Give a printed character near a row's middle: a space may be pdfium's own, placeless."""
    middle = start + (end - start) // 2
    if not text[middle].isspace():
        return middle
    found: int = next(i for i in (*range(middle, end), *range(start, end)) if not text[i].isspace())
    return found


def _wide_gaps(textpage: Any, text: str, start: int, end: int, size: float, frame: Frame) -> int:
    """Count the gaps of a row that are much wider than a space between words."""
    found, across, limit = 0, frame.across, _CELL_GAP * size
    plain = text[start:end].isascii()
    gap = text.find(" ", start + 1, end - 1)
    while gap > 0:
        before, after = gap - 1, gap + 1
        while text[after] == " ":
            after += 1
        one, other = across(textpage, before), across(textpage, after)
        if not plain and (_leftward(text[before]) or _leftward(text[after])):
            one, other = other, one
        found += other[0] - one[1] > limit
        gap = text.find(" ", after, end - 1)
    return found


def _leftward(char: str) -> bool:
    return char > "\u0590" and unicodedata.bidirectional(char) in ("R", "AL")


def _type(textpage: Any, index: int) -> tuple[float, bool]:
    """Give the printed size in points and whether the character is bold."""
    size = round(glyphs.printed_size(textpage, index), 1)
    weight: int = _font_weight(textpage.raw, index)
    return size, weight >= 600 or glyphs.named(textpage, index, _BOLD)
