"""Cut pages into passages (the citable units) and lines (the quotable ones); pure.

A passage never crosses a section or a page. A line is a sentence, a list item or a table row;
an item carries its lead-in ("Do not give if:"), since it means nothing, or worse, without it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from guidelines.agreement import ocr_over
from guidelines.outline import Bookmark
from guidelines.pages import Page, Quality
from guidelines.text import is_cjk, quote, unreadable
from retrieval.columns import reading_order
from retrieval.furniture import body_rows, furniture
from retrieval.grading import Boxes
from retrieval.headings import Headings, marked
from retrieval.hyphens import rejoined, vocabulary
from retrieval.layout import RECOMMENDATION, Block, Span, blocks, body_size, joined
from retrieval.leads import ENDED, folded, leads, sentences, within
from retrieval.strength import Grade, badge, inline
from retrieval.tables import with_headings

# Raised whenever the same PDF would be read, judged or cut differently: a generation names it.
CHUNKING = 5
# MiniLM reads 256 tokens; 800 characters of clinical English with title and section fit.
PASSAGE_CHARS = 800
GAP = " … "
# Fewer letters than this are a page number or a torn cell, not a passage.
_WORDY = re.compile(r"(?:[^\W\d_][\W\d_]*){15}")


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


def cut(
    pages: Sequence[Page], guideline: str, sha256: str, outline: Sequence[Bookmark] = ()
) -> list[Passage]:
    """Cut one document; same pages and outline, same passages."""
    body, running = body_size(pages), furniture(pages)
    words = vocabulary(pages)
    named: dict[int, list[Bookmark]] = {}
    for bookmark in outline:
        named.setdefault(bookmark.page, []).append(bookmark)
    laid = [marked(_laid_out(page, body, running), named.get(page.number, ())) for page in pages]
    path, boxes = Headings(), Boxes()
    found: list[Passage] = []
    for index, (page, page_blocks) in enumerate(zip(pages, laid, strict=True)):
        after = next((b for rest in laid[index + 1 :] for b in rest), None)
        before = next((b for rest in reversed(laid[:index]) for b in reversed(rest)), None)
        broken_out = _breaks(page_blocks[-1] if page_blocks else None, after)
        broken_in = _breaks(before, page_blocks[0] if page_blocks else None)
        grades = boxes.bind(page_blocks)
        if page.quality == "lost":
            # It may have held the heading of what follows: better none than a wrong one.
            path = Headings()
        if page_blocks and _lost(pages, index + 1):
            broken_out = not page_blocks[-1].text.endswith(ENDED)
        if page_blocks and _lost(pages, index - 1):
            broken_in = not page_blocks[0].text[:1].isupper()
        if page.quality == "ocr":
            found += _pictured(page, guideline, sha256, path.sections())
            continue
        for section, box, group in _sections(page_blocks, path):
            for cuts in _pack(page, box, group, sha256):
                whole = [_mark(page, c, page_blocks, broken_in, broken_out, grades) for c in cuts]
                found.append(_passage(page, guideline, sha256, section, whole, words))
    return [p for p in found if _WORDY.search(p.text) or _dense(p.text)]


@dataclass(frozen=True)
class _Cut:
    """A line, the spans of its own words without its lead, and the block it stands in."""

    line: Line
    own: tuple[Span, ...]
    block: Block


def _laid_out(page: Page, body: float, running: set[str]) -> list[Block]:
    rows = reading_order(body_rows(page, running))
    return with_headings(page, blocks(page, rows, body), body)


def _lost(pages: Sequence[Page], index: int) -> bool:
    return 0 <= index < len(pages) and pages[index].quality == "lost"


def _dense(text: str) -> bool:
    return sum(is_cjk(c) for c in text) >= 8


def _sections(
    page_blocks: Sequence[Block], path: Headings
) -> Iterator[tuple[tuple[str, ...], Block | None, list[Block]]]:
    """Give each run of blocks with its headings, and the box heading right above it, if any."""
    group: list[Block] = []
    box: Block | None = None
    for block in page_blocks:
        if badge(block.text) is not None:
            continue
        heading = block.kind == "heading"
        starts = heading or RECOMMENDATION.match(block.text) is not None
        if starts and group:
            yield path.sections(), box, group
            group = []
        if heading:
            path.enter(block)
            box = block if path.in_box() else None
            continue
        if starts:
            path.close_boxes()
            box = None
        group.append(block)
    if group:
        yield path.sections(), box, group


def _pack(
    page: Page, box: Block | None, group: Sequence[Block], sha256: str
) -> Iterator[list[_Cut]]:
    """Fill passages with lines."""
    lines: list[_Cut] = []
    size = 0
    for block, lead in leads(page.text, box, group):
        for spans in sentences(page.text, block):
            text_size = sum(end - start for start, end in spans)
            if lines and size + text_size > PASSAGE_CHARS:
                yield lines
                lines, size = [], 0
            lines.append(_Cut(_line(page, sha256, (*lead, *spans)), spans, block))
            size += text_size
    if lines:
        yield lines


def _line(page: Page, sha256: str, spans: tuple[Span, ...]) -> Line:
    text = quote_spans(page.text, spans)
    suspect = page.quality in ("suspect", "ocr") or any(
        unreadable(page.text[a:b]) or any(a < y and x < b for x, y in page.suspect_spans)
        for a, b in spans
    )
    return Line(_hash(sha256, page.number, spans, text)[:12], spans, text, suspect, True)


def _breaks(last: Block | None, first: Block | None) -> bool:
    """Tell whether a sentence runs over the page end between two blocks."""
    if last is None or first is None or "heading" in (last.kind, first.kind):
        return False
    if last.text.endswith((".", "!", "?", ";", ":", "。", "！", "？", "；", "：")):
        return False
    prose = last.kind == first.kind == "text" and len(last.text) >= 20
    return first.text[:1].islower() or (prose and is_cjk(last.text[-1]) and is_cjk(first.text[0]))


def _mark(
    page: Page,
    cut_line: _Cut,
    on_page: Sequence[Block],
    broken_in: bool,
    broken_out: bool,
    grades: dict[int, Grade],
) -> _Cut:
    """Mark a line as not whole where the page cuts it or its table row lacks a part; grade it."""
    block, own, line = cut_line.block, cut_line.own, cut_line.line
    cut_off = (broken_out and block is on_page[-1] and own[-1][1] == block.end) or (
        broken_in and block is on_page[0] and own[0][0] == block.start
    )
    grade = _written(page, cut_line) or grades.get(block.start)
    whole = block.sound and not cut_off
    return _Cut(Line(line.id, line.spans, line.text, line.suspect, whole, grade), own, block)


def _written(page: Page, cut_line: _Cut) -> Grade | None:
    """Give the grade that stands in the line's own words."""
    found = inline(cut_line.line.text)
    if found is None:
        return None
    text, origin = folded(page.text, cut_line.own)
    found = inline(text)
    if found is None:
        return None
    strength, certainty, start, end = found
    spans = within(cut_line.own, origin[start], origin[end - 1] + 1)
    return Grade(strength, certainty, page.number, spans, text[start:end])


