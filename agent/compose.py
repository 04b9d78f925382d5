"""From lines or sentences to checked claims; pure. Every path to the screen passes here."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent import guardrails
from agent.answer import Claim, Outcome, Repair, Verdict, Withheld
from agent.audience import fit
from agent.evidence import Evidence
from agent.prompts import Refused, marked_sentences, rewritten, says_none


@dataclass(frozen=True)
class Judged:
    """A sentence of the model's, the lines it names, and why it may not be shown, "" if it may."""

    claim: Claim
    ids: tuple[str, ...]
    why: str


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
            _, beside = fit(evidence.query, line.text, line.passage.section)
            claims.append(Claim(claim.text, claim.citations, verdicts, beside))
    return claims, withheld


def judged(text: str, ids: tuple[str, ...], evidence: Evidence, *, cut: bool = False) -> Judged:
    """Judge one sentence against the lines it names; `cut`: the reply broke off in it."""
    unknown = [i for i in ids if i not in evidence.lines]
    known = tuple(i for i in ids if i in evidence.lines)
    claim = Claim(text, tuple(evidence.lines[i].cite() for i in known))
    if cut:
        return Judged(claim, known, "breaks off here")
    verdicts = guardrails.check_claim(claim, evidence, "compose")
    why = _failed(verdicts)
    if unknown:
        why = f"cites {', '.join(unknown)}, which was not shown this turn"
    return Judged(Claim(text, claim.citations, verdicts), known, why)


def sentences(answer: str, evidence: Evidence, *, cut: bool = False) -> tuple[Judged, ...]:
    """Judge each written sentence against its own lines; of a reply that was cut not the last."""
    found = marked_sentences(answer)
    return tuple(
        judged(text, ids, evidence, cut=cut and at == len(found))
        for at, (text, ids) in enumerate(found, start=1)
    )


def refused(draft: Sequence[Judged], evidence: Evidence) -> tuple[Refused, ...]:
    """Give the sentences that failed, as the model is told of them."""
    return tuple(
        Refused(x.claim.text, x.why, tuple((i, evidence.lines[i].text) for i in x.ids))
        for x in draft
        if x.why
    )


def composed(
    draft: Sequence[Judged], again: str | None, evidence: Evidence
) -> tuple[list[Claim], list[Withheld], list[Repair]]:
    """Put an answer together of the sentences that passed and those that were written again.

    One that fails still is withheld with the reason, and the lines it cited, where they exist and
    may be quoted, stand in its place: the reader gets the page's own words instead.

    Args:
        draft: The sentences as first written.
        again: The model's reply to `prompts.repair`; None where it was not asked.
        evidence: What may be cited.
    """
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    repairs: list[Repair] = []
    second = rewritten(again or "", sum(1 for x in draft if x.why))
    number = 0
    for one in draft:
        if not one.why:
            claims.append(one.claim)
            continue
        number += 1
        said = second.get(number, "")
        retold = () if not said or says_none(said) else sentences(said, evidence)
        passed = bool(retold) and not any(x.why for x in retold)
        if passed:
            instead = [x.claim for x in retold]
        else:
            withheld.append(Withheld(one.claim.text, one.why))
            instead, unfit = quoted(one.ids, evidence)
            withheld += unfit
        if again is not None:
            outcome: Outcome = "rewritten" if passed else "quoted" if instead else "withheld"
            repairs.append(Repair(one.claim.text, one.why, outcome))
        shown = {c.text for c in claims}
        claims += [c for c in dict.fromkeys(instead) if c.text not in shown]
    return claims, withheld, repairs


def _failed(verdicts: Sequence[Verdict]) -> str:
    return "; ".join(f"{v.guard}: {v.why}" for v in verdicts if not v.passed)
