"""Which texts of a page may not be seen, told by how they are drawn; draws nothing itself.

Knows colours, layers, what is painted over and where the page ends; whether a suspect is really
unseen shows only when the page is drawn.
"""

import ctypes
from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as pdfium_c

from guidelines.direct import direct
from guidelines.drawn import Bounds, Colour, Piece, address, bounds, fill

UNPRINTED, OUTSIDE = "unprinted", "outside"
_WHITE: Colour = (255, 255, 255, 255)
_FAINT, _ALIKE = 128, 60
# Points by which print may reach over the page's edge and still count as whole.
_CUT = 2.0
_PAINTED = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_SHADING)

_render_mode = direct(pdfium_c.FPDFTextObj_GetTextRenderMode)
_marks = direct(pdfium_c.FPDFPageObj_CountMarks)
# Why -> address -> text object.
Suspects = dict[str, dict[int, Any]]


def suspects(page: Any, textpage: Any, drawn: Sequence[Piece]) -> Suspects:
    """Group the text objects that may not be seen, by why; each by its address."""
    found: Suspects = {}
    under: list[tuple[Bounds, Colour]] = []
    grounds = {_WHITE}
    seen: list[tuple[Bounds, Any]] = []
    edges = page.get_bbox()
    for kind, item, depth in drawn:
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            box = bounds(item)
            why = _doubt(item, box, depth > 0, edges, under, grounds)
            if why:
                found.setdefault(why, {})[address(item)] = item
            else:
                seen.append((box, item))
        elif kind in _PAINTED and not depth:
            over = bounds(item)
            # Most are rules: too thin to hide words.
            if _thick(over) and (colour := _painted(kind, item)):
                under.append((over, colour))
                grounds.add(colour)
                for covered in _covered(over, seen):
                    found.setdefault("covered", {})[address(covered)] = covered
    if not found:
        return found
    # Bold is sometimes print on print: pdfium gives the words of the lower one only, so the upper
    # one has none. One that has its own is a correction ("500 mg" painted over by "250 mg").
    hidden = found.get("covered", {})
    suspect = {_rounded(bounds(item)) for items in found.values() for item in items.values()}
    shown = {
        _rounded(box)
        for box, item in seen
        if address(item) not in hidden and _rounded(box) in suspect and _wordless(item, textpage)
    }
    for items in found.values():
        for at in [at for at, item in items.items() if _rounded(bounds(item)) in shown]:
            del items[at]
    return {why: items for why, items in found.items() if items}


def _doubt(
    item: Any,
    box: Bounds,
    nested: bool,
    page: Bounds,
    under: list[tuple[Bounds, Colour]],
    grounds: set[Colour],
) -> str:
    """Say why a text object may not be seen, as far as can be told without drawing it.

    `under` is what is laid on the page so far, `grounds` all its colours and the paper's.
    """
    colour = fill(item)
    if _render_mode(item) not in (0, 1, 2) or not colour[3]:
        return UNPRINTED
    if layer := _layer(item):
        return layer
    if nested:
        return "nested"
    left, bottom, right, top = box
    page_left, page_bottom, page_right, page_top = page
    if right < page_left or left > page_right or top < page_bottom or bottom > page_top:
        return OUTSIDE
    if not (
        left > page_left - _CUT
        and bottom > page_bottom - _CUT
        and right < page_right + _CUT
        and top < page_top + _CUT
    ):
        return "over the edge"
    if colour[3] < _FAINT:
        return "faint"
    # Where no colour on the page is like the text's, there is no need to look which lies under it.
    if not any(_alike(colour, ground) for ground in grounds):
        return ""
    ground = next((laid for over, laid in reversed(under) if _covers(over, box)), _WHITE)
    return "faint" if _alike(colour, ground) else ""


def _layer(item: Any) -> str:
    """Give "layer" and its name if the object is in optional content, else nothing."""
    for i in range(_marks(item)):
        mark = pdfium_c.FPDFPageObj_GetMark(item, i)
        if _words(pdfium_c.FPDFPageObjMark_GetName, mark) == "OC":
            return f"layer {_words(pdfium_c.FPDFPageObjMark_GetParamStringValue, mark, b'Name')}"
    return ""


def _words(ask: Any, *given: Any) -> str:
    size = ctypes.c_ulong()
    buffer = (ctypes.c_ushort * 128)()
    ask(*given, buffer, ctypes.sizeof(buffer), size)
    return bytes(buffer)[: max(0, size.value - 2)].decode("utf-16-le", "replace")


def _wordless(item: Any, textpage: Any) -> bool:
    """Tell whether the page's text has no character of a text object."""
    # Two bytes are the end mark alone.
    return int(pdfium_c.FPDFTextObj_GetText(item, textpage.raw, None, 0)) <= 2


def _painted(kind: int, item: Any) -> Colour | None:
    """Give the colour a painted object lays on the page, if it does; white where not known."""
    if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
        return _WHITE
    filled, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, filled, stroke)
    if not filled.value:
        return None
    # Only a rectangle surely lies under all of its bounds.
    return fill(item) if pdfium_c.FPDFPath_CountSegments(item) <= 5 else _WHITE


def _covers(over: Bounds, text: Bounds) -> bool:
    """Tell whether an area reaches over part of a text at half its height."""
    middle = (text[1] + text[3]) / 2
    return over[1] < middle < over[3] and min(over[2], text[2]) - max(over[0], text[0]) > 2


def _covered(over: Bounds, seen: Sequence[tuple[Bounds, Any]]) -> list[Any]:
    """Give the texts that an area reaches over."""
    low, high = over[1], over[3]
    level = [(box, item) for box, item in seen if low < (box[1] + box[3]) / 2 < high]
    return [item for box, item in level if _covers(over, box)]


def _thick(over: Bounds) -> bool:
    return over[3] - over[1] > 2 and over[2] - over[0] > 2


def _rounded(box: Bounds) -> tuple[int, ...]:
    return tuple(round(edge) for edge in box)


def _alike(a: Colour, b: Colour) -> bool:
    return abs(a[0] - b[0]) < _ALIKE and abs(a[1] - b[1]) < _ALIKE and abs(a[2] - b[2]) < _ALIKE
