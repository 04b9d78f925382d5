"""The gate on a page's text layer: which places of it do not say what the page prints.

Pure rules over the text and over what was asked of its glyphs; knows neither PDFs nor OCR.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from guidelines.text import LINE_END_HYPHEN

# Fewer characters than this on a page is a cover, a figure or a scan: nothing to quote.
NEARLY_EMPTY = 20

Kind = Literal[
    "control character", "private glyph", "icon", "lost character", "unmapped glyph",
    "glyph name", "symbol font",
]  # fmt: skip
# Three in a row, or the name of a group: "G00/G01" is a diagnosis, "mg/g12" may be a unit's note.
_GLYPH_NAME = re.compile(r"\(cid:\d+\)|(?:/(?:g|gid|glyph|uni|c|G|C)[0-9A-F]{1,5}\s?){3,}")
# What a lost sign can change the meaning of, right beside it: a number, a unit, a dose's form.
_BEFORE = re.compile(
    r"(?:[\d%⁰-⁹<>≤≥=±×/]|\b(?:mg|mcg|g|kg|m[lL]|[lL]|mmol|IU|units?|tablets?|capsules?|by))[ \t]*$"
)
_AFTER = re.compile(
    r"\s*(?:[\d%½¼¾<>≤≥=±×]|[.,]\d|(?:mg|mcg|g|kg|m[lL]|[lL]|mmol|mol|IU|units?|tablets?|tabs?|"
    r"capsules?|ampoules?|vials?|drops?|puffs?|fold)\b)"
)
_REACH = 14
_ROW = re.compile(r"[^\r\n]+")


@dataclass(frozen=True)
class Finding:
    """A run of characters of the page's text that do not say what is printed there.

    `decisive`: a number, comparator, unit or dose form stands right beside it, so that reading on
    without it changes what is done to a patient.
    """

    kind: Kind
    start: int
    end: int
    decisive: bool


def find(
    text: str, unmapped: Sequence[int] = (), from_symbols: Sequence[int] = ()
) -> tuple[Finding, ...]:
    """List the damaged places of a page's text in order; neighbours of one kind are one place.

    Args:
        text: the page's text, one character per index.
        unmapped: indices whose font gives no meaning.
        from_symbols: indices of Latin letters that a symbol font draws.
    """
    kinds: dict[int, Kind] = {i: "unmapped glyph" for i in unmapped}
    kinds |= dict.fromkeys(from_symbols, "symbol font")
    kinds |= dict(_unreadable(text))
    kinds |= dict.fromkeys(_icons(text, kinds), "icon")
    for match in _GLYPH_NAME.finditer(text):
        kinds |= dict.fromkeys(range(*match.span()), "glyph name")
    return tuple(
        Finding(kind, start, end, kind != "icon" and _decisive(text, start, end))
        for kind, start, end in _runs(sorted(kinds.items()))
    )


def _unreadable(text: str) -> Iterator[tuple[int, Kind]]:
    # A few calls in C tell almost every sound page; the loop is for the others.
    if _ALLOWED.sub(" ", text).isprintable() and "\ufffd" not in text:
        return
    for i, char in enumerate(text):
        kind = _kind(char)
        if kind is not None:
            yield i, kind


_ALLOWED = re.compile(f"[\r\n\t\xa0\xad\u2028\u2029\u3000{LINE_END_HYPHEN}]+")


def _kind(char: str) -> Kind | None:
    if char == "\ufffd":
        return "lost character"
    if char in "\r\n\t" or char == LINE_END_HYPHEN:
        return None
    category = unicodedata.category(char)
    if category == "Cc":
        return "control character"
    return "private glyph" if category in ("Co", "Cn", "Cs") else None


def _icons(text: str, kinds: dict[int, Kind]) -> Iterator[int]:
    """Give the private glyphs of rows that hold nothing else: the buttons of a web page.

    Symbol fonts keep their signs at U+F020 to U+F0FF: such a glyph may be a cell's comparator.
    """
    if "private glyph" not in kinds.values():
        return
    for row in _ROW.finditer(text):
        places = [i for i in range(*row.span()) if not text[i].isspace()]
        if all(kinds.get(i) == "private glyph" and not _symbol(text[i]) for i in places):
            yield from places


def _symbol(char: str) -> bool:
    return "\uf020" <= char <= "\uf0ff"


def _runs(marked: Sequence[tuple[int, Kind]]) -> Iterator[tuple[Kind, int, int]]:
    start = 0
    for i, (at, kind) in enumerate(marked):
        if i + 1 == len(marked) or marked[i + 1] != (at + 1, kind):
            yield kind, marked[start][0], at + 1
            start = i + 1


def _decisive(text: str, start: int, end: int) -> bool:
    return bool(
        _BEFORE.search(text[max(0, start - _REACH) : start])
        or _AFTER.match(text[end : end + _REACH])
    )
