"""Every sample of a scored run in which something went wrong, and what; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals import gold, integrity, refusals, wording
from evals.cases import Case

_EACH: tuple[tuple[str, Callable[[Case], Sequence[bool]], bool], ...] = (
    ("a citation does not resolve", integrity.resolvable, True),
    ("a quote is not what its PDF says", integrity.provenance, True),
    ("a quotation is not verbatim", integrity.verbatim_folded, True),
    ("cites an edition that is not current", integrity.superseded, False),
    ("names the wrong guideline", integrity.wrong_guideline, False),
    ("a claim cites nothing", wording.covered, True),
    ("a number is not in the cited words", wording.numbers_match, True),
    ("points the other way than the cited words", wording.polarity_agrees, True),
)


@dataclass(frozen=True)
class Failure:
    """One sample and what went wrong with it, gravest first."""

    case: Case
    why: tuple[str, ...]


def failures(cases: Sequence[Case]) -> list[Failure]:
    """Give the samples in which something went wrong, in the benchmark's order."""
    return [Failure(case, why) for case in cases if (why := tuple(_reasons(case)))]


def _reasons(case: Case) -> list[str]:
    found = [told for told, holds, wanted in _EACH if any(h != wanted for h in holds(case))]
    if wording.channels_apart(case) is False:
        found.append("thinking stands in the answer")
    if wording.well_formed(case) is False:
        found.append("is neither an answer nor an abstention")
    if not case.answerable and case.answered:
        found.append("answered, and nothing here answers")
    if case.answerable and not case.answered:
        held = "stood" if refusals.in_evidence(case) else "did not stand"
        found.append(f"not answered; the gold {held} in its evidence")
    elif case.answerable and not gold.correct(case):
        right = "right page, other line" if gold.right_page(case) else "another page"
        held = "stood" if refusals.in_evidence(case) else "did not stand"
        found.append(f"{right}; the gold {held} in its evidence")
    return found
