"""What a block means nothing without: a list's lead-in, a box's heading, a table's headings; pure.

It gives spans of the page, not words: a line quotes its lead as the page prints it.
"""

from collections.abc import Iterator, Sequence

from guidelines.text import fold
from retrieval.layout import Block, Span
from retrieval.sentences import sentence_spans

_INTRO_CHARS = 160
ENDED = (".", "!", "?", ")", "。", "！", "？", "）", ";", "；")


def leads(
    page_text: str, box: Block | None, group: Sequence[Block]
) -> Iterator[tuple[Block, tuple[Span, ...]]]:
    """Pair each block with what it means nothing without.

    That is an item's lead-in sentence (or its box's heading) and parent item, and a table row's
    heading rows.
    """
    intro: tuple[Span, ...] = box.spans if box else ()
    parents: list[Block] = []
    for block in group:
        if block.kind == "row":
            yield block, block.header
        elif block.kind == "item":
            while parents and parents[-1].left >= block.left - 4:
                parents.pop()
            yield block, intro + (parents[-1].spans if parents else ())
            parents.append(block)
        else:
            yield block, ()
            parents, intro = [], ()
            # A list follows a colon, or a short line that does not end.
            open_end = len(block.text) < _INTRO_CHARS and not block.text.endswith(ENDED)
            if open_end or block.text.endswith((":", "：")):
                intro = list(sentences(page_text, block))[-1]


def sentences(page_text: str, block: Block) -> Iterator[tuple[Span, ...]]:
    """Give the spans of each sentence of a block; a table row is one."""
    if block.kind == "row":
        yield block.spans
        return
    found = sentence_spans(block.text)
    if len(found) < 2:
        yield block.spans
        return
    _, origin = folded(page_text, block.spans)
    for first, last in found:
        yield within(block.spans, origin[first], origin[last - 1] + 1)


def folded(page_text: str, spans: Sequence[Span]) -> tuple[str, list[int]]:
    """Fold spans into one reading text, with the page's index of each of its characters."""
    text = ""
    origin: list[int] = []
    for start, end in spans:
        words, at = fold(page_text[start:end])
        if text:
            text += " "
            origin.append(start)
        text += words
        origin += [start + i for i in at]
    return text, origin


def within(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Cut what lies from `start` to `end` out of spans in reading order."""
    first = next(i for i, (a, b) in enumerate(spans) if a <= start < b)
    last = next(i for i, (a, b) in enumerate(spans) if a < end <= b)
    if first == last:
        return ((start, end),)
    return ((start, spans[first][1]), *spans[first + 1 : last], (spans[last][0], end))