def _passage(
    page: Page,
    guideline: str,
    sha256: str,
    section: tuple[str, ...],
    cuts: Sequence[_Cut],
    words: frozenset[str],
) -> Passage:
    lines = tuple(c.line for c in cuts)
    spans = joined(page.text, (span for c in cuts for span in c.own))
    parts = (rejoined(page.text[start:end], words) for start, end in spans)
    text = " ".join(quote(part, 0, len(part)) for part in parts)
    quality: Quality = "suspect" if any(line.suspect for line in lines) else "text"
    for a, b in pairwise(sorted(spans)):
        assert a[1] <= b[0], "lines overlap"
    identity = _hash(sha256, page.number, spans, text)[:16]
    read = ""
    if page.ocr and quality == "suspect":
        read = " ".join(filter(None, (ocr_over(page, start, end) for start, end in spans)))
    return Passage(
        identity, guideline, sha256, page.number, page.label, section, text, quality, lines, read
    )


def _pictured(
    page: Page, guideline: str, sha256: str, section: tuple[str, ...]
) -> Iterator[Passage]:
    """Give a picture page's passages: what OCR read, to be found by. No line: never quoted."""
    for text in wrap(page.ocr_text, PASSAGE_CHARS, break_on_hyphens=False):
        identity = _hash(sha256, page.number, "picture", text)[:16]
        yield Passage(
            identity, guideline, sha256, page.number, page.label, section, text, "ocr", ()
        )


def _hash(sha256: str, page: int, spans: object, text: str) -> str:
    return hashlib.sha256(f"{sha256}|{page}|{spans}|{text}".encode()).hexdigest()
