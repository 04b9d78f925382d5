"""One page to drafts of passages, given what stands open when it begins; pure.

A passage never crosses a section or a page. A line is a sentence, a list item or a table row;
an item carries its lead-in ("Do not give if:"), since it means nothing, or worse, without it.
"""

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
from retrieval.drafts import Draft, DraftLine, moved
from retrieval.furniture import body_rows
from retrieval.grading import Boxes, Side
from retrieval.headings import Headings, Open, marked
from retrieval.hyphens import Words
from retrieval.layout import RECOMMENDATION, Block, Span, blocks, joined
from retrieval.leads import ENDED, folded, leads, sentences, within
from retrieval.passages import quote_spans
from retrieval.strength import Grade, badge, inline
from retrieval.tables import with_headings

# MiniLM reads 256 tokens; 800 characters of clinical English with title and section fit.
PASSAGE_CHARS = 800
# Fewer letters than this are a page number or a torn cell, not a passage.
_WORDY = re.compile(r"(?:[^\W\d_][\W\d_]*){15}")


@dataclass(frozen=True)
class Standing:
    """What stands open between two pages: headings, and a grade whose page counts from the last.

    `side` is where the badges so far have what they grade.
    """

    headings: tuple[Open, ...] = ()
    grade: Grade | None = None
    side: Side = "unknown"


@dataclass(frozen=True)
class Beside:
    """What the pages around say of a page's ends: a torn sentence, a page that is lost."""

    broken_in: bool = False
    broken_out: bool = False
    lost_before: bool = False
    lost_after: bool = False


def laid_out(
    page: Page, body: float, running: frozenset[str], bookmarks: Sequence[Bookmark]
) -> list[Block]:
    """Give a page's blocks in reading order, without its running rows."""
    rows = reading_order(body_rows(page, running))
    return marked(with_headings(page, blocks(page, rows, body), body), bookmarks)


def cut_page(
    page: Page, page_blocks: Sequence[Block], standing: Standing, beside: Beside, words: Words
) -> tuple[list[Draft], Standing]:
    """Cut one page; gives its drafts and what stands open at its end."""
    # It may have held the heading of what follows: better none than a wrong one.
    path = Headings(() if page.quality == "lost" else standing.headings)
    boxes = Boxes(standing.grade and moved(standing.grade, page.number), standing.side)
    grades = boxes.bind(page_blocks)
    found: list[Draft] = []
    if page.quality == "ocr":
        found += _pictured(page, path.sections())
    else:
        ends = _ends(page_blocks, beside)
        for section, box, group in _sections(page_blocks, path):
            for cuts in _pack(page, box, group):
                lines = [_mark(page, c, page_blocks, *ends, grades) for c in cuts]
                found.append(_draft(page, section, lines, words))
    open_grade = boxes.carried()
    # Counted from the next page, which is 0 there.
    after = Standing(
        path.standing(), open_grade and moved(open_grade, -page.number - 1), boxes.side
    )
    return [d for d in found if _WORDY.search(d.text) or _dense(d.text)], after


def _ends(page_blocks: Sequence[Block], beside: Beside) -> tuple[bool, bool]:
    """Tell whether a page's first and its last sentence are torn."""
    broken_in, broken_out = beside.broken_in, beside.broken_out
    if page_blocks and beside.lost_after:
        broken_out = not page_blocks[-1].text.endswith(ENDED)
    if page_blocks and beside.lost_before:
        broken_in = not page_blocks[0].text[:1].isupper()
    return broken_in, broken_out


@dataclass(frozen=True)
class _Cut:
    """A line, the spans of its own words without its lead, and the block it stands in."""

    line: DraftLine
    own: tuple[Span, ...]
    block: Block


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


def _pack(page: Page, box: Block | None, group: Sequence[Block]) -> Iterator[list[_Cut]]:
    """Fill passages with lines."""
    lines: list[_Cut] = []
    size = 0
    for block, lead in leads(page.text, box, group):
        for spans in sentences(page.text, block):
            text_size = sum(end - start for start, end in spans)
            if lines and size + text_size > PASSAGE_CHARS:
                yield lines
                lines, size = [], 0
            lines.append(_Cut(_line(page, (*lead, *spans)), spans, block))
            size += text_size
    if lines:
        yield lines


def _line(page: Page, spans: tuple[Span, ...]) -> DraftLine:
    text = quote_spans(page.text, spans)
    suspect = page.quality in ("suspect", "ocr") or any(
        unreadable(page.text[a:b]) or any(a < y and x < b for x, y in page.suspect_spans)
        for a, b in spans
    )
    return DraftLine(spans, text, suspect, True, None)


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
    grade = grade and moved(grade, -page.number)
    return _Cut(DraftLine(line.spans, line.text, line.suspect, whole, grade), own, block)


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


def _draft(page: Page, section: tuple[str, ...], cuts: Sequence[_Cut], words: Words) -> Draft:
    lines = tuple(c.line for c in cuts)
    spans = joined(page.text, (span for c in cuts for span in c.own))
    parts = (words.rejoined(page.text[start:end]) for start, end in spans)
    text = " ".join(quote(part, 0, len(part)) for part in parts)
    quality: Quality = "suspect" if any(line.suspect for line in lines) else "text"
    for a, b in pairwise(sorted(spans)):
        assert a[1] <= b[0], "lines overlap"
    read = ""
    if page.ocr and quality == "suspect":
        read = " ".join(filter(None, (ocr_over(page, start, end) for start, end in spans)))
    return Draft(section, text, quality, str(spans), lines, read)


def _pictured(page: Page, section: tuple[str, ...]) -> Iterator[Draft]:
    """Give a picture page's drafts: what OCR read, to be found by. No line: never quoted."""
    for text in wrap(page.ocr_text, PASSAGE_CHARS, break_on_hyphens=False):
        yield Draft(section, text, "ocr", "picture", ())
