"""Passages (what can be found and cited) and their lines (what can be quoted); pure.

Knows what a passage is, not how a page is cut into some.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from guidelines.pages import Quality
from guidelines.text import is_cjk, quote
from retrieval.layout import Span
from retrieval.strength import Grade, badge

# Raised whenever the same PDF would be read, judged or cut differently: a generation names it.
CHUNKING = 5
GAP = " … "


@dataclass(frozen=True)
class Line:
    """What can be quoted: spans of one page's text, read in order and joined by GAP.

    `grade` is the strength and certainty that the publisher wrote for it, None where none is.
    """

    id: str
    spans: tuple[Span, ...]
    text: str
    suspect: bool
    whole: bool
    grade: Grade | None = None

    @property
    def quotable(self) -> bool:
        """Tell whether every character is sound and the sentence stands here whole."""
        return (
            self.whole
            and not self.suspect
            and not self.text.endswith((":", "："))
            and (len(self.spans) > 1 or _says_something(self.text))
        )


def _says_something(text: str) -> bool:
    """Tell a sentence or a filled row from a torn cell, a lone label or a lone grade."""
    if badge(text) is not None:
        return False
    return (
        (text.endswith((".", "!", "?", ")", "。", "！", "？")) and len(text.split()) > 2)
        or len(text.split()) >= 5
        or sum(is_cjk(c) for c in text) >= 8
    )


@dataclass(frozen=True)
class Passage:
    """What can be found: a run of lines of one section on one page."""

    id: str
    guideline: str
    sha256: str
    page: int
    label: str
    section: tuple[str, ...]
    text: str
    quality: Quality
    lines: tuple[Line, ...]
    # What OCR read over a page whose text layer lost characters: to be found by, never shown.
    ocr: str = ""


def search_text(passage: Passage, title: str) -> str:
    """Give the text a passage is found by: its guideline's title and headings, then its words."""
    words = f"{passage.text} {passage.ocr}".replace("\ufffd", " ").strip()
    return f"{title}. {' › '.join(passage.section[-3:])}. {words}"


def quote_spans(page_text: str, spans: Sequence[Span]) -> str:
    """Give the words of a line again from its page: provenance is this equality."""
    return GAP.join(quote(page_text, start, end) for start, end in spans)


def page_rows(passages: Sequence[Passage]) -> list[list[int]]:
    """Group the rows of passages by page, in order of first appearance."""
    rows: dict[tuple[str, int], list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault((passage.guideline, passage.page), []).append(row)
    return list(rows.values())
