"""A page as a picture with a line of it highlighted; draws spans, never searches for words."""

import ctypes
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops, ImageDraw

from guidelines.frame import textpage_of
from guidelines.pages import opened

# Marker yellow, multiplied onto the page so that the print stays black.
_MARKER = (255, 226, 64)
_EDGE = (214, 120, 0)
# A page may claim to be 70 m wide: its picture stays below 100 MB. A3 at 300 dpi has 17 million.
_MOST_PIXELS = 25_000_000

Corners = tuple[int, int, int, int]


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Picture:
    """A rendered page; `left` and `top` say where the highlight begins, as parts of its size."""

    png: bytes
    left: float
    top: float


def span_boxes(path: Path, number: int, start: int, end: int) -> tuple[Box, ...]:
    """Give one box per visual row that the character span covers."""
    with opened(path) as document:
        textpage = textpage_of(document[number - 1])
        count = textpage.count_rects(start, end - start)
        return tuple(Box(*textpage.get_rect(i)) for i in range(count))


def page_picture(
    path: Path, number: int, spans: Sequence[tuple[int, int]] = (), dpi: int = 110
) -> Picture:
    """Render page `number` with the spans highlighted."""
    boxes = [box for start, end in spans for box in span_boxes(path, number, start, end)]
    with opened(path) as document:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(dpi / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        corners = [_pixels(page, picture.size, box) for box in boxes]
    width, height = picture.size
    left = max(0, min((c[0] for c in corners), default=0)) / width
    top = max(0, min((c[1] for c in corners), default=0)) / height
    return Picture(_png(_highlight(picture, corners)), left, top)


# 300 dots an inch is what OCR engines are made for; a poster must not fill the memory.
_OCR_DPI, _OCR_SIDE = 300, 3400


@dataclass(frozen=True)
class Raster:
    """A grey picture of a page for OCR, and the affine map from its pixels to points."""

    pgm: bytes
    origin: tuple[float, float]
    across: tuple[float, float]
    down: tuple[float, float]

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Map a rectangle of pixels to the page; rotated pages come out right."""
        corners = [
            tuple(self.origin[k] + x * self.across[k] + y * self.down[k] for k in (0, 1))
            for x, y in ((left, top), (right, bottom))
        ]
        xs, ys = sorted(c[0] for c in corners), sorted(c[1] for c in corners)
        return Box(xs[0], ys[0], xs[1], ys[1])


def raster(path: Path, number: int) -> Raster:
    """Draw page `number` for OCR."""
    with opened(path) as document:
        page = document[number - 1]
        scale = min(_OCR_DPI / 72, _OCR_SIDE / max(page.get_size()))
        picture = page.render(scale=scale, may_draw_forms=False, grayscale=True).to_pil()
        out = io.BytesIO()
        picture.save(out, format="PPM")
        (x, y), (x1, y1), (x2, y2) = (
            _points(page, picture.size, corner) for corner in ((0, 0), (1000, 0), (0, 1000))
        )
    across, down = ((x1 - x) / 1000, (y1 - y) / 1000), ((x2 - x) / 1000, (y2 - y) / 1000)
    return Raster(out.getvalue(), (x, y), across, down)


def _points(page: Any, size: tuple[int, int], pixel: tuple[int, int]) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDF_DeviceToPage(page, 0, 0, size[0], size[1], 0, *pixel, x, y)
    return x.value, y.value


def _pixels(page: Any, size: tuple[int, int], box: Box) -> Corners:
    """Map a box to pixels by pdfium itself, so that rotated and cropped pages come out right."""
    points = []
    for x, y in ((box.left, box.top), (box.right, box.bottom)):
        px, py = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, size[0], size[1], 0, x, y, px, py)
        points.append((px.value, py.value))
    xs, ys = sorted(p[0] for p in points), sorted(p[1] for p in points)
    return xs[0] - 3, ys[0] - 2, xs[1] + 3, ys[1] + 2


def _highlight(picture: Image.Image, corners: list[Corners]) -> Image.Image:
    if not corners:
        return picture
    wash = Image.new("RGB", picture.size, (255, 255, 255))
    pen = ImageDraw.Draw(wash)
    for corner in corners:
        pen.rounded_rectangle(corner, radius=3, fill=_MARKER)
    marked = ImageChops.multiply(picture, wash)
    bar = ImageDraw.Draw(marked)
    left = max(0, min(c[0] for c in corners) - 8)
    top, bottom = min(c[1] for c in corners), max(c[3] for c in corners)
    bar.rectangle((left, top, left + 4, bottom), fill=_EDGE)
    return marked


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, format="PNG", optimize=False, compress_level=3)
    return out.getvalue()
