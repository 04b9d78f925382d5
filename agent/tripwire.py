"""Stops what cites an edition that stopped being current while its answer was made; pure.

The search already leaves such editions out; this compares with the catalogue as it stands when
the answer is about to be shown. Knows nothing of how the catalogue is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.answer import Answer, Citation, Claim, Conflict, Withheld
from guidelines.catalogue import Guideline


def fallen(citation: Citation, entries: Mapping[str, Guideline]) -> str:
    """Say why a citation cannot stand now, "" where it can."""
    entry = entries.get(citation.guideline)
    if entry is None:
        return "its edition has left the library since the question was asked"
    if entry.status != "current":
        return f"its edition is {entry.status} since the question was asked"
    if entry.sha256 != citation.file_sha256:
        return "its edition has another file since the question was asked"
    return ""


def standing(
    claims: Sequence[Claim], entries: Mapping[str, Guideline]
) -> tuple[list[Claim], list[Withheld]]:
    """Part the claims that can stand from those that cite what has fallen."""
    kept: list[Claim] = []
    withheld: list[Withheld] = []
    for claim in claims:
        why = next((w for c in claim.citations if (w := fallen(c, entries))), "")
        if why:
            withheld.append(Withheld(claim.text, f"status: {why}"))
        else:
            kept.append(claim)
    return kept, withheld


def without_fallen(answer: Answer, entries: Mapping[str, Guideline]) -> Answer:
    """Take out of what stands beside the claims all that cites a fallen edition."""

    def stands(citation: Citation) -> bool:
        return not fallen(citation, entries)

    def both(conflict: Conflict) -> bool:
        return all(stands(side.citation) for side in conflict.sides)

    return replace(
        answer,
        nearest=tuple(c for c in answer.nearest if stands(c)),
        omitted=tuple(c for c in answer.omitted if stands(c)),
        conflicts=tuple(c for c in answer.conflicts if both(c)),
        outdated=tuple(c for c in answer.outdated if stands(c.sides[0].citation)),
    )
