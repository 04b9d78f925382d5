"""Set a guideline's blocks as reportlab flowables; knows no page, header or outline."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    LongTable,
    NextPageTemplate,
    PageBreak,
    Spacer,
    TableStyle,
)

from guidelines.library.boxes import Look, boxed, prose
from guidelines.library.recommendations import recommendation
from guidelines.library.setting import GREY, RED, RULE, Setting, body_size, style, text
from guidelines.library.source import Block, Grid

SHORT = 7  # rows of a table that is not split over pages


def blocks(at: Setting, block: Block) -> list[Flowable]:
    """Set one block, whatever its kind."""
    match block.kind:
        case "rec":
            return recommendation(at, block)
        case "red" | "note":
            return _box(at, block)
        case "table":
            return _table(at, at.source.grids[block.label])
        case "page":
            return [PageBreak()]
        case "scan":
            return [NextPageTemplate("scan"), PageBreak(), Spacer(1, 1), NextPageTemplate("body")]
        case "heading":
            size = body_size(at) + 1.2
            head = text(at, f"**{block.label}**", style(at, size, colour=at.colour, after=3))
            return [CondPageBreak(140), Spacer(1, 5), head, *prose(at, block, 7)]
        case _:
            return prose(at, block, 7)


def _box(at: Setting, block: Block) -> list[Flowable]:
    red = block.kind == "red"
    edge = RED if red else at.colour
    fill = HexColor("#fcefee") if red else white
    title = style(at, body_size(at) + 0.4, colour=edge, after=3)
    inner = [text(at, f"**{block.label}**", title), *prose(at, block, 2)]
    look: list[Look] = [
        ("BACKGROUND", (0, 0), (-1, -1), fill),
        ("BOX", (0, 0), (-1, -1), 1.1 if red else 0.6, edge),
    ]
    return [Spacer(1, 2), boxed([[inner]], [at.width], look, pad=8), Spacer(1, 9)]


def _table(at: Setting, grid: Grid) -> list[Flowable]:
    """Set a table whose header is repeated on every page it reaches."""
    size = body_size(at) - (1.0 if at.source.look.columns == 2 else 1.2)
    head = style(at, size, colour=white)
    cell = style(at, size)
    rows: list[list[Flowable]] = [[text(at, f"**{words}**", head) for words in grid.head]]
    rows += [[text(at, words, cell) for words in row] for row in grid.rows]
    look: list[Look] = [
        ("BACKGROUND", (0, 0), (-1, 0), at.colour),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, at.tint]),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4.5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4.5),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    whole = sum(grid.widths)
    made = LongTable(
        rows, colWidths=[at.width * share / whole for share in grid.widths], repeatRows=1
    )
    made.setStyle(TableStyle(look))
    caption = text(at, f"**{grid.caption}**", style(at, size + 0.6, colour=at.colour, after=3))
    note = [text(at, grid.note, style(at, size - 0.6, colour=GREY))] if grid.note else []
    whole_table: list[Flowable] = [Spacer(1, 3), caption, made, Spacer(1, 3), *note, Spacer(1, 9)]
    if len(grid.rows) <= SHORT:
        return [KeepTogether(whole_table)]
    return [CondPageBreak(110), *whole_table]
