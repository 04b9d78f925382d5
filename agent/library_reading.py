"""One page of an edition as the next build would read it: its passages, its picture, its doubts."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from agent.library_errand import Errand, Pending
from agent.library_preview import Reading
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.drawing import drawn
from guidelines.home import Home
from guidelines.pages import Page, Quality
from guidelines.problem import Problem
from guidelines.text import unreadable
from retrieval.passages import Line, Passage
from retrieval.source import pages_and_passages

_PAGE_DPI = 110
# Pages kept as they were drawn: those that a few tabs look at.
_LEAVES = 8


@dataclass(frozen=True)
class _Document:
    """`reasons` says for each page why its text is doubted; `hurt` names lines that lost some."""

    qualities: tuple[Quality, ...]
    labels: tuple[str, ...]
    reasons: tuple[tuple[str, ...], ...]
    passages: tuple[Passage, ...]
    hurt: frozenset[str]


@lru_cache(maxsize=3)
def _document(path: Path, kept: Path, entry: Guideline, proofs: int) -> _Document:
    """Read and cut a whole file as a build would; kept, since one leafs through it.

    `proofs` counts the pages that OCR has read: with more of them it is read again.
    """
    pages, passages = pages_and_passages(path, entry, kept, lambda _: None, ocr=False)
    by_number = {page.number: page for page in pages}
    lines = ((by_number[p.page], line) for p in passages for line in p.lines)
    return _Document(
        tuple(p.quality for p in pages),
        tuple(p.label for p in pages),
        tuple(p.reasons or ((p.why,) if p.why else ()) for p in pages),
        tuple(passages),
        frozenset(line.id for page, line in lines if _hurt(page, line)),
    )


def _hurt(page: Page, line: Line) -> bool:
    """Tell whether the line itself lost characters, whatever the rest of its page did."""
    return any(
        unreadable(page.text[a:b]) or any(a < y and x < b for x, y in page.suspect_spans)
        for a, b in line.spans
    )


class Leaf:
    """Opens pages in the background: the first of a file waits until all of it has been read."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._errands: dict[object, Errand[Reading]] = {}

    def ask(self, entry: Guideline, number: int, patience: float) -> Reading | Pending:
        """Give a page, or since when its file is being read, after `patience` seconds.

        Raises:
            Problem: there is no such page, or the PDF cannot be opened.
        """
        key = entry, number, _proofs(self._home, entry)
        if key not in self._errands:
            while len(self._errands) >= _LEAVES:
                self._errands.pop(next(iter(self._errands)), None)
            self._errands[key] = Errand(lambda _: reading(self._home, entry, number))
        return self._errands[key].ask(key, patience)


def _proofs(home: Home, entry: Guideline) -> int:
    read = home.ocr / entry.sha256
    return sum(1 for _ in read.iterdir()) if read.is_dir() else 0


def reading(home: Home, entry: Guideline, number: int) -> Reading:
    """Read page `number` of an edition as the next build would.

    Raises:
        Problem: there is no such page, or the PDF cannot be opened.
    """
    path = catalogue.file_of(home, entry)
    document = _document(path, home.ocr, entry, _proofs(home, entry))
    if not 1 <= number <= len(document.qualities):
        raise Problem(
            f"page {number} of {entry.id}", f"it has {len(document.qualities)} pages", "go back"
        )
    passages = [p for p in document.passages if p.page == number]
    lines = [line for passage in passages for line in passage.lines]
    picture = drawn(path, number, _PAGE_DPI, lines=[line.spans for line in lines])
    return Reading(
        number,
        document.labels[number - 1],
        picture,
        document.qualities,
        document.reasons[number - 1],
        passages,
        frozenset(line.id for line in lines) & document.hurt,
    )
