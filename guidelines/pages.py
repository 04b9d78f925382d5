"""What stands on each page of a PDF: characters, visual rows and how far both can be trusted.

The text is pdfium's, one character per pdfium character index, so that a span can be drawn on
the page again. Knows nothing of passages.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pypdfium2 as pdfium

from guidelines import glyphs
from guidelines.drawn import pieces
from guidelines.fidelity import NEARLY_EMPTY, Finding, find
from guidelines.frame import Frame, read_upright, textpage_of
from guidelines.hidden import without_hidden
from guidelines.ocr import Word
from guidelines.problem import Problem
from guidelines.rows import Row, printed
from guidelines.text import LIGATURES

# pdfium keeps global state: two threads in it crash the process.
PDFIUM = threading.RLock()
_ROW = re.compile(r"[^\r\n]+")
# A page number, with what a layer that is not shown left around it.
_NUMBER_ALONE = re.compile(r"[\ufffd\s]*[0-9]{1,4}[\ufffd\s]*")
_EDGE = 0.1  # share of the page's height

Quality = Literal["text", "damaged", "suspect", "ocr", "empty", "lost"]
# What each means to a librarian; of a damaged page the lines that touch no suspect span are sound.
QUALITIES: dict[Quality, str] = {
    "text": "have sound text",
    "damaged": "hold characters the text layer lost; such lines are never quoted",
    "suspect": "may print other numbers than their text layer has; none of their lines is quoted",
    "ocr": "are pictures whose words can be found; they are shown, never quoted",
    "empty": "have no text; nothing on them can be found",
    "lost": "cannot be read",
}


@dataclass(frozen=True)
class Page:
    """One page of a file; `number` counts from 1, `label` is what is printed on paper.

    `reasons` says in words why the quality is not "text"; `repairs` counts what was put right.
    `scan`: the text lies unseen under or over a picture of the page; `picture` is the part of the
    page that its largest picture fills. `ocr` is what OCR read, placed in points: words to find
    the page by, never to show or to count on. A lost page could not be read: it has no text, and
    `why` says what it cost.
    """

    number: int
    label: str
    text: str
    rows: tuple[Row, ...]
    width: float
    height: float
    quality: Quality
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()
    repairs: tuple[tuple[str, int], ...] = ()
    scan: bool = False
    picture: float = 0.0
    ocr: tuple[Word, ...] = ()
    why: str = ""

    @property
    def suspect_spans(self) -> tuple[tuple[int, int], ...]:
        """Give the spans that no quoted line may touch."""
        return tuple((f.start, f.end) for f in self.findings)

    @property
    def ocr_text(self) -> str:
        """Give the words that OCR is sure of, in its reading order."""
        return " ".join(w.text for w in self.ocr if w.sure)


# What a worker process that reads one file keeps open; empty everywhere else.
_KEPT: dict[Path, Any] = {}


def keep_open(path: Path) -> int:
    """Open a PDF for the life of this process, which reads nothing else; give its page count."""
    with PDFIUM:
        if path not in _KEPT:
            _KEPT[path] = _open(path)
        return len(_KEPT[path])


def _open(path: Path) -> Any:
    try:
        return pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, FileNotFoundError) as fault:
        raise Problem(f"cannot open {path.name}", str(fault), "clinicite library check") from fault


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a PDF under the lock; the caller must not keep the document."""
    with PDFIUM:
        if path in _KEPT:
            yield _KEPT[path]
            return
        document = _open(path)
        try:
            yield document
        finally:
            document.close()


def read_pages(path: Path) -> Iterator[Page]:
    """Read every page in order, in this process and without OCR.

    `guidelines.reading` does it in safety; a damaged page is suspect as a whole.
    """
    with opened(path) as document:
        for index in range(len(document)):
            yield _read(document, index)


def read_page(path: Path, number: int) -> Page:
    """Read one page, as `read_pages` does."""
    with opened(path) as document:
        return _read(document, number - 1)


@lru_cache(maxsize=64)
def page_text(path: Path, number: int) -> str:
    """Give the raw text of page `number`, which spans index into; the file never changes."""
    with opened(path) as document:
        page = document[number - 1]
        textpage = textpage_of(page)
        return without_hidden(page, textpage, glyphs.characters(textpage)[0], pieces(page))


def _read(document: Any, index: int) -> Page:
    page = document[index]
    textpage, turns = read_upright(page)
    text, raised = glyphs.characters(textpage)
    drawn = pieces(page)
    text = without_hidden(page, textpage, text, drawn)
    share, hidden = glyphs.picture_share(page, drawn)
    joined = glyphs.joined_ligatures(textpage, text) + sum(text.count(c) for c in LIGATURES)
    repairs = tuple((k, n) for k, n in (("ligature", joined), ("raised digit", raised)) if n)
    spans = [row.span() for row in _ROW.finditer(text) if not row.group().isspace()]
    frame = Frame(turns, *page.get_bbox())
    rows = tuple(printed(textpage, text, spans, frame))
    width, height = frame.size
    damage = find(text, glyphs.unmapped(textpage, text), glyphs.taken_for_latin(textpage, text))
    numbers = [r for r in rows if _is_page_number(text, r, height)]
    found = tuple(f for f in damage if not any(r.start <= f.start < r.end for r in numbers))
    quality, reasons = _quality(text, found, hidden)
    label = document.get_page_label(index) or str(index + 1)
    textpage.close()
    page.close()
    return Page(
        index + 1, label, text, rows, width, height, quality, found, reasons, repairs, hidden, share
    )


def _is_page_number(text: str, row: Row, height: float) -> bool:
    """Tell a page's own number at its head or foot: what was lost beside it costs nothing."""
    at_edge = row.bottom < _EDGE * height or row.top > (1 - _EDGE) * height
    return at_edge and _NUMBER_ALONE.fullmatch(text[row.start : row.end]) is not None


def _quality(text: str, found: Sequence[Finding], hidden: bool) -> tuple[Quality, tuple[str, ...]]:
    """Judge by the text layer alone; only OCR that agrees may later relax it."""
    if len(text.strip()) < NEARLY_EMPTY:
        return "empty", ("the page has almost no text",)
    reasons = [
        f"{kind} in {n} place{'s' if n > 1 else ''}"
        for kind, n in Counter(f.kind for f in found).items()
    ]
    if hidden:
        reasons.insert(0, "the page is a scan; its text was read by a machine and not proofed")
    return ("suspect", tuple(reasons)) if reasons else ("text", ())
