"""Cut pages into passages (the citable units) and lines (the quotable ones); pure.

A passage never crosses a section or a page. A line is a sentence, a list item or a table row;
an item carries its lead-in ("Do not give if:"), since it means nothing, or worse, without it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from guidelines.pages import Page, Quality
from guidelines.text import fold, is_cjk, quote, unreadable
from retrieval.headings import Headings
from retrieval.layout import RECOMMENDATION, Block, blocks, body_size, furniture
from retrieval.sentences import sentence_spans

# Raised whenever the same PDF would be cut differently: a generation names it.
CHUNKING = 1
# MiniLM reads 256 tokens; 800 characters of clinical English with title and section fit.
PASSAGE_CHARS = 800
GAP = " … "

Span = tuple[int, int]
_GRADE = re.compile(
    r"(?:strong|weak|conditional)\b[^.]{0,80}\b(?:certainty|quality|evidence)\b[^.]{0,20}\.?"
    r"|[强弱]推荐[，,]\s*[极高中低]+质量证据[。]?",
    re.IGNORECASE,
)
_INTRO_CHARS = 160
_ENDED = (".", "!", "?", ")", "。", "！", "？", "）", ";", "；")


@dataclass(frozen=True)
class Line:
    """What can be quoted: spans of one page's text, read in order and joined by GAP."""

    id: str
    spans: tuple[Span, ...]
    text: str
    suspect: bool
    whole: bool

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
    if _GRADE.fullmatch(text):
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


def quote_spans(page_text: str, spans: Sequence[Span]) -> str:
    """Give the words of a line again from its page: provenance is this equality."""
    return GAP.join(quote(page_text, start, end) for start, end in spans)


def page_rows(passages: Sequence[Passage]) -> list[list[int]]:
    """Group the rows of passages by page, in order of first appearance."""
    rows: dict[tuple[str, int], list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault((passage.guideline, passage.page), []).append(row)
    return list(rows.values())


def cut(pages: Sequence[Page], guideline: str, sha256: str) -> list[Passage]:
    """Cut one document; same pages, same passages."""
    body, running = body_size(pages), furniture(pages)
    laid = [blocks(page, body, running) for page in pages]
    path = Headings()
    found: list[Passage] = []
    for index, (page, page_blocks) in enumerate(zip(pages, laid, strict=True)):
        after = next((b for rest in laid[index + 1 :] for b in rest), None)
        before = next((b for rest in reversed(laid[:index]) for b in reversed(rest)), None)
        broken_out = _breaks(page_blocks[-1] if page_blocks else None, after)
        broken_in = _breaks(before, page_blocks[0] if page_blocks else None)
        if page.quality == "lost":
            # It may have held the heading of what follows: better none than a wrong one.
            path = Headings()
        if page_blocks and _lost(pages, index + 1):
            broken_out = not page_blocks[-1].text.endswith(_ENDED)
        if page_blocks and _lost(pages, index - 1):
            broken_in = not page_blocks[0].text[:1].isupper()
        for section, box, group in _sections(page_blocks, path):
            for lines, start, end in _pack(page, box, group, sha256):
                whole = [_mark(line, group, page_blocks, broken_in, broken_out) for line in lines]
                found.append(_passage(page, guideline, sha256, section, whole, (start, end)))
    return [p for p in found if sum(c.isalpha() for c in p.text) >= 15 or _dense(p.text)]


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
) -> Iterator[tuple[list[Line], int, int]]:
    lines: list[Line] = []
    size, start, end = 0, 0, 0
    for block, lead in _leads(page.text, box, group):
        for line_start, line_end in _line_spans(page.text, block):
            text_size = line_end - line_start
            if lines and size + text_size > PASSAGE_CHARS:
                yield lines, start, end
                lines, size = [], 0
            if not lines:
                start = line_start
            lines.append(_line(page, sha256, (*lead, (line_start, line_end))))
            size, end = size + text_size, line_end
    if lines:
        yield lines, start, end


def _leads(
    page_text: str, box: Block | None, group: Sequence[Block]
) -> Iterator[tuple[Block, tuple[Span, ...]]]:
    """Pair each block with what it means nothing without.

    That is an item's lead-in sentence (or its box's heading) and parent item, and a table row's
    bold header row.
    """
    intro: tuple[Span, ...] = ((box.start, box.end),) if box else ()
    header: tuple[Span, ...] = ()
    parents: list[Block] = []
    previous = None
    for block in group:
        if block.kind == "row":
            if block.bold and previous != "row":
                yield block, ()
                header = ((block.start, block.end),)
            else:
                yield block, header
        elif block.kind == "item":
            while parents and parents[-1].left >= block.left - 4:
                parents.pop()
            yield block, intro + tuple((b.start, b.end) for b in parents[-1:])
            parents.append(block)
        else:
            yield block, ()
            parents, intro, header = [], (), ()
            # A list follows a colon, or a short line that does not end.
            open_end = len(block.text) < _INTRO_CHARS and not block.text.endswith(_ENDED)
            if open_end or block.text.endswith((":", "：")):
                intro = (list(_line_spans(page_text, block))[-1],)
        previous = block.kind


def _line_spans(page_text: str, block: Block) -> Iterator[Span]:
    if block.kind == "row":
        yield block.start, block.end
        return
    folded, at = fold(page_text[block.start : block.end])
    for start, end in sentence_spans(folded):
        yield block.start + at[start], block.start + at[end - 1] + 1


def _line(page: Page, sha256: str, spans: tuple[Span, ...]) -> Line:
    text = quote_spans(page.text, spans)
    suspect = any(unreadable(page.text[a:b]) for a, b in spans)
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
    line: Line, group: Sequence[Block], on_page: Sequence[Block], broken_in: bool, broken_out: bool
) -> Line:
    """Mark the page's first or last line as not whole where the sentence is cut by the page."""
    start, end = line.spans[-1]
    first, last = on_page[0], on_page[-1]
    cut_off = (broken_out and group[-1] is last and end == last.end) or (
        broken_in and group[0] is first and start == first.start
    )
    return Line(line.id, line.spans, line.text, line.suspect, not cut_off)


def _passage(
    page: Page, guideline: str, sha256: str, section: tuple[str, ...], lines: list[Line], span: Span
) -> Passage:
    text = quote(page.text, *span)
    quality: Quality = "suspect" if any(line.suspect for line in lines) else "text"
    for a, b in pairwise(lines):
        assert a.spans[-1][1] <= b.spans[-1][0], "lines overlap"
    identity = _hash(sha256, page.number, span, text)[:16]
    return Passage(
        identity, guideline, sha256, page.number, page.label, section, text, quality, tuple(lines)
    )


def _hash(sha256: str, page: int, spans: object, text: str) -> str:
    return hashlib.sha256(f"{sha256}|{page}|{spans}|{text}".encode()).hexdigest()
