"""Running text, items and one-row boxes; knows no block's meaning."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from guidelines.library.faces import marked_up
from guidelines.library.setting import Setting, body_size, style, text
from guidelines.library.source import Block

Look = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]


def prose(at: Setting, block: Block, after: float) -> list[Flowable]:
    """Set a lead and its items; `after` is the space below them in points."""
    like = style(at, body_size(at), after=after)
    made: list[Flowable] = []
    if block.lead:
        tight = style(at, body_size(at), after=3 if block.items else after)
        made.append(text(at, block.lead, tight))
    for nth, item in enumerate(block.items):
        row = style(at, body_size(at), after=after if nth == len(block.items) - 1 else 2.5)
        row.leftIndent, row.bulletIndent = 13, 3
        row.bulletFontName, row.bulletFontSize, row.bulletColor = (
            like.fontName,
            like.fontSize,
            at.colour,
        )
        made.append(Paragraph(marked_up(item, at.source.look.face), row, bulletText="•"))
    return made


def boxed(
    cells: list[list[object]], widths: list[float], look: list[Look], pad: float = 6
) -> Table:
    """Put cells side by side in one row; `look` is added to the padding."""
    made = Table(cells, colWidths=widths)
    base: list[Look] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), pad),
        ("RIGHTPADDING", (0, 0), (-1, -1), pad),
        ("TOPPADDING", (0, 0), (-1, -1), pad - 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), pad),
    ]
    made.setStyle(TableStyle(base + look))
    return made
