"""What the librarian's page has to read from disk before it can draw: pages, faults, proposals."""

import threading
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from agent.library_preview import Reading
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.check import Fault, check
from guidelines.home import Home
from guidelines.pages import Quality
from guidelines.problem import Problem
from guidelines.rectangles import outlines
from guidelines.render import Picture, page_picture
from guidelines.succession import Proposal, orphans, proposals
from retrieval.passages import Passage
from retrieval.source import pages_and_passages

_PAGE_DPI = 110
_PROOF_DPI = 90


@dataclass(frozen=True)
class _Document:
    qualities: tuple[Quality, ...]
    labels: tuple[str, ...]
    passages: tuple[Passage, ...]


@lru_cache(maxsize=3)
def _document(path: Path, kept: Path, entry: Guideline) -> _Document:
    """Read and cut a whole file as a build would; kept, since one leafs through it.

    What OCR read at a build counts; looking at a page must not start an hour of OCR.
    """
    pages, passages = pages_and_passages(path, entry, kept, lambda _: None, ocr=False)
    return _Document(
        tuple(p.quality for p in pages), tuple(p.label for p in pages), tuple(passages)
    )


def reading(home: Home, entry: Guideline, number: int) -> Reading:
    """Read page `number` of an edition as the next build would.

    Raises:
        Problem: there is no such page, or the PDF cannot be opened.
    """
    path = catalogue.file_of(home, entry)
    document = _document(path, home.ocr, entry)
    if not 1 <= number <= len(document.qualities):
        raise Problem(
            f"page {number} of {entry.id}", f"it has {len(document.qualities)} pages", "go back"
        )
    passages = [p for p in document.passages if p.page == number]
    lines = [line.spans for passage in passages for line in passage.lines]
    return Reading(
        number,
        document.labels[number - 1],
        page_picture(path, number, dpi=_PAGE_DPI).png,
        document.qualities,
        passages,
        outlines(path, number, lines),
    )


@dataclass(frozen=True)
class Report:
    """The faults that are no proposals, and the proposals with the page that proves each."""

    faults: list[Fault]
    proposed: list[tuple[Proposal, Picture | None]]


class Checker:
    """Checks the library, and keeps the report until the catalogue or the day changes."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._seen: tuple[object, date] | None = None
        self._report = Report([], [])

    def known(self, today: date) -> Report | None:
        """Give the report where it is ready, without reading a page."""
        return self._report if self._seen == (self._stamp(), today) else None

    def report(self, today: date, again: bool = False) -> Report:
        """Check, unless nothing has changed since the last time."""
        with self._lock:
            stamp = self._stamp()
            if again or self._seen != (stamp, today):
                self._report = self._check(today)
                self._seen = (stamp, today)
            return self._report

    def begin(self, today: date) -> None:
        """Check in the background, so that the list can point at what was found."""
        threading.Thread(target=self.report, args=(today,), daemon=True).start()

    def _stamp(self) -> object:
        path = self._home.catalogue
        return path.stat().st_mtime_ns if path.exists() else None

    def _check(self, today: date) -> Report:
        entries = catalogue.load(self._home)
        found = check(self._home, list(entries.values()), today)
        best: dict[tuple[str, str], Proposal] = {}
        for proposal in proposals(self._home, entries, found):
            pair = proposal.old, proposal.new
            if pair not in best or (proposal.page and not best[pair].page):
                best[pair] = proposal
        rest = [f for f in found if "library supersede" not in f.mend]
        proposed = [(p, self._proof(entries, p)) for p in best.values()]
        return Report(rest + orphans(list(entries.values())), proposed)

    def _proof(self, entries: dict[str, Guideline], proposal: Proposal) -> Picture | None:
        if not proposal.page:
            return None
        path = catalogue.file_of(self._home, entries[proposal.new])
        return page_picture(path, proposal.page, [proposal.span], _PROOF_DPI)
