"""What can be cited, as sources of a record, and the citation of one; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.answer import Answer, Citation, Claim
from evals.prose import Statement
from evals.records import Source
from guidelines.catalogue import Guideline
from retrieval.passages import Line, Passage
from retrieval.search import Hit

# Gives the words of (file sha256, page, spans) as they stand in the PDF now; "" where they cannot
# be read.
Extract = Callable[[str, int, Sequence[tuple[int, int]]], str]


def of_receipt(body: Mapping[str, Any], extract: Extract) -> tuple[Source, ...]:
    """Give the lines that a turn had for evidence, also where its model was never asked.

    Their words are extracted from the PDFs: a receipt holds spans alone.
    """
    editions = body["editions"]
    return tuple(
        Source(
            x["id"], x["line"], p["passage"], p["sha256"], p["page"],
            spans := tuple((a, b) for a, b in x["spans"]), extract(p["sha256"], p["page"], spans),
            p["place"], p["guideline"], editions[p["guideline"]]["status"], round(p["score"], 6),
        )
        for p in body["evidence"]
        for x in p["lines"]
    )  # fmt: skip


def of_lines(hits: Sequence[Hit]) -> tuple[Source, ...]:
    """Give the quotable lines of what a plain search found, "2.1" the first of the second hit."""
    return tuple(
        _source(f"{place}.{number}", line, hit.passage, hit, place)
        for place, hit in enumerate(hits, start=1)
        for number, line in enumerate((x for x in hit.passage.lines if x.quotable), start=1)
    )


def of_passages(hits: Sequence[Hit], extract: Extract) -> tuple[Source, ...]:
    """Give whole passages, "1" the first: what plain retrieval puts before a model.

    Pictures have no spans, so nothing of them can be cited and checked; they are left out.
    """
    found: list[Source] = []
    for hit in hits:
        p = hit.passage
        spans = tuple(dict.fromkeys(line.spans[-1] for line in p.lines))
        text = extract(p.sha256, p.page, spans) if spans else ""
        if text:
            number = len(found) + 1
            whole = Line(f"passage-{p.id}", spans, text, suspect=False, whole=True)
            found.append(_source(str(number), whole, p, hit, number))
    return tuple(found)


def cited(source: Source, edition: Guideline, section: tuple[str, ...] = ()) -> Citation:
    """Give the citation of a source."""
    return Citation(
        source.id, edition.id, edition.title, edition.publisher, edition.edition, edition.status,
        source.file_sha256, source.page, str(source.page), section, source.passage_id,
        source.line_id, source.spans, source.text,
    )  # fmt: skip


def claims_of(
    said: Sequence[Statement], sources: Sequence[Source], editions: Mapping[str, Guideline]
) -> tuple[Claim, ...]:
    """Give statements as claims; a number that names no source cites nothing."""
    by_number = {source.id: source for source in sources}
    return tuple(
        Claim(
            text,
            tuple(
                cited(s, editions[s.guideline])
                for n in numbers
                if (s := by_number.get(str(n))) is not None
            ),
        )
        for text, numbers in said
    )


def judged(answer: Answer, claims: Sequence[Claim], reason: str = "") -> Answer:
    """Give an answer that shows these claims, or abstains where there are none."""
    if claims:
        return replace(answer, claims=tuple(claims))
    return replace(answer, abstained=True, why="none", reason=reason)


def _source(id: str, line: Line, passage: Passage, hit: Hit, place: int) -> Source:
    return Source(
        id, line.id, passage.id, passage.sha256, passage.page, line.spans, line.text, place,
        hit.guideline.id, hit.guideline.status, round(hit.score, 6),
    )  # fmt: skip
