"""What pdfium knows of the glyphs behind a page's text: meanings, fonts, heights and pictures.

Asks pdfium only; what a finding means is decided in `guidelines.fidelity`.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import pypdfium2.raw as pdfium_c

from guidelines.direct import direct
from guidelines.drawn import Piece, bounds
from guidelines.frame import charbox
from guidelines.text import LINE_END_HYPHEN, SUPERSCRIPT

# A raised digit is printed smaller than the one before it and stands higher by this part of it.
_SMALLER, _HIGHER = 0.85, 0.2
# In English text four characters in five are small letters or white space. A font without a map
# to Unicode never gives only those, so they need not be asked for.
_ASKED = re.compile(r"[^a-z\s]")
# What the codes of a symbol font's ≤ ≥ × ± μ α β γ δ look like when they are read as Latin letters.
_TAKEN_FOR_LATIN = re.compile(r"[£³´¥®¯¹²¼½¾¸¶]|(?<![A-Za-z])[mabgd](?![a-z]{3})")
_SYMBOL_FONTS = ("symbol", "wingding", "dingbat", "mtextra", "mt extra", "webding")
_LIGATURE = re.compile(r"ff[il]?|f[il]")
_NUMBER = re.compile(r"[0-9]{2,}")
# A scan's picture fills its page; a diagram with a caption fills half of it.
_FILLS = 0.8
_FORM_DEPTH = 3
_font_size = direct(pdfium_c.FPDFText_GetFontSize)
_matrix = direct(pdfium_c.FPDFText_GetMatrix)
_char_origin = direct(pdfium_c.FPDFText_GetCharOrigin)
_font_info = direct(pdfium_c.FPDFText_GetFontInfo)
_unmapped = direct(pdfium_c.FPDFText_HasUnicodeMapError)
# Filled anew by each call; pdfium is called under one lock anyway.
_MATRIX = pdfium_c.FS_MATRIX()
_MATRIX_AT = ctypes.byref(_MATRIX)
_PLACE = ctypes.c_double(), ctypes.c_double()
_PLACE_AT = tuple(ctypes.byref(place) for place in _PLACE)
_NAME, _FLAGS = ctypes.create_string_buffer(96), ctypes.byref(ctypes.c_int())
_NAME_SIZE = ctypes.c_ulong(96)


def characters(textpage: Any) -> tuple[str, int]:
    """Give one character per pdfium character index, and how many raised digits were put right.

    An exponent becomes a superscript code point: "10⁹", which the page prints, not "109".
    """
    count: int = textpage.count_chars()
    text: str = textpage.get_text_range() if count else ""
    if len(text) != count:
        # A few pages hold characters that the range call drops; then ask one by one.
        text = "".join(
            chr(pdfium_c.FPDFText_GetUnicode(textpage.raw, i) or 0xFFFD) for i in range(count)
        )
    if LINE_END_HYPHEN in text:
        # U+FFFE is a hyphen at a row's end or a glyph without a meaning ("con\ufffermed"); the
        # second must not pass for a hyphen.
        shown = list(text)
        for hyphen in re.finditer(LINE_END_HYPHEN, text):
            if pdfium_c.FPDFText_IsHyphen(textpage.raw, hyphen.start()) != 1:
                shown[hyphen.start()] = "\ufffd"
        text = "".join(shown)
    raised = set(_raised(textpage, text))
    if raised:
        text = "".join(SUPERSCRIPT[c] if i in raised else c for i, c in enumerate(text))
    return text, len(raised)


def _raised(textpage: Any, text: str) -> Iterator[int]:
    """Give the digits that stand smaller and higher beside a digit: exponents, notes."""
    for run in _NUMBER.finditer(text):
        first, last = run.start(), run.end() - 1
        if baseline(textpage, first) == baseline(textpage, last):
            continue
        largest = max(range(first, last + 1), key=lambda i: printed_size(textpage, i))
        yield from (i for i in range(first, last + 1) if _stands_over(textpage, largest, i))


def _stands_over(textpage: Any, under: int, over: int) -> bool:
    """Tell whether one glyph is smaller and higher than another in upright text."""
    size = printed_size(textpage, under)
    return (
        printed_size(textpage, over) < _SMALLER * size
        and abs(pdfium_c.FPDFText_GetCharAngle(textpage.raw, over)) < 0.01
        and baseline(textpage, over) - baseline(textpage, under) > _HIGHER * size
    )


def printed_size(textpage: Any, index: int) -> float:
    """Give a glyph's size in points as it is printed."""
    # Some producers set size 1 and scale by the text matrix, so the size alone says nothing.
    size = float(_font_size(textpage.raw, index))
    if _matrix(textpage.raw, index, _MATRIX_AT):
        size *= max(abs(_MATRIX.d), abs(_MATRIX.b)) or 1.0
    return size


