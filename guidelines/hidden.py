"""Words that a page's text holds and its print does not show: hidden layers, white on white.

pdfium gives them like any others. An object is suspect by how it is drawn; then the page is drawn
with it and without it, and what makes no difference is not seen. Knows nothing of rows' meaning.
"""

import ctypes
import re
from collections.abc import Collection, Iterator
from typing import Any

import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

_ROW = re.compile(r"[^\r\n]+")
# A character stands for one that is there but not seen, in a row that is otherwise seen.
_UNSEEN = "\ufffd"
_UNPRINTED, _OUTSIDE = "unprinted", "outside"
_WHITE, _FAINT, _ALIKE = (255, 255, 255, 255), 128, 60
# Two drawings differ at a character where a pixel changes by this much of 255.
_CHANGE, _INK = 8, 60
# Points by which print may reach over the page's edge and still count as whole.
_CUT = 2.0
_SCALE, _MOST_PIXELS = 1.5, 4_000_000
# Form objects within form objects: deeper ones are not looked into.
_DEPTH = 4

Bounds = tuple[float, float, float, float]
Colour = tuple[int, ...]
Suspects = dict[str, dict[int, Any]]
_PAINTED = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_SHADING)


def without_hidden(page: Any, textpage: Any, text: str) -> str:
    """Give the text with what the page does not show taken out, character for character.

    A row that is not seen at all becomes spaces; of a row seen in part, each character that is
    not seen becomes U+FFFD, so that the line is never quoted.
    """
    suspects = _suspects(page)
    if not suspects:
        return text
    unseen = _unseen(page, textpage, text, suspects)
    if not unseen:
        return text
    out = list(text)
    for row in _ROW.finditer(text):
        inked = [i for i in range(*row.span()) if not text[i].isspace()]
        gone = [i for i in inked if i in unseen]
        for i in gone:
            out[i] = " " if len(gone) == len(inked) else _UNSEEN
    return "".join(out)


def _suspects(page: Any) -> Suspects:
    """Group the text objects that may not be seen, by why; each by its address."""
    found: Suspects = {}
    under: list[tuple[Bounds, Colour | None]] = []
    seen: list[tuple[Bounds, Any]] = []
    edges = page.get_bbox()
    for kind, item, nested in _objects(page.raw, 0):
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            box = _bounds(item)
            why = _doubt(item, box, nested, edges, under)
            if why:
                found.setdefault(why, {})[_address(item)] = item
            else:
                seen.append((box, item))
        elif kind in _PAINTED and not nested and (fill := _painted(kind, item)):
            over = _bounds(item)
            under.append((over, fill[0]))
            for box, covered in seen:
                if _covers(over, box):
                    found.setdefault("covered", {})[_address(covered)] = covered
    # Bold is sometimes print on print: pdfium gives the words of the lower one only.
    shown = {_rounded(box) for box, item in seen if _address(item) not in found.get("covered", {})}
    for items in found.values():
        for address in [a for a, item in items.items() if _rounded(_bounds(item)) in shown]:
            del items[address]
    return {why: items for why, items in found.items() if items}


def _doubt(
    item: Any, box: Bounds, nested: bool, page: Bounds, under: list[tuple[Bounds, Colour | None]]
) -> str:
    """Say why a text object may not be seen, as far as can be told without drawing it."""
    colour = _fill(item)
    if pdfium_c.FPDFTextObj_GetTextRenderMode(item) not in (0, 1, 2) or not colour[3]:
        return _UNPRINTED
    if layer := _layer(item):
        return layer
    if nested:
        return "nested"
    if box[2] < page[0] or box[0] > page[2] or box[3] < page[1] or box[1] > page[3]:
        return _OUTSIDE
    inside = all(a > b - _CUT for a, b in zip(box[:2], page[:2], strict=True)) and all(
        a < b + _CUT for a, b in zip(box[2:], page[2:], strict=True)
    )
    if not inside:
        return "over the edge"
    ground = next((fill for over, fill in reversed(under) if _covers(over, box)), _WHITE)
    if colour[3] < _FAINT or _alike(colour, ground or _WHITE):
        return "faint"
    return ""


def _objects(page: Any, depth: int, form: Any = None) -> Iterator[tuple[int, Any, bool]]:
    """Give kind, object and whether it is inside a form, in drawing order."""
    count = (
        pdfium_c.FPDFPage_CountObjects(page)
        if form is None
        else pdfium_c.FPDFFormObj_CountObjects(form)
    )
    for i in range(count):
        item = (
            pdfium_c.FPDFPage_GetObject(page, i)
            if form is None
            else pdfium_c.FPDFFormObj_GetObject(form, i)
        )
        kind: int = pdfium_c.FPDFPageObj_GetType(item)
        if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
            yield kind, item, form is not None
        elif depth < _DEPTH:
            yield from _objects(page, depth + 1, item)


