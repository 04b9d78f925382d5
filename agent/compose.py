"""From lines or sentences to checked claims; pure. Every path to the screen passes here."""

from collections.abc import Sequence

from agent import guardrails
from agent.answer import Claim, Verdict, Withheld
from agent.evidence import Evidence
from agent.prompts import marked_sentences


def quoted(ids: Sequence[str], evidence: Evidence) -> tuple[list[Claim], list[Withheld]]:
    """Make one verbatim claim a line; an id that does not exist this turn is withheld."""
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    for line_id in ids:
        line = evidence.lines.get(line_id)
        if line is None:
            withheld.append(Withheld(line_id, "names a line that was not shown this turn"))
            continue
        claim = Claim(line.text, (line.cite(),))
        verdicts = guardrails.check_claim(claim, evidence, "quote")
        if failed := _failed(verdicts):
            withheld.append(Withheld(claim.text, failed))
        else:
            claims.append(Claim(claim.text, claim.citations, verdicts))
    return claims, withheld


def composed(answer: str, evidence: Evidence) -> tuple[list[Claim], list[Withheld]]:
    """Check each written sentence against its own lines.

    One that fails is withheld with the reason, and the lines it cited, where they exist, are
    quoted in its place: the reader gets the page's own words instead.
    """
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    for text, ids in marked_sentences(answer):
        unknown = [i for i in ids if i not in evidence.lines]
        known = [i for i in ids if i in evidence.lines]
        claim = Claim(text, tuple(evidence.lines[i].cite() for i in known))
        verdicts = guardrails.check_claim(claim, evidence, "compose")
        failed = _failed(verdicts)
        if unknown:
            failed = f"cites {', '.join(unknown)}, which was not shown this turn"
        if not failed:
            claims.append(Claim(text, claim.citations, verdicts))
            continue
        withheld.append(Withheld(text, failed))
        instead, refused = quoted(known, evidence)
        claims += [c for c in instead if c.text not in {x.text for x in claims}]
        withheld += refused
    return claims, withheld


def _failed(verdicts: Sequence[Verdict]) -> str:
    return "; ".join(f"{v.guard}: {v.why}" for v in verdicts if not v.passed)
