"""Set a recommendation in its publisher's manner; knows no other block."""

from __future__ import annotations

from dataclasses import replace

from reportlab.lib.colors import white
from reportlab.platypus import Flowable, Paragraph, Spacer

from guidelines.library.boxes import Look, boxed, prose
from guidelines.library.setting import GREY, RULE, Setting, body_size, style, text
from guidelines.library.source import Block


def recommendation(at: Setting, block: Block) -> list[Flowable]:
    """Set a recommendation; its `grade` is its strength and certainty."""
    match at.source.look.recommendation:
        case "numbered":
            return _numbered(at, block)
        case "graded":
            return _graded(at, block)
        case "run-in":
            return _run_in(at, block)
        case _:
            return _panel(at, block)


def _number(at: Setting, block: Block, after: float = 0) -> Paragraph:
    like = style(at, body_size(at), colour=at.colour, after=after)
    return text(at, f"**{block.label}**", like)


def _numbered(at: Setting, block: Block) -> list[Flowable]:
    """Hang the number left of the text; the grade ends the lead."""
    run = replace(block, lead=f"{block.lead} {block.grade}")
    look: list[Look] = [
        ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (0, 0), 0),
    ]
    cells = [[_number(at, block), prose(at, run, 0)]]
    return [boxed(cells, [46, at.width - 46], look), Spacer(1, 5)]


def _graded(at: Setting, block: Block) -> list[Flowable]:
    """Set number, text and a coloured cell with the parts of the grade."""
    small = style(at, body_size(at) - 0.6, colour=white)
    grade = [text(at, f"**{part.strip()}**", small) for part in block.grade.split(",")]
    look: list[Look] = [
        ("BACKGROUND", (2, 0), (2, 0), at.colour),
        ("BACKGROUND", (0, 0), (1, 0), at.tint),
        ("VALIGN", (2, 0), (2, 0), "MIDDLE"),
    ]
    cells = [[_number(at, block), prose(at, block, 0), grade]]
    return [boxed(cells, [40, at.width - 112, 72], look), Spacer(1, 5)]


def _run_in(at: Setting, block: Block) -> list[Flowable]:
    """Begin the text with the number and end it with the grade, beside a rule."""
    run = replace(block, lead=f"**{block.label}.** {block.lead} **({block.grade})**")
    look: list[Look] = [
        ("LINEBEFORE", (0, 0), (0, -1), 2, at.colour),
        ("TOPPADDING", (0, 0), (0, -1), 1),
        ("BOTTOMPADDING", (0, 0), (0, -1), 4),
    ]
    return [boxed([[prose(at, run, 0)]], [at.width], look), Spacer(1, 7)]


def _panel(at: Setting, block: Block) -> list[Flowable]:
    """Set the number, the text and the grade below each other on a tint."""
    small = style(at, body_size(at) - 1.1, colour=GREY)
    inner = [_number(at, block, 2), *prose(at, block, 3), text(at, block.grade, small)]
    look: list[Look] = [
        ("BACKGROUND", (0, 0), (-1, -1), at.tint),
        ("LINEBEFORE", (0, 0), (0, -1), 3, at.colour),
    ]
    return [boxed([[inner]], [at.width], look, pad=7), Spacer(1, 7)]
