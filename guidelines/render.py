"""A page as a picture with a line of it highlighted; draws spans, never searches for words."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from guidelines.pages import opened

# Marker yellow, multiplied onto the page so that the print stays black.
_MARKER = (255, 226, 64)
_EDGE = (214, 120, 0)


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def span_boxes(path: Path, number: int, start: int, end: int) -> tuple[Box, ...]:
    """Give one box per visual row that the character span covers."""
    with opened(path) as document:
        textpage = document[number - 1].get_textpage()
        count = textpage.count_rects(start, end - start)
        return tuple(Box(*textpage.get_rect(i)) for i in range(count))


def page_picture(
    path: Path, number: int, spans: tuple[tuple[int, int], ...] = (), dpi: int = 110
) -> bytes:
    """Render page `number` to PNG bytes with the spans highlighted."""
    boxes = [box for start, end in spans for box in span_boxes(path, number, start, end)]
    scale = dpi / 72
    with opened(path) as document:
        page = document[number - 1]
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        # pdfium maps points to pixels itself, so rotated and cropped pages come out right.
        corners = [_pixels(page, picture.size, box) for box in boxes]
    return _png(_highlight(picture, corners))


def _pixels(page: object, size: tuple[int, int], box: Box) -> tuple[int, int, int, int]:
    import ctypes

    import pypdfium2.raw as pdfium_c

    points = []
    for x, y in ((box.left, box.top), (box.right, box.bottom)):
        px, py = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, size[0], size[1], 0, x, y, px, py)
        points.append((px.value, py.value))
    xs, ys = sorted(p[0] for p in points), sorted(p[1] for p in points)
    return xs[0] - 3, ys[0] - 2, xs[1] + 3, ys[1] + 2


def _highlight(picture: Image.Image, corners: list[tuple[int, int, int, int]]) -> Image.Image:
    from PIL import ImageChops

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
