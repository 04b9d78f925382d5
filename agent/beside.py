"""What stands beside an answer: warnings left out, guidelines that disagree, older editions; pure.

Brings what `omission` and `conflict` compare together from what one turn found; knows nothing of
the model. A line that is not shown counts as an answer only where it is nearly as like the
question as those that are; how like they are is given, since a receipt has no index.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.answer import Citation, Claim, Conflict, Verdict
from agent.conflict import conflicts, rivals, said_otherwise
from agent.evidence import Evidence, EvidenceLine
from agent.guardrails import run
from agent.omission import omitted
from agent.set_aside import Planted, beside_evidence
from retrieval.search import Hit

# A line that is not shown must reach this share of the best shown line's likeness.
RIVAL = 0.85


@dataclass(frozen=True)
class Beside:
    """What a reader is told besides the claims; a verdict for each part that could not be made."""

    omitted: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    outdated: tuple[Conflict, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Lines:
    """The lines of one turn: those shown, all found in current editions, and those of older ones.

    `others` are those found and not shown.
    """

    shown: tuple[EvidenceLine, ...]
    found: tuple[EvidenceLine, ...]
    others: tuple[EvidenceLine, ...]
    older: tuple[EvidenceLine, ...]


def lines_of(
    shown: Sequence[str],
    evidence: Evidence,
    hits: Sequence[Hit],
    older: Sequence[Hit],
    planted: Planted,
) -> Lines:
    """Part the lines of a turn.

    Args:
        shown: The ids of the lines that are shown.
        evidence: The lines of this turn.
        hits: What was found in current editions: also that for which the evidence had no room.
        older: What was found in editions that are not current.
        planted: Says why a text tries to instruct its reader: such a line is never shown.
    """
    known = evidence.lines
    cited = {i: known[i] for i in shown if i in known}
    had = {line.line.id for line in known.values()}
    unread = [line for line in _quotable(hits, planted) if line.line.id not in had]
    found = (*known.values(), *unread)
    return Lines(
        tuple(cited.values()),
        found,
        tuple(line for line in found if line.id not in cited),
        tuple(_quotable(older, planted)),
    )


def compared(question: str, lines: Lines) -> list[EvidenceLine]:
    """Give the lines whose likeness decides a card; none where nothing disagrees."""
    against: list[EvidenceLine] = []

    def look() -> str:
        against.extend(rivals(question, lines.shown, lines.others, lines.older))
        return ""

    # What breaks here breaks in `beside` too, which tells it.
    run("conflict", look)
    return [*lines.shown, *against] if against else []


def beside(question: str, lines: Lines, likeness: Mapping[str, float]) -> Beside:
    """Find what stands beside these lines; a part that breaks is left out and its verdict fails.

    Args:
        question: What was searched for, made to stand alone.
        lines: The lines of the turn.
        likeness: How like the question each line is that `compared` named, by the line's own id.
    """
    warnings: list[EvidenceLine] = []
    cards: dict[str, tuple[Conflict, ...]] = {"conflict": (), "older edition": ()}

    def answers(line: EvidenceLine) -> bool:
        best = max(likeness[x.line.id] for x in lines.shown)
        return likeness[line.line.id] >= RIVAL * best

    def omission() -> str:
        warnings.extend(omitted(question, lines.shown, lines.found))
        return ""

    def conflict() -> str:
        cards["conflict"] = conflicts(question, lines.shown, lines.others, answers)
        return ""

    def tripwire() -> str:
        cards["older edition"] = said_otherwise(question, lines.shown, lines.older, answers)
        return ""

    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("omission", omission),
        ("conflict", conflict),
        ("older edition", tripwire),
    )
    verdicts = tuple(run(name, part) for name, part in parts)
    return Beside(
        tuple(line.cite() for line in warnings),
        cards["conflict"],
        cards["older edition"],
        verdicts,
    )


def cited_lines(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Give the ids of the lines that claims cite, each once, in order."""
    return tuple(dict.fromkeys(c.line for claim in claims for c in claim.citations))


def _quotable(hits: Sequence[Hit], planted: Planted) -> list[EvidenceLine]:
    """Give the quotable lines of passages, under no id: the model never saw them."""
    return [
        EvidenceLine("", line, hit.passage, hit.guideline, line.text)
        for hit in hits
        for line in beside_evidence(hit.passage, planted)
    ]
