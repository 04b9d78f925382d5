"""Cut pages into passages (the citable units) and lines (the quotable ones); pure.

A passage never crosses a section or a page. A line is a sentence, a list item or a table row;
an item carries its lead-in ("Do not give if:"), since it means nothing, or worse, without it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from guidelines.pages import Page, Quality
from guidelines.text import fold, is_cjk, quote, unreadable
from retrieval.layout import RECOMMENDATION, Block, blocks, body_size, furniture, number_of
from retrieval.sentences import sentence_spans

# Raised whenever the same PDF would be cut differently: a generation names it.
CHUNKING = 1
# MiniLM reads 256 tokens; 800 characters of clinical English with title and section fit.
PASSAGE_CHARS = 800
GAP = " … "

Span = tuple[int, int]


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
    """Tell a sentence or a filled row from a torn cell ("1, then 100 mg") or a lone label."""
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
    path = _Path()
    found: list[Passage] = []
    for index, (page, page_blocks) in enumerate(zip(pages, laid, strict=True)):
        after = next((b for rest in laid[index + 1 :] for b in rest), None)
        before = next((b for rest in reversed(laid[:index]) for b in reversed(rest)), None)
        broken_out = _breaks(page_blocks[-1] if page_blocks else None, after)
        broken_in = _breaks(before, page_blocks[0] if page_blocks else None)
        for section, group in _sections(page_blocks, path):
            for lines, start, end in _pack(page, group, sha256):
                whole = [_mark(line, group, page_blocks, broken_in, broken_out) for line in lines]
                found.append(_passage(page, guideline, sha256, section, whole, (start, end)))
    return [p for p in found if sum(c.isalpha() for c in p.text) >= 15 or _dense(p.text)]


def _dense(text: str) -> bool:
    return sum(is_cjk(c) for c in text) >= 8


class _Path:
    """The open headings, outermost first, each with its number, type size and text."""

    def __init__(self) -> None:
        self._open: list[tuple[str, float, str]] = []

    def close_boxes(self) -> None:
        """Close headings that are sentences ("Refer at once if ..."): they head a box, no section."""
        while self._open and not self._open[-1][0] and len(self._open[-1][2].split()) > 6:
            self._open.pop()

    def enter(self, block: Block) -> None:
        self.close_boxes()
        number = number_of(block.text)
        while self._open and not self._holds(self._open[-1], number, block.size):
            self._open.pop()
        self._open.append((number, block.size, block.text))

    @staticmethod
    def _holds(outer: tuple[str, float, str], number: str, size: float) -> bool:
        """Tell whether `outer` stays open: by number where both have one, else by type size."""
        if number and outer[0]:
            return number.startswith(outer[0] + ".")
        if outer[0]:
            return size <= outer[1] + 0.5
        return size < outer[1] - 0.2

    def sections(self) -> tuple[str, ...]:
        return tuple(text for _, _, text in self._open)


def _sections(
    page_blocks: Sequence[Block], path: _Path
) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    group: list[Block] = []
    for block in page_blocks:
        starts = block.kind == "heading" or RECOMMENDATION.match(block.text) is not None
        if starts and group:
            yield path.sections(), group
            group = []
        if block.kind == "heading":
            path.enter(block)
            continue
        if starts:
            path.close_boxes()
        group.append(block)
    if group:
        yield path.sections(), group


def _pack(page: Page, group: Sequence[Block], sha256: str) -> Iterator[tuple[list[Line], int, int]]:
    lines: list[Line] = []
    size, start, end = 0, 0, 0
    for block, lead in _leads(page.text, group):
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


def _leads(page_text: str, group: Sequence[Block]) -> Iterator[tuple[Block, tuple[Span, ...]]]:
    """Pair each block with what it means nothing without.

    That is an item's lead-in sentence and parent item, and a table row's bold header row.
    """
    intro: tuple[Span, ...] = ()
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
            if block.text.endswith((":", "：")):
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
