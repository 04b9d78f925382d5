"""All pages of a PDF, read and proofed: every page by a plain reader, then the doubtful by OCR.

OCR needs more memory and time than a page may have, so it is given only to pages that a plain
reader has read within its limits. Knows neither how a page is judged nor what is cut from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from guidelines.checked import NO_ENGINE, needs_ocr
from guidelines.pages import Page
from guidelines.reading import read_pages
from guidelines.workers import LIMITS, Limits, Worker

# rapidocr holds 2 GB and takes 13 s of computing a page.
_OCR = Limits(memory=6 << 30, cpu=120, wall=240)
_FAILED = "OCR failed:"
_RUN = "guidelines.checked:read_page_checked"
_KEPT = "guidelines.checked:read_page_kept"


def proofed_pages(
    path: Path,
    kept: Path,
    run: bool = True,
    on_page: Callable[[Page], None] = lambda _: None,
    only: Sequence[int] | None = None,
    first: Worker | None = None,
) -> list[Page]:
    """Read pages in order and judge each.

    Args:
        path: The PDF.
        kept: Folder of what OCR read before.
        run: Whether OCR may be run; else only what was kept counts.
        on_page: Told each page when it is read, and again when OCR has judged it.
        only: The numbers of the pages to read; None: all.
        first: A worker that has the document open already; it is ended here.

    Raises:
        Problem: the PDF cannot be opened at all.
    """
    pages = []
    for page in read_pages(path, only=only, first=first):
        pages.append(page)
        on_page(page)
    doubtful = [page.number for page in pages if needs_ocr(page)]
    if not doubtful:
        return pages
    reader, limits = (_RUN, _OCR) if run else (_KEPT, LIMITS)
    judged = {}
    for page in read_pages(path, reader, kept, limits=limits, only=doubtful):
        judged[page.number] = page
        on_page(page)
    return [_settled(page, judged.get(page.number, page)) for page in pages]


def _settled(page: Page, judged: Page) -> Page:
    """Take the judgement; a page that OCR was lost on stays as doubtful as it was."""
    if judged.quality != "lost":
        return judged
    return replace(page, reasons=(*page.reasons, f"{_FAILED} {judged.why}"))


def doubted(judged: Page) -> bool:
    """Tell of a judged page whether it was in doubt; its neighbours then chose its OCR engine."""
    return needs_ocr(judged) or judged.quality in ("damaged", "ocr")


def unproofed(pages: Iterable[Page]) -> dict[str, str]:
    """Give why OCR has not judged a page that needs it, by the page's number as a word."""
    last = ((page.number, page.reasons[-1]) for page in pages if page.reasons)
    return {str(n): why for n, why in last if why.startswith((NO_ENGINE, _FAILED))}
