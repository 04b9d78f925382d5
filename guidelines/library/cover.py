"""Set the cover of a guideline: a full page, or a band above the first section."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from reportlab.platypus import (
    Flowable,
    NextPageTemplate,
    PageBreak,
    Spacer,
    Table,
    TableStyle,
)

from guidelines.library.setting import GREY, INK, RED, RULE, Setting, style, text
from guidelines.library.wording import wording


def cover(at: Setting) -> list[Flowable]:
    """Return the cover's flowables; `at` is as wide as the page's text."""
    full = at.source.look.cover == "full"
    title = _title(at, full)
    if full:
        after: list[Flowable] = [
            NextPageTemplate("front" if at.source.look.contents else "body"),
            PageBreak(),
        ]
        return [Spacer(1, 20), title, Spacer(1, 36), _facts(at), Spacer(1, 36), _notice(at), *after]
    return [
        NextPageTemplate("body"),
        title,
        Spacer(1, 10),
        _facts(at),
        Spacer(1, 10),
        _notice(at),
        Spacer(1, 8),
    ]


def _title(at: Setting, full: bool) -> Table:
    source = at.source
    words = wording(source.language)
    pale = HexColor("#f3f5f6")
    size = (27.0 if full else 19.0) - (3 if source.look.face.startswith("DejaVu") else 0)
    inner = [
        text(at, f"**{source.publisher}**", style(at, 11, colour=pale, after=120 if full else 12)),
        text(at, words.guideline, style(at, 10, colour=pale, after=4)),
        text(at, f"**{source.title}**", style(at, size, colour=white, after=8)),
        text(at, source.subtitle, style(at, 12.5 if full else 10.5, colour=white)),
    ]
    made = Table([[inner]], colWidths=[at.width])
    pad = 26 if full else 14
    made.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), at.colour),
                ("LEFTPADDING", (0, 0), (-1, -1), pad),
                ("RIGHTPADDING", (0, 0), (-1, -1), pad),
                ("TOPPADDING", (0, 0), (-1, -1), pad),
                ("BOTTOMPADDING", (0, 0), (-1, -1), pad + (40 if full else 6)),
            ]
        )
    )
    return made


def _facts(at: Setting) -> Table:
    source = at.source
    words = wording(source.language)
    rows = [
        (source.edition, f"{words.published} {source.published.isoformat()}"),
        (words.jurisdiction, source.jurisdiction),
    ]
    if source.supersedes:
        rows.append((words.supersedes, source.supersedes_title))
    plain, label = style(at, 10, colour=INK), style(at, 10, colour=GREY)
    cells = [[text(at, left, label), text(at, right, plain)] for left, right in rows]
    made = Table(cells, colWidths=[at.width * 0.3, at.width * 0.7])
    made.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return made


def _notice(at: Setting) -> Table:
    words = wording(at.source.language)
    inner = [
        text(at, f"**{words.notice_title}**", style(at, 10, colour=RED, after=2)),
        text(at, words.notice, style(at, 9.4, colour=INK)),
    ]
    made = Table([[inner]], colWidths=[at.width])
    made.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 0.9, RED),
                ("LEFTPADDING", (0, 0), (-1, -1), 9),
                ("RIGHTPADDING", (0, 0), (-1, -1), 9),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ]
        )
    )
    return made
