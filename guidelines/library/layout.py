"""Lay a guideline out on pages: cover, contents, running lines, outline, page labels.

It knows nothing of what the blocks say. A guideline is set again until its contents page
names the pages that its headings really reached.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CallerMacro,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from guidelines.library.blocks import blocks
from guidelines.library.cover import cover
from guidelines.library.running import MARGIN, page_label, picture, running_foot, running_head
from guidelines.library.setting import RULE, Setting, setting, style, text
from guidelines.library.source import Section, Source
from guidelines.library.wording import wording

GUTTER = 22.0
TOP, BOTTOM = 78.0, 66.0
PAPERS = {"a4": A4, "letter": LETTER}
PASSES = 4


@dataclass(frozen=True)
class Entry:
    """A heading and the 1-based page of the file on which it stands."""

    title: str
    page: int


def typeset(source: Source) -> bytes:
    """Return the guideline as PDF bytes; the same source gives the same bytes."""
    entries = tuple(Entry(section.title, 1) for section in source.sections)
    for _ in range(PASSES):
        made, found = _pass(source, entries)
        if found == entries:
            return made
        entries = found
    raise RuntimeError(f"{source.id}: contents did not settle in {PASSES} passes")


def _pass(source: Source, entries: tuple[Entry, ...]) -> tuple[bytes, tuple[Entry, ...]]:
    """Set the whole guideline once, given where its headings stood the last time."""
    found: list[Entry] = []
    size = PAPERS[source.look.paper]
    out = io.BytesIO()
    doc = BaseDocTemplate(
        out,
        pagesize=size,
        invariant=1,
        title=source.title,
        author=source.publisher,
        subject=wording(source.language).mark,
        creator="Clinicite sample library",
        lang=source.language,
    )
    doc.addPageTemplates(_templates(source, size, entries[0].page if entries else 1))
    wide = size[0] - 2 * MARGIN
    columns = source.look.columns
    at = setting(source, (wide - GUTTER * (columns - 1)) / columns)
    story = cover(setting(source, wide))
    if source.look.contents:
        story += _contents(setting(source, wide), entries)
    for section in source.sections:
        story += _section(at, section, found)
    doc.build(story)
    return out.getvalue(), tuple(found)


def _templates(source: Source, size: tuple[float, float], start: int) -> list[PageTemplate]:
    wide, tall = size[0] - 2 * MARGIN, size[1] - TOP - BOTTOM
    columns = source.look.columns
    each = (wide - GUTTER * (columns - 1)) / columns
    whole = Frame(MARGIN, BOTTOM, wide, tall, 0, 0, 0, 0)
    body = [
        Frame(MARGIN + n * (each + GUTTER), BOTTOM, each, tall, 0, 0, 0, 0) for n in range(columns)
    ]
    head = functools.partial(running_head, source, size)
    foot = functools.partial(running_foot, source, size, start)
    scanned = functools.partial(picture, source, size)
    return [
        PageTemplate("front", [whole], onPage=head, onPageEnd=foot),
        PageTemplate("body", body, onPage=head, onPageEnd=foot),
        PageTemplate("scan", [Frame(0, 0, *size)], onPage=scanned),
    ]


def _contents(at: Setting, entries: tuple[Entry, ...]) -> list[Flowable]:
    title = text(
        at, f"**{wording(at.source.language).contents}**", style(at, 15, colour=at.colour, after=10)
    )
    line, number = style(at, 10), style(at, 10)
    number.alignment = TA_RIGHT
    start = entries[0].page
    rows = [
        [text(at, entry.title, line), Paragraph(page_label(at.source, entry.page, start), number)]
        for entry in entries
    ]
    made = Table(rows, colWidths=[at.width - 40, 40])
    made.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ]
        )
    )
    about = [flowable for block in at.source.front for flowable in blocks(at, block)]
    return [title, made, Spacer(1, 26), *about, NextPageTemplate("body"), PageBreak()]


def _section(at: Setting, section: Section, found: list[Entry]) -> list[Flowable]:
    size = 13.0 if at.source.look.columns == 2 else 15.0
    head = text(at, f"**{section.title}**", style(at, size, colour=at.colour, after=6))
    mark = CallerMacro(_marker(at.source, section, found))
    first, rest = section.blocks[0], section.blocks[1:]
    made: list[Flowable] = [
        CondPageBreak(130),
        KeepTogether([Spacer(1, 8), mark, head, *blocks(at, first)]),
    ]
    for block in rest:
        made += blocks(at, block)
    return made


def _marker(source: Source, section: Section, found: list[Entry]) -> Callable[..., None]:
    """Make a call that notes the page of a heading as it is drawn, and its outline entry."""

    def mark(flowable: Flowable) -> None:
        canvas: Canvas = flowable.canv
        found.append(Entry(section.title, canvas.getPageNumber()))
        if source.look.outline:
            key = f"section-{len(found)}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(section.title, key, 0)
            canvas.showOutline()

    return mark
