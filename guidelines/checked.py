"""A page read and proofed: the text layer's gate, then OCR where the gate asks for it.

Each does all for one page, in any process; what OCR read is kept on disk. Knows nothing of
passages.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, replace
from functools import lru_cache
from pathlib import Path

from guidelines.agreement import weigh
from guidelines.home import write_atomic
from guidelines.ocr import (
    Engine,
    OcrFailure,
    Script,
    Word,
    engine,
    from_json,
    read_words,
    to_json,
)
from guidelines.pages import Page, opened, read_page
from guidelines.render import raster
from guidelines.text import is_cjk

# Raised whenever a page is drawn differently for OCR: what was kept is then read anew.
DRAWING = 1
NO_ENGINE = "no OCR engine is installed"
# A picture that fills half of a page with less text than this says more than the text does.
_HALF, _FEW = 0.5, 400
_CJK_SHARE = 0.05
_NEAR = (0, 1, -1, 2, -2, 3, -3)


def read_page_checked(path: Path, number: int, cache_dir: Path | str) -> Page:
    """Read page `number` and judge it, by OCR where its text layer is damaged or missing.

    A worker is asked in words, so there the folder comes as text.
    """
    return _proofed(read_page(path, number), path, Path(cache_dir), run=True)


def read_page_kept(path: Path, number: int, cache_dir: Path | str) -> Page:
    """Read page `number` and judge it by what OCR read on it before, if it did."""
    return _proofed(read_page(path, number), path, Path(cache_dir), run=False)


def _proofed(page: Page, path: Path, cache_dir: Path, *, run: bool) -> Page:
    """Judge a page by what OCR reads on it; with `run` off only by what was kept before.

    Where OCR fails, or there is no engine, the page stays as suspect as its text layer made it.
    """
    if not needs_ocr(page):
        return page
    chosen = engine(_script(path, page))
    if chosen is None:
        return replace(page, reasons=(*page.reasons, NO_ENGINE))
    kept = cache_dir / _sha256(path) / f"{page.number}-{chosen.label}-{DRAWING}.json"
    try:
        words = _kept(kept)
        if words is None and run:
            words = _read(path, page.number, chosen)
            # What cannot be kept is read again by the next build; the page has its judgement.
            with suppress(OSError):
                write_atomic(kept, to_json(words).encode())
    except OcrFailure as fault:
        return replace(page, reasons=(*page.reasons, f"OCR failed: {fault}"))
    return page if words is None else weigh(page, words)


def needs_ocr(page: Page) -> bool:
    """Tell whether the gate sends the page to OCR."""
    bare = page.picture >= _HALF and len(page.text.strip()) < _FEW
    return page.quality in ("suspect", "empty") or bare


def _kept(path: Path) -> tuple[Word, ...] | None:
    """Give what OCR read before; a file that is torn counts as none."""
    try:
        return from_json(path.read_text("utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, OcrFailure):
        return None


def _read(path: Path, number: int, chosen: Engine) -> tuple[Word, ...]:
    drawn = raster(path, number)
    placed = []
    for word in read_words(chosen, drawn.pgm):
        box = drawn.box(word.left, word.top, word.right, word.bottom)
        left, bottom, right, top = (round(v, 1) for v in astuple(box))
        placed.append(Word(word.text, left, top, right, bottom, word.sure))
    return tuple(placed)


def _script(path: Path, page: Page) -> Script:
    """Tell the page's script from its text, or from its neighbours' where it has none."""
    for text in _texts_near(path, page):
        letters = [c for c in text if c.isalpha()]
        if len(letters) >= 50:
            return "chinese" if sum(map(is_cjk, letters)) > _CJK_SHARE * len(letters) else "latin"
    return "latin"


def _texts_near(path: Path, page: Page) -> Iterator[str]:
    yield page.text
    with opened(path) as document:
        for step in _NEAR:
            if 0 <= page.number - 1 + step < len(document):
                textpage = document[page.number - 1 + step].get_textpage()
                yield textpage.get_text_bounded()


@lru_cache(maxsize=16)
def _sha256(path: Path) -> str:
    """Hash a file of the library, which never changes."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
