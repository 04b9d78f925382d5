"""Words that a page's text holds and its print does not show: hidden layers, white on white.

pdfium gives them like any others. What is suspect is drawn and left out: what makes no difference
is not seen. Knows nothing of rows' meaning, nor of what makes a text suspect.
"""

import ctypes
import re
from collections.abc import Collection, Sequence
from typing import Any

import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from guidelines.direct import direct
from guidelines.drawn import Piece, address
from guidelines.suspects import OUTSIDE, UNPRINTED, Suspects, suspects

_ROW = re.compile(r"[^\r\n]+")
# A character stands for one that is there but not seen, in a row that is otherwise seen.
_UNSEEN = "\ufffd"
# Two drawings differ at a character where a pixel changes by this much of 255.
_CHANGE, _INK = 8, 60
_SCALE, _MOST_PIXELS = 1.5, 4_000_000

_text_object = direct(pdfium_c.FPDFText_GetTextObject)


def without_hidden(page: Any, textpage: Any, text: str, drawn: Sequence[Piece]) -> str:
    """Give the text with what the page does not show taken out, character for character.

    A row that is not seen at all becomes spaces; of a row seen in part, each character that is
    not seen becomes U+FFFD, so that the line is never quoted. `drawn`: the page's pieces.
    """
    doubtful = suspects(page, textpage, drawn)
    if not doubtful:
        return text
    unseen = _unseen(page, textpage, text, doubtful, drawn)
    if not unseen:
        return text
    out = list(text)
    for row in _ROW.finditer(text):
        inked = [i for i in range(*row.span()) if not text[i].isspace()]
        gone = [i for i in inked if i in unseen]
        for i in gone:
            out[i] = " " if len(gone) == len(inked) else _UNSEEN
    return "".join(out)


def _unseen(
    page: Any, textpage: Any, text: str, doubtful: Suspects, pieces: Sequence[Piece]
) -> set[int]:
    """Give the indices of the characters that the drawn page does not show."""
    owner = {at: why for why, items in doubtful.items() for at in items}
    at: dict[str, list[int]] = {}
    for i, char in enumerate(text):
        if not char.isspace():
            why = owner.get(address(_text_object(textpage.raw, i)))
            if why:
                at.setdefault(why, []).append(i)
    unseen = set(at.pop(OUTSIDE, ()))
    if unprinted := at.pop(UNPRINTED, None):
        unseen |= _without_ink(page, textpage, text, unprinted, pieces)
    if at:
        drawn = _draw(page)
    for why, indices in at.items():
        other = _draw(page, doubtful[why].values())
        differ = ImageChops.difference(drawn, other).convert("L")
        changed = differ.point([0] * _CHANGE + [255] * (256 - _CHANGE))
        for i in indices:
            place = _pixels(page, textpage, i, drawn.size)
            if place is None or not changed.crop(place).getbbox():
                unseen.add(i)
    return unseen


def _without_ink(
    page: Any, textpage: Any, text: str, unprinted: list[int], pieces: Sequence[Piece]
) -> set[int]:
    """Give the characters of rows under which neither picture nor drawing shows any words.

    Scans and letters drawn as outlines carry their words so. Their boxes are only near the ink.
    """
    texts = [o for kind, o, _ in pieces if kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
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
