"""One PDF of the library to pages and passages: read in safety, proofed, cut; knows no index."""

from collections.abc import Callable
from pathlib import Path

from guidelines.catalogue import Guideline
from guidelines.outline import Bookmark
from guidelines.pages import Page
from guidelines.proofing import proofed_pages
from guidelines.workers import Loss, call
from retrieval.cutting import cut
from retrieval.passages import Passage

_EVERY = 25


def pages_and_passages(
    path: Path,
    entry: Guideline,
    kept: Path,
    on_read: Callable[[str], None],
    ocr: bool = True,
) -> tuple[list[Page], list[Passage]]:
    """Read, proof and cut one edition.

    Args:
        path: Its PDF.
        entry: Its catalogue entry.
        kept: Folder of what OCR read before.
        on_read: Told now and then how far it is.
        ocr: Whether OCR may be run; else only what was kept counts.

    Raises:
        Problem: the PDF cannot be opened at all.
    """
    on_read(entry.id)
    read: set[int] = set()

    def told(page: Page) -> None:
        if page.number in read:
            on_read(f"{entry.id}, page {page.number} proofed by OCR")
        elif page.number % _EVERY == 0:
            on_read(f"{entry.id}, page {page.number} of {entry.pages}")
        read.add(page.number)

    pages = proofed_pages(path, kept, ocr, told)
    return pages, cut(pages, entry.id, entry.sha256, _outline(path))


def _outline(path: Path) -> tuple[Bookmark, ...]:
    """Read the file's outline in a worker; a broken one costs only itself."""
    found = call("guidelines.outline:rows", str(path))
    return () if isinstance(found, Loss) else tuple(Bookmark(*row) for row in found)
