"""What stands beside an answer in plain words, for a terminal or a program; draws nothing."""

from collections.abc import Iterator

from agent.answer import Answer, Citation, Conflict, Side
from agent.card_words import CardWords, card_words
from agent.omission import kind


def pointers(answer: Answer, said: CardWords) -> list[str]:
    """Give the lines above an answer that say what stands below it; none where nothing does."""
    parts = [said.pointer_differ.format(what=what(c, said)) for c in answer.conflicts[:1]]
    if answer.omitted:
        parts.append(said.pointer_also.format(n=len(answer.omitted)))
    parts += [said.pointer_older.format(what=what(c, said)) for c in answer.outdated[:1]]
    return parts


def what(conflict: Conflict, said: CardWords) -> str:
    """Say in what two lines differ."""
    return said.join.join(said.differs.get(d, d) for d in conflict.differs)


def pointer_rows(answer: Answer) -> list[str]:
    """Give the lines above an answer, in English."""
    return pointers(answer, card_words("en"))


def card_rows(answer: Answer) -> Iterator[tuple[str, Citation | None]]:
    """Give what stands below the claims, row by row in English: a heading, or a line cited."""
    said = card_words("en")
    if answer.omitted:
        yield f"{said.also}. {said.also_note}", None
    for citation in answer.omitted:
        named = said.kinds.get(kind(citation.quote), "")
        yield f"{f'{named}: ' if named else ''}{citation.quote}", citation
    for conflict in answer.conflicts:
        yield f"{said.differ.format(what=what(conflict, said))}. {said.differ_note}", None
        yield from (_side(side, "") for side in conflict.sides)
    for conflict in answer.outdated:
        yield f"{said.older.format(what=what(conflict, said))}. {said.older_note}", None
        now, before = conflict.sides
        yield _side(now, said.now)
        yield _side(before, said.before)


def _side(side: Side, label: str) -> tuple[str, Citation]:
    cited = side.citation
    told = [x for x in (label, cited.publisher or cited.title) if x]
    return f"{', '.join(told)}: {cited.quote}", cited
