"""Where the lines of a page stand on its picture, as parts of its width and height.

Knows nothing of passages; a span is drawn, never searched for.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium_c

from guidelines.frame import textpage_of
from guidelines.pages import opened

# pdfium maps to whole pixels; on so fine a grid the rounding is not seen.
_GRID = 10_000
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Part:
    """A rectangle on a picture of the page: each number is a share of its width or height."""

    left: float
    top: float
    width: float
    height: float


def outlines(path: Path, number: int, lines: Sequence[Spans]) -> list[tuple[Part, ...]]:
    """Give for each line of page `number` one rectangle per visual row of its spans."""
    with opened(path) as document:
        page = document[number - 1]
        textpage = textpage_of(page)
        return [
            tuple(part for start, end in spans for part in _rows(page, textpage, start, end))
            for spans in lines
        ]


def _rows(page: Any, textpage: Any, start: int, end: int) -> list[Part]:
    count = textpage.count_rects(start, end - start)
    return [_part(page, textpage.get_rect(i)) for i in range(count)]


def _part(page: Any, rectangle: tuple[float, float, float, float]) -> Part:
    left, bottom, right, top = rectangle
    points = []
    for x, y in ((left, bottom), (right, top)):
        px, py = ctypes.c_int(), ctypes.c_int()
        # By pdfium itself, so that rotated and cropped pages come out right.
        pdfium_c.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, px, py)
        points.append((px.value / _GRID, py.value / _GRID))
    (x0, x1), (y0, y1) = sorted(p[0] for p in points), sorted(p[1] for p in points)
    return Part(x0, y0, x1 - x0, y1 - y0)
