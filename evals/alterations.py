"""What each kind of probe makes of what a search found; pure functions of hits."""

import random
from dataclasses import replace

from evals.altered import Alter
from evals.changes import Change
from evals.counterfactual import substituted
from retrieval.passages import Line, Passage
from retrieval.search import Hit

# How the id of a planted line begins; no line of a page has such a one.
PLANTED = "planted-"
# How far down a passage of another guideline is looked for.
DEEP = 60


def without(change: Change) -> Alter:
    """Take passages away; those that were found next come after."""
    gone = frozenset(change.passages)
    return lambda found, k: [h for h in found if h.passage.id not in gone][:k]


def shuffled(change: Change) -> Alter:
    """Put the passages found into an order drawn by the question's id.

    Their scores are set so far apart that nothing puts them in another order afterwards.
    """

    def alter(found: list[Hit], k: int) -> list[Hit]:
        kept = found[:k]
        random.Random(change.draw).shuffle(kept)
        return [replace(hit, score=float(len(kept) - at)) for at, hit in enumerate(kept)]

    return alter


def edited(change: Change) -> Alter:
    """Change words in every passage found; page, spans and vectors stay those of the real words."""

    def alter(found: list[Hit], k: int) -> list[Hit]:
        return [replace(hit, passage=_reworded(hit.passage, change)) for hit in found[:k]]

    return alter


def planted(change: Change) -> Alter:
    """Insert a line into a passage of another guideline, at a place drawn by the question's id.

    The passage is the best found whose file the answer did not cite. It takes the score of the
    one whose place it takes.
    """

    def alter(found: list[Hit], k: int) -> list[Hit]:
        kept = found[:k]
        if not kept or kept[0].guideline.status != "current":
            return kept
        host = next(
            (h for h in found if h.passage.sha256 not in change.files and h.passage.lines), None
        )
        if host is None:
            return kept
        kept = [h for h in kept if h.passage.id != host.passage.id]
        place = random.Random(change.draw).randrange(len(kept) + 1)
        score = kept[min(place, len(kept) - 1)].score if kept else host.score
        return [*kept[:place], replace(_planted(host, change), score=score), *kept[place:]]

    return alter


def reworded(change: Change, text: str) -> str:
    """Give a text as an edit has it: the line itself, or the old value wherever it stands."""
    if change.edit == "polarity":
        return text.replace(change.line, change.edited)
    return substituted(text, change.old, change.new)


def _reworded(passage: Passage, change: Change) -> Passage:
    return replace(
        passage,
        text=reworded(change, passage.text),
        ocr=reworded(change, passage.ocr),
        section=tuple(reworded(change, s) for s in passage.section),
        lines=tuple(replace(x, text=reworded(change, x.text)) for x in passage.lines),
    )


def _planted(host: Hit, change: Change) -> Hit:
    passage = host.passage
    line = Line(
        f"{PLANTED}{change.sample}", passage.lines[-1].spans, change.edited, suspect=False,
        whole=True,
    )  # fmt: skip
    text = f"{passage.text}\n{change.edited}"
    return replace(host, passage=replace(passage, text=text, lines=(*passage.lines, line)))
