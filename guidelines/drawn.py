"""What is drawn on a page, piece by piece in drawing order: kinds, bounds and colours.

Asks pdfium only, each piece once; knows nothing of characters nor of what a piece hides.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium_c

from guidelines.direct import direct

# Form objects within form objects: deeper ones are not looked into.
_DEPTH = 4
_object = direct(pdfium_c.FPDFPage_GetObject)
_form_object = direct(pdfium_c.FPDFFormObj_GetObject)
_type = direct(pdfium_c.FPDFPageObj_GetType)
_fill_colour = direct(pdfium_c.FPDFPageObj_GetFillColor)
_bounds = direct(pdfium_c.FPDFPageObj_GetBounds)
# Filled anew by each call below; pdfium is called under one lock anyway.
_COLOUR = tuple(ctypes.c_uint() for _ in range(4))
_COLOUR_AT = tuple(ctypes.byref(part) for part in _COLOUR)
_EDGES = tuple(ctypes.c_float() for _ in range(4))
_EDGES_AT = tuple(ctypes.byref(edge) for edge in _EDGES)

Bounds = tuple[float, float, float, float]
Colour = tuple[int, ...]
# Kind, the piece itself, and how many form objects it is inside.
Piece = tuple[int, Any, int]


def pieces(page: Any) -> list[Piece]:
    """Give what is drawn on a page, that in form objects too; good for as long as the page."""
    raw = page.raw
    return list(_within(_object, raw, pdfium_c.FPDFPage_CountObjects(raw), depth=0))


def _within(ask: Any, holder: Any, count: int, depth: int) -> Iterator[Piece]:
    form = pdfium_c.FPDF_PAGEOBJ_FORM
    for i in range(count):
        item = ask(holder, i)
        kind: int = _type(item)
        if kind != form:
            yield kind, item, depth
        elif depth < _DEPTH:
            held = pdfium_c.FPDFFormObj_CountObjects(item)
            yield from _within(_form_object, item, held, depth + 1)


def fill(item: Any) -> Colour:
    """Give red, green, blue and opacity of what a piece is filled with; black where not known."""
    if not _fill_colour(item, *_COLOUR_AT):
        return 0, 0, 0, 255
    red, green, blue, alpha = _COLOUR
    return red.value, green.value, blue.value, alpha.value


def bounds(item: Any) -> Bounds:
    """Give left, bottom, right and top of a piece in the page's own points."""
    if not _bounds(item, *_EDGES_AT):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = _EDGES
    return left.value, bottom.value, right.value, top.value


def address(item: Any) -> int:
    """Give what tells a piece from every other one."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0
