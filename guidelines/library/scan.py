"""Draw a page that exists only as a picture, as a scanner leaves it; it has no text layer."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFont

from guidelines.library.faces import FOLDER
from guidelines.library.source import Scan

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
MARGIN = 120
GREYS = 8
TYPED = str(FOLDER / "dejavu/DejaVuSerif.ttf")
TYPED_BOLD = str(FOLDER / "dejavu/DejaVuSerif-Bold.ttf")


def draw(scan: Scan, mark: str, seed: int = 7) -> io.BytesIO:
    """Return the page as a PNG: typed text, ruled table, a slight tilt and specks."""
    page = Image.new("L", (WIDTH, HEIGHT), 246)
    pen = ImageDraw.Draw(page)
    plain, bold = ImageFont.truetype(TYPED, 25), ImageFont.truetype(TYPED_BOLD, 25)
    title = ImageFont.truetype(TYPED_BOLD, 34)
    pen.text((MARGIN, 80), mark, font=bold, fill=70)
    y = 150.0
    for line in _wrapped(scan.title, title, WIDTH - 2 * MARGIN):
        pen.text((MARGIN, y), line, font=title, fill=40)
        y += 46
    y += 20
    for words in scan.lines:
        y = _paragraph(pen, words, plain, y)
    y = _ruled(pen, scan.rows, plain, bold, y + 12)
    for words in scan.foot:
        y = _paragraph(pen, words, plain, y)
    pen.text((MARGIN, HEIGHT - 100), mark, font=bold, fill=70)
    tilted = page.rotate(0.35, resample=Image.Resampling.BICUBIC, fillcolor=246)
    _specks(tilted, random.Random(seed))
    grey = tilted.point([round(v * (GREYS - 1) / 255) * 255 // (GREYS - 1) for v in range(256)])
    out = io.BytesIO()
    grey.save(out, format="PNG")
    out.seek(0)
    return out


def _wrapped(words: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _paragraph(
    pen: ImageDraw.ImageDraw, words: str, font: ImageFont.FreeTypeFont, y: float
) -> float:
    for line in _wrapped(words, font, WIDTH - 2 * MARGIN):
        pen.text((MARGIN, y), line, font=font, fill=50)
        y += 37
    return y + 14


def _ruled(
    pen: ImageDraw.ImageDraw,
    rows: tuple[tuple[str, ...], ...],
    plain: ImageFont.FreeTypeFont,
    bold: ImageFont.FreeTypeFont,
    y: float,
) -> float:
    """Draw rows in equal columns, the first row bold; return where the table ends."""
    wide = (WIDTH - 2 * MARGIN) / len(rows[0])
    top = y
    for nth, row in enumerate(rows):
        font = bold if nth == 0 else plain
        cells = [_wrapped(words, font, wide - 24) for words in row]
        tall = 37 * max(len(lines) for lines in cells) + 22
        for column, lines in enumerate(cells):
            for down, line in enumerate(lines):
                spot = (MARGIN + column * wide + 12, y + 10 + 37 * down)
                pen.text(spot, line, font=font, fill=50)
        pen.line([(MARGIN, y), (WIDTH - MARGIN, y)], fill=90, width=2)
        y += tall
    pen.line([(MARGIN, y), (WIDTH - MARGIN, y)], fill=90, width=2)
    for column in range(len(rows[0]) + 1):
        x = MARGIN + column * wide
        pen.line([(x, top), (x, y)], fill=90, width=2)
    return y + 28


def _specks(page: Image.Image, chance: random.Random) -> None:
    for _ in range(260):
        spot = (chance.randrange(WIDTH), chance.randrange(HEIGHT))
        page.putpixel(spot, chance.randrange(90, 200))
