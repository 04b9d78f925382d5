"""One PDF of the library to passages: read in safety, proofed, cut; knows no index.

A page that the guideline had before is not read again, nor cut again where it stands as it stood.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.opening import Opener, Opening
from guidelines.pages import Page
from guidelines.proofing import doubted, proofed_pages, unproofed
from guidelines.reading import lost
from retrieval import kept
from retrieval.cpu import no_collection
from retrieval.cutting import Sheet, cut, cut_sheets
from retrieval.kept import Record
from retrieval.passages import Passage

_EVERY = 25
# How far from a page its OCR engine looks for letters that tell the script.
_NEAR = 3


@dataclass(frozen=True)
class Source:
    """An edition's passages; why pages of it cannot be read, and why OCR could not judge some."""

    passages: list[Passage]
    lost: dict[str, str]
    unproofed: dict[str, str]
    records: list[Record]


def passages_of(home: Home, path: Path, entry: Guideline, on_read: Callable[[str], None]) -> Source:
    """Read, proof and cut one edition, as far as its pages are new.

    Raises:
        Problem: the PDF cannot be opened at all.
    """
    on_read(entry.id)
    opener = Opener(path)
    try:
        opening = opener.opening
        numbers = range(1, len(opening.labels) + 1)
        known = kept.load(home, [name for name in (entry.id, entry.supersedes) if name])
        found = {n: r for n in numbers if (r := _standing(known, opening, n)) is not None}
        new = [n for n in numbers if n not in found]
        told = _teller(entry, on_read)
        pages = proofed_pages(path, home.ocr, True, told, new, opener.worker()) if new else []
    finally:
        opener.end()
    with no_collection():
        return _cut(entry, opening, found, pages)


def _cut(
    entry: Guideline, opening: Opening, found: dict[int, Record], pages: Sequence[Page]
) -> Source:
    """Cut pages, on record or just read, and put on record what is to be kept of them."""
    read = {page.number: page for page in pages}
    sheets = [
        Sheet(n, label, partial(found[n].page, n, label), found[n].memory())
        if n in found
        else Sheet(n, label, partial(read.__getitem__, n))
        for n, label in enumerate(opening.labels, start=1)
    ]
    cuts = cut_sheets(sheets, entry.id, entry.sha256, opening.outline)
    gone, unjudged = lost(pages), unproofed(pages)
    records = []
    for sheet, (_, memory) in zip(sheets, cuts, strict=True):
        n, key = sheet.number, opening.keys[sheet.number - 1]
        if n in found:
            records.append(found[n] if memory is sheet.memory else kept.again(found[n], memory))
        elif key and str(n) not in gone and str(n) not in unjudged:
            around = _around(opening, n) if doubted(read[n]) else ""
            if around is not None:
                records.append(kept.record_of(key, around, read[n], memory))
    return Source([p for passages, _ in cuts for p in passages], gone, unjudged, records)


def _standing(known: dict[str, Record], opening: Opening, number: int) -> Record | None:
    """Give the record of a page, if it has one that holds here."""
    record = known.get(opening.keys[number - 1])
    if record is None or (record.around and record.around != _around(opening, number)):
        return None
    return record


def _around(opening: Opening, number: int) -> str | None:
    """Name the pages around one, and where among them it stands; None where one has no name."""
    first = max(1, number - _NEAR)
    near = opening.keys[first - 1 : number + _NEAR]
    if not all(near):
        return None
    return hashlib.sha256(f"{number - first} {near}".encode()).hexdigest()[:32]


def pages_and_passages(
    path: Path,
    entry: Guideline,
    kept_ocr: Path,
    on_read: Callable[[str], None],
    ocr: bool = True,
) -> tuple[list[Page], list[Passage]]:
    """Read, proof and cut one edition whole.

    Args:
        path: Its PDF.
        entry: Its catalogue entry.
        kept_ocr: Folder of what OCR read before.
        on_read: Told now and then how far it is.
        ocr: Whether OCR may be run; else only what was kept counts.

    Raises:
        Problem: the PDF cannot be opened at all.
    """
    on_read(entry.id)
    opener = Opener(path)
    try:
        opening = opener.opening
        told = _teller(entry, on_read)
        pages = proofed_pages(path, kept_ocr, ocr, told, first=opener.worker())
    finally:
        opener.end()
    return pages, cut(pages, entry.id, entry.sha256, opening.outline)


def _teller(entry: Guideline, on_read: Callable[[str], None]) -> Callable[[Page], None]:
    read: set[int] = set()

    def told(page: Page) -> None:
        if page.number in read:
            on_read(f"{entry.id}, page {page.number} proofed by OCR")
        elif page.number % _EVERY == 0:
            on_read(f"{entry.id}, page {page.number} of {entry.pages}")
        read.add(page.number)

    return told
