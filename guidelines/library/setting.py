"""How a guideline is set: its face, sizes and colours; knows no block and no page."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from guidelines.library.faces import CJK, CJK_LATIN, marked_up
from guidelines.library.source import Source

RED = HexColor("#a3231f")
INK = HexColor("#1d2327")
GREY = HexColor("#5b666d")
RULE = HexColor("#c3cad0")


@dataclass(frozen=True)
class Setting:
    """What a block must know of its guideline: face, colours, measure in points."""

    source: Source
    width: float
    colour: Color
    tint: Color


def setting(source: Source, width: float) -> Setting:
    """Prepare the setting of a guideline for a column of this width in points."""
    colour = HexColor(source.look.colour)
    tint = Color(*(1 - (1 - part) * 0.085 for part in (colour.red, colour.green, colour.blue)))
    return Setting(source, width, colour, tint)


def style(at: Setting, size: float, *, colour: Color = INK, after: float = 0) -> ParagraphStyle:
    """Make a paragraph style in the guideline's face; leading follows the size."""
    chinese = at.source.look.face == CJK
    return ParagraphStyle(
        name=f"{size}-{after}",
        fontName=CJK_LATIN if chinese else at.source.look.face,
        fontSize=size,
        leading=size * (1.62 if chinese else 1.4),
        textColor=colour,
        spaceAfter=after,
        alignment=TA_LEFT,
        wordWrap="CJK" if chinese else None,
        rightIndent=8 if chinese else 0,  # room for punctuation that hangs
    )


def text(at: Setting, words: str, like: ParagraphStyle) -> Paragraph:
    """Set one run of source text."""
    return Paragraph(marked_up(words, at.source.look.face), like)


def body_size(at: Setting) -> float:
    """Return the size of running text: smaller in narrow columns and wide faces."""
    size = 9.4 if at.source.look.columns == 2 else 10.2
    return size - (0.9 if at.source.look.face.startswith("DejaVu") else 0.0)
