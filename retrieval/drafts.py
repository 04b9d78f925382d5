"""Passages before they have a place: what was cut from a page, whatever its number and file; pure.

A page that another edition has too gives the same drafts there. Names are made here only.
"""

import hashlib
from dataclasses import dataclass, replace

from guidelines.pages import Quality
from retrieval.layout import Span
from retrieval.passages import Line, Passage
from retrieval.strength import Grade


@dataclass(frozen=True)
class DraftLine:
    """A line without a name; its grade's page counts from its own, which is 0."""

    spans: tuple[Span, ...]
    text: str
    suspect: bool
    whole: bool
    grade: Grade | None


@dataclass(frozen=True)
class Draft:
    """A passage without a name; `at` is where on the page it stands, as its name will say it."""

    section: tuple[str, ...]
    text: str
    quality: Quality
    at: str
    lines: tuple[DraftLine, ...]
    ocr: str = ""


@dataclass(frozen=True)
class Place:
    """The page that drafts stand on."""

    guideline: str
    sha256: str
    page: int
    label: str


def named(draft: Draft, place: Place) -> Passage:
    """Give the passage that a draft is in its place."""
    return Passage(
        _hash(place, draft.at, draft.text)[:16], place.guideline, place.sha256, place.page,
        place.label, draft.section, draft.text, draft.quality,
        tuple(_named(line, place) for line in draft.lines), draft.ocr,
    )  # fmt: skip


def _named(line: DraftLine, place: Place) -> Line:
    name = _hash(place, str(line.spans), line.text)[:12]
    grade = line.grade and moved(line.grade, place.page)
    return Line(name, line.spans, line.text, line.suspect, line.whole, grade)


def moved(grade: Grade, pages: int) -> Grade:
    """Give a grade so many pages further on."""
    return replace(grade, page=grade.page + pages)


def _hash(place: Place, at: str, text: str) -> str:
    return hashlib.sha256(f"{place.sha256}|{place.page}|{at}|{text}".encode()).hexdigest()
