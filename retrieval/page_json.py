"""How a page was cut, as JSON and back, to the last bit; knows no file and no key."""

from typing import Any

from retrieval.cutting import End, Memory
from retrieval.drafts import Draft, DraftLine
from retrieval.facts import Facts
from retrieval.furniture import Edge
from retrieval.headings import Open
from retrieval.page_cut import Standing
from retrieval.strength import Grade


def to_fields(memory: Memory) -> list[Any]:
    """Give a memory as lists, for JSON."""
    facts, ends = memory.facts, memory.ends
    return [
        [
            facts.height,
            facts.sizes,
            [_values(edge) for edge in facts.edges],
            " ".join(sorted(facts.words)),
            facts.parted,
            facts.lost,
        ],
        memory.laid,
        ends and [_values(end) for end in ends],
        memory.cut,
        memory.joined,
        [
            [d.section, d.text, d.quality, d.at, [_line(x) for x in d.lines], d.ocr]
            for d in memory.drafts
        ],
        [
            [_values(x) for x in memory.after.headings],
            _grade(memory.after.grade),
            memory.after.side,
        ],
    ]


def _values(of: object) -> list[Any]:
    return list(vars(of).values())


def _line(line: DraftLine) -> list[Any]:
    return [line.spans, line.text, line.suspect, line.whole, _grade(line.grade)]


def _grade(grade: Grade | None) -> list[Any] | None:
    return None if grade is None else _values(grade)


def of_fields(fields: list[Any]) -> Memory:
    """Make the memory again that `to_fields` was given."""
    (height, sizes, edges, words, parted, lost), laid, ends, cut, joined, drafts, after = fields
    headings, grade, side = after
    return Memory(
        Facts(
            height,
            tuple((size, count) for size, count in sizes),
            tuple(Edge(*edge) for edge in edges),
            frozenset(words.split()),
            parted,
            lost,
        ),
        laid,
        (End(*ends[0]), End(*ends[1])) if ends else None,
        cut,
        tuple((first, second, one) for first, second, one in joined),
        tuple(
            Draft(tuple(section), text, quality, at, tuple(_of_line(x) for x in lines), ocr)
            for section, text, quality, at, lines, ocr in drafts
        ),
        Standing(tuple(Open(*x) for x in headings), _of_grade(grade), side),
    )


def _of_line(fields: list[Any]) -> DraftLine:
    spans, text, suspect, whole, grade = fields
    return DraftLine(_spans(spans), text, suspect, whole, _of_grade(grade))


def _of_grade(fields: list[Any] | None) -> Grade | None:
    if fields is None:
        return None
    strength, certainty, page, spans, text = fields
    return Grade(strength, certainty, page, _spans(spans), text)


def _spans(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)
