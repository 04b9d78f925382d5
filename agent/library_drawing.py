"""Pages drawn and read in workers for the librarian's page: a bad page may crash those alone.

Knows nothing of passages or of what a picture is for.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from guidelines.problem import Problem
from guidelines.rectangles import Part, Spans, outlines
from guidelines.render import page_picture
from guidelines.workers import Limits, Loss, call

# A page of the real guidelines is drawn in 0.1 s; the largest picture has 100 MB.
LIMITS = Limits(memory=1 << 30, cpu=5, wall=30)
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Drawn:
    """A page's picture; `top` says where its marks begin and `parts` has each line's rectangles."""

    png: bytes
    top: float
    parts: tuple[tuple[Part, ...], ...]


def drawn(
    path: Path,
    number: int,
    dpi: int,
    *,
    marked: Spans = (),
    lines: Sequence[Spans] = (),
    limits: Limits = LIMITS,
) -> Drawn | Loss:
    """Draw page `number`, or give the reason why it cannot be drawn.

    Args:
        path: The PDF.
        number: The page, from 1.
        dpi: How sharp.
        marked: Spans to highlight.
        lines: The spans of each line to be outlined.
        limits: What the page may cost.
    """
    given = json.dumps([list(marked), [list(spans) for spans in lines]])
    try:
        told = call("agent.library_drawing:draw", str(path), number, dpi, given, limits=limits)
    except Problem as problem:
        return Loss(problem.why)
    if isinstance(told, Loss):
        return told
    try:
        return _believed(told, len(lines))
    except (TypeError, ValueError, KeyError, binascii.Error):
        return Loss("gave no picture")


def _believed(told: Any, lines: int) -> Drawn:
    """Take a picture and numbers from what a worker sent, which a page may have taken over."""
    png = base64.b64decode(told["png"], validate=True)
    parts = tuple(tuple(Part(*map(float, part)) for part in line) for line in told["parts"])
    if not png.startswith(_PNG) or len(parts) != lines:
        raise ValueError("not a picture with its lines")
    return Drawn(png, float(told["top"]), parts)


def draw(path: Path, number: int, dpi: int, given: str) -> dict[str, Any]:
    """Draw in this process, which is the worker's; `given` and the answer are JSON."""
    marked, lines = json.loads(given)
    picture = page_picture(path, number, marked, dpi)
    return {
        "png": base64.b64encode(picture.png).decode("ascii"),
        "top": picture.top,
        "parts": [[astuple(part) for part in line] for line in outlines(path, number, lines)],
    }