def _unseen(page: Any, textpage: Any, text: str, suspects: Suspects) -> set[int]:
    """Give the indices of the characters that the drawn page does not show."""
    owner = {address: why for why, items in suspects.items() for address in items}
    at: dict[str, list[int]] = {}
    for i, char in enumerate(text):
        if not char.isspace():
            why = owner.get(_address(pdfium_c.FPDFText_GetTextObject(textpage.raw, i)))
            if why:
                at.setdefault(why, []).append(i)
    unseen = set(at.pop(_OUTSIDE, ()))
    if unprinted := at.pop(_UNPRINTED, None):
        unseen |= _without_ink(page, textpage, text, unprinted)
    if at:
        drawn = _draw(page)
    for why, indices in at.items():
        other = _draw(page, suspects[why].values())
        differ = ImageChops.difference(drawn, other).convert("L")
        changed = differ.point([0] * _CHANGE + [255] * (256 - _CHANGE))
        for i in indices:
            place = _pixels(page, textpage, i, drawn.size)
            if place is None or not changed.crop(place).getbbox():
                unseen.add(i)
    return unseen


def _without_ink(page: Any, textpage: Any, text: str, unprinted: list[int]) -> set[int]:
    """Give the characters of rows under which neither picture nor drawing shows any words.

    Scans and letters drawn as outlines carry their words so. Their boxes are only near the ink.
    """
    texts = [o for kind, o, _ in _objects(page.raw, 0) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
    drawn = _draw(page, texts).convert("L")
    bare: list[int] = []
    for i in unprinted:
        place = _pixels(page, textpage, i, drawn.size)
        if place is None or _contrast(drawn.crop(place)) < _INK:
            bare.append(i)
    unseen: set[int] = set()
    for row in _ROW.finditer(text):
        mine = [i for i in unprinted if row.start() <= i < row.end()]
        if sum(row.start() <= i < row.end() for i in bare) * 2 > len(mine):
            unseen |= set(mine)
    return unseen


def _contrast(grey: Image.Image) -> int:
    """Give the span between the darkest and the lightest pixel."""
    steps = [level for level, count in enumerate(grey.histogram()) if count]
    return steps[-1] - steps[0]


def _draw(page: Any, without: Collection[Any] = ()) -> Image.Image:
    for item in without:
        pdfium_c.FPDFPageObj_SetIsActive(item, False)
    width, height = page.get_size()
    scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    for item in without:
        pdfium_c.FPDFPageObj_SetIsActive(item, True)
    return picture.convert("RGB")


def _pixels(page: Any, textpage: Any, i: int, size: tuple[int, int]) -> Any:
    """Give the pixels of a character's box, or None where no part of it is on the picture."""
    left, bottom, right, top = textpage.get_charbox(i)
    xs, ys = [], []
    for x, y in ((left, bottom), (right, top)):
        px, py = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, px, py)
        xs.append(px.value)
        ys.append(py.value)
    place = max(0, min(xs)), max(0, min(ys)), min(size[0], max(xs) + 1), min(size[1], max(ys) + 1)
    return place if place[0] < place[2] and place[1] < place[3] else None


def _layer(item: Any) -> str:
    """Give "layer" and its name if the object is in optional content, else nothing."""
    for i in range(pdfium_c.FPDFPageObj_CountMarks(item)):
        mark = pdfium_c.FPDFPageObj_GetMark(item, i)
        if _words(pdfium_c.FPDFPageObjMark_GetName, mark) == "OC":
            return f"layer {_words(pdfium_c.FPDFPageObjMark_GetParamStringValue, mark, b'Name')}"
    return ""


def _words(ask: Any, *given: Any) -> str:
    size = ctypes.c_ulong()
    buffer = (ctypes.c_ushort * 128)()
    ask(*given, buffer, ctypes.sizeof(buffer), size)
    return bytes(buffer)[: max(0, size.value - 2)].decode("utf-16-le", "replace")


# Filled anew by each call below; pdfium is called under one lock anyway.
_COLOUR = tuple(ctypes.c_uint() for _ in range(4))
_EDGES = tuple(ctypes.c_float() for _ in range(4))


def _fill(item: Any) -> Colour:
    if not pdfium_c.FPDFPageObj_GetFillColor(item, *_COLOUR):
        return 0, 0, 0, 255
    red, green, blue, alpha = _COLOUR
    return red.value, green.value, blue.value, alpha.value


def _painted(kind: int, item: Any) -> tuple[Colour | None] | None:
    """Give the colour a painted object lays on the page (None in it: not known), if it does."""
    if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
        return (None,)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value:
        return None
    # Only a rectangle surely lies under all of its bounds.
    return (_fill(item) if pdfium_c.FPDFPath_CountSegments(item) <= 5 else None,)


def _bounds(item: Any) -> Bounds:
    pdfium_c.FPDFPageObj_GetBounds(item, *_EDGES)
    left, bottom, right, top = _EDGES
    return left.value, bottom.value, right.value, top.value


def _covers(over: Bounds, text: Bounds) -> bool:
    """Tell whether an area reaches over part of a text at half its height; a rule does not."""
    middle = (text[1] + text[3]) / 2
    across = min(over[2], text[2]) - max(over[0], text[0])
    return across > 2 and over[1] < middle < over[3] and over[3] - over[1] > 2


def _rounded(box: Bounds) -> tuple[int, ...]:
    return tuple(round(edge) for edge in box)


def _alike(a: Colour, b: Colour) -> bool:
    return all(abs(x - y) < _ALIKE for x, y in zip(a[:3], b[:3], strict=True))


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0
