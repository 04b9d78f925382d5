"""What stands beside an answer: warnings left out, guidelines that disagree, older editions.

Brings what `omission` and `conflict` compare together from one turn's search; knows nothing of the
model. A line that is not shown counts as an answer only where it is nearly as like the question
as those that are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from agent.answer import Citation, Claim, Conflict, Verdict
from agent.conflict import conflicts, said_otherwise
from agent.evidence import Evidence, EvidenceLine
from agent.guardrails import run
from agent.omission import omitted
from agent.select import asserted, in_context
from retrieval.embed import Vectors
from retrieval.search import Hit, Index
from retrieval.thesaurus import spelled_out

# A line that is not shown must reach this share of the best shown line's likeness.
RIVAL = 0.85


@dataclass(frozen=True)
class Beside:
    """What a reader is told besides the claims; a verdict for each part that could not be made."""

    omitted: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    outdated: tuple[Conflict, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def beside(
    question: str,
    claims: Sequence[Claim],
    evidence: Evidence,
    hits: Sequence[Hit],
    older: Sequence[Hit],
    index: Index,
) -> Beside:
    """Find what stands beside these claims; a part that breaks is left out and its verdict fails.

    Args:
        question: What was searched for, made to stand alone.
        claims: The claims that are shown.
        evidence: The lines of this turn.
        hits: What was found in current editions.
        older: What was found in editions that are not current.
        index: The generation that was searched.
    """
    cited = dict.fromkeys(c.line for claim in claims for c in claim.citations)
    shown = [evidence.lines[i] for i in cited if i in evidence.lines]
    found = [*evidence.lines.values(), *_unread(evidence, hits)]
    others = [line for line in found if line.id not in cited]
    answers = _likeness(question, shown, index)
    told: dict[str, tuple[EvidenceLine, ...]] = {"omission": ()}
    cards: dict[str, tuple[Conflict, ...]] = {"conflict": (), "older edition": ()}

    def omission() -> str:
        told["omission"] = omitted(question, shown, found)
        return ""

    def conflict() -> str:
        cards["conflict"] = conflicts(question, shown, others, answers)
        return ""

    def tripwire() -> str:
        lines = _quotable(older)
        cards["older edition"] = said_otherwise(question, shown, lines, answers)
        return ""

    parts = (("omission", omission), ("conflict", conflict), ("older edition", tripwire))
    verdicts = tuple(run(name, part) for name, part in parts)
    return Beside(
        tuple(line.cite() for line in told["omission"]),
        cards["conflict"],
        cards["older edition"],
        verdicts,
    )


def _unread(evidence: Evidence, hits: Sequence[Hit]) -> list[EvidenceLine]:
    """Give the lines of what was found for which the evidence had no room."""
    had = {line.line.id for line in evidence.lines.values()}
    return [line for line in _quotable(hits) if line.line.id not in had]


def _quotable(hits: Sequence[Hit]) -> list[EvidenceLine]:
    """Give the quotable lines of passages, under no id: the model never saw them."""
    return [
        EvidenceLine("", line, hit.passage, hit.guideline)
        for hit in hits
        for line in hit.passage.lines
        if line.quotable
    ]


def _likeness(
    question: str, shown: Sequence[EvidenceLine], index: Index
) -> Callable[[EvidenceLine], bool]:
    """Give a judge of whether a line is as like the question as those shown; embeds on demand."""
    asked = asserted(question)
    embed = index.embedder.question

    @cache
    def target() -> Vectors:
        vector: Vectors = embed([spelled_out(asked)])[0]
        return vector

    @cache
    def score(line: EvidenceLine) -> float:
        text = in_context(line)
        return float(embed([text])[0] @ target()) + 0.5 * index.coverage(asked, text)

    def answers(line: EvidenceLine) -> bool:
        return score(line) >= RIVAL * max(map(score, shown))

    return answers
