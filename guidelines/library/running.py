"""What stands on a page beside its text: running lines, page labels, a scanned page."""

from __future__ import annotations

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate

from guidelines.library import scan
from guidelines.library.setting import GREY, RED, RULE, setting, style, text
from guidelines.library.source import Source
from guidelines.library.wording import wording

MARGIN = 62.0  # points left and right of the text


def page_label(source: Source, page: int, start: int) -> str:
    """Return the number printed on a page; `start` is the page of the first heading."""
    if not source.look.roman_front:
        return str(page)
    if page >= start:
        return str(page - start + 1)
    return ("i", "ii", "iii", "iv", "v", "vi")[page - 1]


def running_head(
    source: Source, size: tuple[float, float], canvas: Canvas, doc: BaseDocTemplate
) -> None:
    """Draw the short title and the sample mark above the text."""
    at = setting(source, size[0] - 2 * MARGIN)
    y = size[1] - 44
    left, right = style(at, 8, colour=GREY), style(at, 8, colour=RED)
    right.alignment, right.rightIndent = TA_RIGHT, 0
    for words, like in ((source.short, left), (f"**{wording(source.language).mark}**", right)):
        line = text(at, words, like)
        line.wrap(at.width, 20)
        line.drawOn(canvas, MARGIN, y)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, y - 6, size[0] - MARGIN, y - 6)


def running_foot(
    source: Source, size: tuple[float, float], start: int, canvas: Canvas, doc: BaseDocTemplate
) -> None:
    """Draw the publisher, the edition and the printed page number below the text."""
    at = setting(source, size[0] - 2 * MARGIN)
    page = canvas.getPageNumber()
    if source.look.roman_front and page in (1, start):
        canvas.addPageLabel(page - 1, "ROMAN_LOWER" if page < start else "ARABIC", 1)
    left, right = style(at, 8, colour=GREY), style(at, 8, colour=GREY)
    right.alignment, right.rightIndent = TA_RIGHT, 0
    words = f"{source.publisher_short} · {source.edition}"
    for run, like in ((words, left), (page_label(source, page, start), right)):
        line = text(at, run, like)
        line.wrap(at.width, 20)
        line.drawOn(canvas, MARGIN, 36)


def picture(
    source: Source, size: tuple[float, float], canvas: Canvas, doc: BaseDocTemplate
) -> None:
    """Fill the page with the guideline's scan, which carries the mark itself."""
    mark = wording(source.language).mark
    shot = next(iter(source.scans.values()))
    canvas.drawImage(ImageReader(scan.draw(shot, mark)), 0, 0, *size)
