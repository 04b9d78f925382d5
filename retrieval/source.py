"""One PDF of the library to its passages: read in safety, proofed, cut; knows no index."""

from collections.abc import Callable
from pathlib import Path

from guidelines import reading
from guidelines.catalogue import Guideline
from guidelines.outline import Bookmark
from guidelines.workers import Limits, Loss, call
from retrieval.passages import Passage, cut

# A damaged page is drawn and read by OCR: rapidocr holds 2 GB and takes 13 s of computing.
_OCR = Limits(memory=6 << 30, cpu=120, wall=240)
_READER = "guidelines.checked:read_page_checked"
_EVERY = 25


def passages_of(
    path: Path, entry: Guideline, kept: Path, on_read: Callable[[str], None]
) -> tuple[list[Passage], dict[str, str]]:
    """Read, proof and cut one edition.

    Args:
        path: Its PDF.
        entry: Its catalogue entry.
        kept: Folder of what OCR read before.
        on_read: Told now and then how far it is.

    Returns:
        Its passages in order, and why each lost page was lost, by its number.

    Raises:
        Problem: the PDF cannot be opened at all.
    """
    on_read(entry.id)
    pages = []
    for page in reading.read_pages(path, _READER, kept, limits=_OCR):
        pages.append(page)
        if page.number % _EVERY == 0:
            on_read(f"{entry.id}, page {page.number} of {entry.pages}")
    return cut(pages, entry.id, entry.sha256, _outline(path)), reading.lost(pages)


def _outline(path: Path) -> tuple[Bookmark, ...]:
    """Read the file's outline in a worker; a broken one costs only itself."""
    found = call("guidelines.outline:rows", str(path))
    return () if isinstance(found, Loss) else tuple(Bookmark(*row) for row in found)
