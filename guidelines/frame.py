"""Where characters stand on a page turned so that its text reads upright.

Pages of wide tables are turned, by the file or by the text itself; what looks at rows and columns
need not know. Knows nothing of rows.
"""

import ctypes
from collections import Counter
from dataclasses import dataclass
from math import pi
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from guidelines.direct import direct

# So many characters tell how a page's text reads.
_SAMPLES = 60
_char_box = direct(pdfium_c.FPDFText_GetCharBox)
_char_origin = direct(pdfium_c.FPDFText_GetCharOrigin)
_char_angle = direct(pdfium_c.FPDFText_GetCharAngle)
# Filled anew by each call; pdfium is called under one lock anyway.
_BOX = tuple(ctypes.c_double() for _ in range(4))
_BOX_AT = tuple(ctypes.byref(edge) for edge in _BOX)
_PLACE_AT = _BOX_AT[:2]


@dataclass(frozen=True)
class Frame:
    """A page's visible box in its own points, and how many quarter turns clockwise it is seen."""

    turns: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Give a point's place as seen, from the lower left corner."""
        if self.turns == 1:
            return y - self.bottom, self.right - x
        if self.turns == 2:
            return self.right - x, self.top - y
        if self.turns == 3:
            return self.top - y, x - self.left
        return x - self.left, y - self.bottom

    def across(self, textpage: Any, index: int) -> tuple[float, float]:
        """Give the left and right edge of a character as seen."""
        if not _char_box(textpage.raw, index, *_BOX_AT):
            raise pdfium.PdfiumError("Failed to get charbox.")
        left, right, bottom, top = _BOX
        if self.turns:
            a = self.point(left.value, bottom.value)[0]
            b = self.point(right.value, top.value)[0]
        else:
            a, b = left.value - self.left, right.value - self.left
        return (a, b) if a <= b else (b, a)

    def baseline(self, textpage: Any, index: int) -> float:
        """Give the height of a character's baseline as seen."""
        x, y = _BOX[:2]
        _char_origin(textpage.raw, index, *_PLACE_AT)
        return self.point(x.value, y.value)[1]


def charbox(textpage: Any, index: int) -> tuple[float, float, float, float]:
    """Give the left, right, bottom and top edge of a character in the page's own points."""
    if not _char_box(textpage.raw, index, *_BOX_AT):
        raise pdfium.PdfiumError("Failed to get charbox.")
    left, right, bottom, top = _BOX
    return left.value, right.value, bottom.value, top.value


def textpage_of(page: Any) -> Any:
    """Give the page's text, its rows in reading order; whoever counts characters must ask here."""
    return read_upright(page)[0]


def read_upright(page: Any) -> tuple[Any, int]:
    """Give the page's text in reading order, and its turn as most of its characters read.

    pdfium gives the rows of text that is seen reading downwards last to first, so such a page is
    turned upright while its text is taken.
    """
    textpage = page.get_textpage()
    rotation: int = page.get_rotation()
    turns = _turns(page, textpage)
    if (turns - rotation // 90) % 4 != 3:
        return textpage, turns
    textpage.close()
    page.set_rotation(turns * 90)
    upright = page.get_textpage()
    page.set_rotation(rotation)
    return upright, _turns(page, upright)


def _turns(page: Any, textpage: Any) -> int:
    """Give the quarter turns of most characters; with none, as the file says."""
    count = textpage.count_chars()
    found = Counter(
        -round(_char_angle(textpage.raw, i) / (pi / 2)) % 4
        for i in range(0, count, max(1, count // _SAMPLES))
    )
    rotation: int = page.get_rotation()
    return max(found, key=lambda t: (found[t], -t)) if found else rotation // 90
