"""Pages drawn in workers: a page made to crash, hang or be slow costs nobody another page.

A file keeps the worker that drew from it, so that the next of its pages is there at once. Knows
nothing of passages or of what a picture is for.
"""

import base64
import binascii
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from guidelines.caller import Caller
from guidelines.pages import opened, page_text
from guidelines.problem import Problem
from guidelines.rectangles import Part, Spans, outlines
from guidelines.render import page_picture
from guidelines.workers import SPARES, Limits, Loss

# A page of the real guidelines is drawn in 0.1 s; the largest picture has 100 MB.
LIMITS = Limits(memory=1 << 30, cpu=5, wall=30)
# Files whose worker stays, 60 MB each: those that a few readers look at.
_FILES = 4
# Two started workers: one for the file that is opened next, one for what is read beside it.
_SPARE = 2
_READY = ("guidelines.drawing", "guidelines.inspection", "guidelines.outline")
_DRAW = "guidelines.drawing:draw"
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Drawn:
    """A page's picture; `left` and `top` say where its marks begin, as parts of its size.

    `parts` has each line's rectangles. `text` is the page's, `label` what is printed on it, both
    empty unless they were asked for; `marked` are the spans that lie inside it.
    """

    png: bytes
    left: float
    top: float
    parts: tuple[tuple[Part, ...], ...] = ()
    text: str = ""
    label: str = ""
    marked: tuple[tuple[int, int], ...] = ()


def drawn(
    path: Path,
    number: int,
    dpi: int,
    *,
    marked: Spans = (),
    lines: Sequence[Spans] = (),
    words: bool = False,
    limits: Limits = LIMITS,
) -> Drawn | Loss:
    """Draw page `number`, or give the reason why it cannot be drawn.

    Args:
        path: The PDF.
        number: The page, from 1.
        dpi: How sharp.
        marked: Spans to highlight.
        lines: The spans of each line to be outlined.
        words: Whether to give the page's text too; what is marked outside it is then left out.
        limits: What the page may cost.
    """
    try:
        facts = path.stat()
    except OSError:
        return Loss("its PDF is not there")
    key = path, facts.st_ino, facts.st_size, facts.st_mtime_ns, limits
    given = [list(marked), [list(spans) for spans in lines], words]
    return _DRAWERS.of(key).draw(path, number, dpi, given)


def ready() -> None:
    """Have workers started from now on, for a program that stays and wants its pages at once."""
    SPARES.keep(_SPARE, _READY)


class _Drawer:
    """Draws from one file, one page at a time; others wait for that file only."""

    def __init__(self, limits: Limits) -> None:
        self._wall = limits.wall
        self._lock = threading.Lock()
        self._caller = Caller(limits)
        self._left = False

    def draw(self, path: Path, number: int, dpi: int, given: list[Any]) -> Drawn | Loss:
        if not self._lock.acquire(timeout=self._wall):
            return Loss("waited too long for other pages of its file", late=True)
        try:
            used = self._caller.used
            told = self._tried(path, number, dpi, given)
            # The pages before may have filled the worker: a page is lost only to a fresh one.
            if used and isinstance(told, Loss) and not told.late:
                told = self._tried(path, number, dpi, given)
            return told
        finally:
            if self._left:
                self._caller.end()
            self._lock.release()

    def _tried(self, path: Path, number: int, dpi: int, given: list[Any]) -> Drawn | Loss:
        try:
            if not self._caller.used:
                opening = self._caller.call("guidelines.pages:keep_open", str(path))
                if isinstance(opening, Loss):
                    return opening
            told = self._caller.call(_DRAW, str(path), number, dpi, json.dumps(given))
            return told if isinstance(told, Loss) else _believed(told, given)
        except Problem as problem:
            lost = Loss(problem.why)
        except (TypeError, ValueError, KeyError, binascii.Error):
            lost = Loss("gave no picture")
        self._caller.end()
        return lost

    def leave(self) -> None:
        """End its worker, or let whoever draws end it."""
        self._left = True
        if self._lock.acquire(blocking=False):
            self._caller.end()
            self._lock.release()


class _Drawers:
    """The files that were drawn from last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, _Drawer] = OrderedDict()

    def of(self, key: tuple[object, int, int, int, Limits]) -> _Drawer:
        with self._lock:
            drawer = self._kept.setdefault(key, _Drawer(key[-1]))
            self._kept.move_to_end(key)
            while len(self._kept) > _FILES:
                self._kept.popitem(last=False)[1].leave()
            return drawer


# Like pdfium's lock these belong to the process, whatever libraries it serves.
_DRAWERS = _Drawers()


def _believed(told: Any, given: list[Any]) -> Drawn:
    """Take a picture, words and numbers from what a worker sent, which a page may have taken over.

    Raises:
        TypeError, ValueError, KeyError, binascii.Error: it sent something else.
    """
    png = base64.b64decode(told["png"], validate=True)
    parts = tuple(tuple(Part(*map(float, part)) for part in line) for line in told["parts"])
    marked, lines, words = given
    text, label = str(told["text"]), str(told["label"])
    if not png.startswith(_PNG) or len(parts) != len(lines):
        raise ValueError("not a picture with its lines")
    inside = tuple((a, b) for a, b in _inside(marked, text)) if words else ()
    return Drawn(png, float(told["left"]), float(told["top"]), parts, text, label, inside)


def _inside(spans: Spans, text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in spans if end <= len(text)]


def draw(path: Path, number: int, dpi: int, given: str) -> dict[str, Any]:
    """Draw in this process, which is the worker's; `given` and the answer are JSON."""
    marked, lines, words = json.loads(given)
    text = label = ""
    if words:
        text = page_text(path, number)
        marked = _inside(marked, text)
        with opened(path) as document:
            label = document.get_page_label(number - 1) or str(number)
    picture = page_picture(path, number, marked, dpi)
    return {
        "png": base64.b64encode(picture.png).decode("ascii"),
        "left": picture.left,
        "top": picture.top,
        "parts": [[astuple(part) for part in line] for line in outlines(path, number, lines)],
        "text": text,
        "label": label,
    }