def baseline(textpage: Any, index: int) -> float:
    """Give the height of a glyph's origin over the page's foot, in points."""
    _char_origin(textpage.raw, index, *_PLACE_AT)
    return _PLACE[1].value


def unmapped(textpage: Any, text: str) -> list[int]:
    """List the characters that are only the glyph's code: their font maps it to no letter."""
    raw = textpage.raw
    return [m.start() for m in _ASKED.finditer(text) if _unmapped(raw, m.start()) == 1]


def taken_for_latin(textpage: Any, text: str) -> list[int]:
    """List Latin letters and signs that a symbol font draws: another sign stands on the page."""
    return [
        m.start()
        for m in _TAKEN_FOR_LATIN.finditer(text)
        if named(textpage, m.start(), _SYMBOL_FONTS)
    ]


def named(textpage: Any, index: int, parts: tuple[str, ...]) -> bool:
    """Tell whether the name of a glyph's font has one of these parts, in small letters."""
    _NAME[0] = b"\0"
    _font_info(textpage.raw, index, _NAME, _NAME_SIZE, _FLAGS)
    return _has(_NAME.value, parts)


@lru_cache(maxsize=1024)
def _has(name: bytes, parts: tuple[str, ...]) -> bool:
    lettering = name.decode("latin-1").lower()
    return any(part in lettering for part in parts)


def joined_ligatures(textpage: Any, text: str) -> int:
    """Count the ligature glyphs that pdfium has written as letters: these share one place."""
    found = 0
    for match in _LIGATURE.finditer(text):
        boxes = {charbox(textpage, i) for i in range(match.start(), match.end())}
        found += len(boxes) < match.end() - match.start()
    return found


def picture_share(page: Any, drawn: Sequence[Piece]) -> tuple[float, bool]:
    """Give the part of the page that its largest picture fills, and whether that hides the text.

    Text is hidden where it is drawn without ink, or before a picture that fills the page: both
    are how the text layer of a scan is kept. `drawn`: the page's pieces.
    """
    width, height = page.get_size()
    parts = {
        i: _part(item, width, height)
        for i, (kind, item, depth) in enumerate(drawn)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE and depth <= _FORM_DEPTH
    }
    share = max(parts.values(), default=0.0)
    if share < _FILLS:
        return share, False
    last = max(i for i, part in parts.items() if part >= _FILLS)
    texts = [
        (i, item)
        for i, (kind, item, depth) in enumerate(drawn)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT and depth <= _FORM_DEPTH
    ]
    inkless = sum(pdfium_c.FPDFTextObj_GetTextRenderMode(item) == 3 for _, item in texts)
    hidden = max(inkless, sum(i < last for i, _ in texts))
    return share, hidden > 0.5 * len(texts) > 0


def _part(item: Any, width: float, height: float) -> float:
    left, bottom, right, top = bounds(item)
    across = max(0.0, min(right, width) - max(left, 0.0))
    upward = max(0.0, min(top, height) - max(bottom, 0.0))
    return across * upward / (width * height) if width and height else 0.0
