"""Draws how strong a recommendation is, where the guideline states it; pure HTML.

Nothing is inferred: without the publisher's own words in the line there is no badge.
"""

from html import escape

from agent.answer import Citation
from agent.card_words import card_words
from agent.evidence import Evidence
from agent.page_ref import PageRef
from agent.page_words_zh import page_words as said_in
from agent.words import Words
from retrieval.strength import Grade


def grades_html(citations: tuple[Citation, ...], evidence: Evidence | None, words: Words) -> str:
    """Draw the grades of a claim's lines, each once; "" where the guideline states none."""
    found = {}
    for cited in citations:
        line = evidence.lines.get(cited.line) if evidence else None
        # The number may have come from another turn's evidence; the line itself decides.
        if line is None or line.line.id != cited.line_id or line.line.grade is None:
            continue
        grade = line.line.grade
        if (grade.strength or grade.certainty) and _within(grade, cited):
            found[cited.file_sha256, grade.page, grade.spans] = grade
    drawn = (_grade(sha256, grade, words) for (sha256, _, _), grade in found.items())
    inner = "".join(drawn)
    return f'<p class="grades">{inner}</p>' if inner else ""


def _within(grade: Grade, cited: Citation) -> bool:
    """Tell whether a grade stands in the quoted line itself.

    One that stands in a box of its own is bound by layout, and publishers print it above or below
    what it grades: on the page it would be shown as proved when it may be the neighbour's.
    """
    return grade.page == cited.page and all(
        any(a <= start and end <= b for a, b in cited.spans) for start, end in grade.spans
    )


def _grade(sha256: str, grade: Grade, words: Words) -> str:
    """Draw one: a button, so that the keyboard finds the words and the page too."""
    said, own = card_words(words.code), said_in(words.code)
    parts = []
    if grade.strength:
        parts.append(said.strength.format(strength=grade.strength))
    if grade.certainty:
        parts.append(said.certainty.format(certainty=grade.certainty))
    label = f"{own.grade}: {' · '.join(parts)}. {own.grade_words}: {grade.text}"
    ref = PageRef(sha256, grade.page, grade.spans)
    return (
        f'<button type="button" class="grade" data-ref="{ref}" '
        f'aria-label="{escape(label)}">{escape(" · ".join(parts))}'
        f'<span class="grade-words" role="tooltip">{escape(own.grade_words)}: '
        f"<q>{escape(grade.text)}</q></span></button>"
    )
