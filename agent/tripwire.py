"""Stops what cites an edition that stopped being current while its answer was made; pure.

The search already leaves such editions out; this compares with the catalogue as it stands when
the answer is about to be shown. Knows nothing of how the catalogue is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from agent.answer import Answer, Citation, Claim, Conflict, Withheld
from guidelines.catalogue import Guideline


def fallen(found: Iterable[Guideline], now: Mapping[str, Guideline]) -> dict[str, str]:
    """Say of each edition that was found, and cannot be cited now, why; by its id.

    Args:
        found: Current editions, as they were when the search began.
        now: The catalogue as it stands.
    """
    return {edition.id: why for edition in found if (why := _why(edition, now.get(edition.id)))}


def _why(then: Guideline, now: Guideline | None) -> str:
    if now is None:
        return "its edition has left the library since the question was asked"
    if now.status != "current":
        return f"its edition is {now.status} since the question was asked"
    if now.sha256 != then.sha256:
        return "its edition has another file since the question was asked"
    return ""


def standing(
    claims: Sequence[Claim], gone: Mapping[str, str]
) -> tuple[list[Claim], list[Withheld]]:
    """Part the claims that can stand from those that cite what has fallen."""
    kept: list[Claim] = []
    withheld: list[Withheld] = []
    for claim in claims:
        why = next((gone[c.guideline] for c in claim.citations if c.guideline in gone), "")
        if why:
            withheld.append(Withheld(claim.text, f"status: {why}"))
        else:
            kept.append(claim)
    return kept, withheld


def without_fallen(answer: Answer, gone: Mapping[str, str]) -> Answer:
    """Take out of what stands beside the claims all that cites a fallen edition."""
    if not gone:
        return answer

    def stands(citation: Citation) -> bool:
        return citation.guideline not in gone

    def both(conflict: Conflict) -> bool:
        return all(stands(side.citation) for side in conflict.sides)

    return replace(
        answer,
        nearest=tuple(c for c in answer.nearest if stands(c)),
        omitted=tuple(c for c in answer.omitted if stands(c)),
        conflicts=tuple(c for c in answer.conflicts if both(c)),
        outdated=tuple(c for c in answer.outdated if stands(c.sides[0].citation)),
    )
