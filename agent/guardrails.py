"""The guards every claim and every answer pass before a reader sees them; pure.

Knows nothing of models. A guard returns why it refuses, or "" where it does not; one that breaks
blocks. Adding one is writing a small function and naming it in CLAIM_GUARDS or ANSWER_GUARDS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.answer import Citation, Claim, Mode, Verdict
from agent.audience import fit
from agent.crisis import crisis
from agent.evidence import Evidence
from agent.modality import shifts
from agent.number_lock import unbacked
from agent.overstated import overstates
from agent.polarity import flips
from agent.population import another
from agent.redflags import red_flags, refers
from agent.therapies import therapies, unnamed

# Between lines joined for comparison: no sentence, number or name runs across it.
_GAP = "\n\n"
# A sentence is judged as it streams, as part of the draft, and in the answer.
_RECENT = 256
_overstates = lru_cache(maxsize=_RECENT)(overstates)
_flips = lru_cache(maxsize=_RECENT)(flips)
_shifts = lru_cache(maxsize=_RECENT)(shifts)
_another = lru_cache(maxsize=_RECENT)(another)
_unbacked = lru_cache(maxsize=_RECENT)(unbacked)
_unnamed = lru_cache(maxsize=_RECENT)(unnamed)


@dataclass(frozen=True)
class Guard:
    """A guard on one claim. In quote mode only those that can fail on a page's own words run."""

    name: str
    why: Callable[[Claim, Evidence], str]
    modes: tuple[Mode, ...] = ("compose",)


def check_claim(claim: Claim, evidence: Evidence, mode: Mode) -> tuple[Verdict, ...]:
    """Run the guards of a mode on one claim, in the order of CLAIM_GUARDS.

    The claim may be shown only where every verdict passed. Verbatim words of a line cannot lack
    what the line has, so quote mode leaves the guards on wording out (a test proves it).
    """
    return tuple(
        run(guard.name, lambda guard=guard: guard.why(claim, evidence))  # type: ignore[misc]
        for guard in CLAIM_GUARDS
        if mode in guard.modes
    )


def check_answer(question: str, claims: Sequence[Claim]) -> tuple[Verdict, ...]:
    """Run the guards on the answer as a whole; one that fails is a notice to the reader."""
    return tuple(
        run(name, lambda why=why: why(question, claims))  # type: ignore[misc]
        for name, why in ANSWER_GUARDS
    )


def run(name: str, why: Callable[[], str]) -> Verdict:
    """Turn what a guard says, or how it breaks, into a verdict: a broken guard blocks.

    The text of an exception may hold a patient's words, so only its class is named.
    """
    try:
        reason = why()
        return Verdict(name, reason == "", reason)
    except Exception as fault:
        return Verdict(name, False, f"guard {name} failed: blocked ({type(fault).__name__})")


def _citation(claim: Claim, evidence: Evidence) -> str:
    """Refuse a claim with no citation, or one that is not exactly a line of this turn."""
    if not claim.text.strip():
        return "says nothing"
    if not claim.citations:
        return "cites no line"
    return next((why for c in claim.citations if (why := _unresolved(c, evidence))), "")


def _unresolved(citation: Citation, evidence: Evidence) -> str:
    line = evidence.lines.get(citation.line)
    if line is None:
        return f"cites {citation.line}, which is no line of this turn's evidence"
    real = line.cite()
    for part in ("line_id", "page", "quote", "spans", "passage_id", "file_sha256", "guideline"):
        if getattr(citation, part) != getattr(real, part):
            return f"cites {citation.line} with another {part.replace('_', ' ')}"
    return ""


def _verbatim(claim: Claim, evidence: Evidence) -> str:
    """Refuse words that are not, character for character, the one line cited."""
    texts = [line.text for c in claim.citations if (line := evidence.lines.get(c.line))]
    return "" if texts == [claim.text] else "is not the cited line, word for word"


def _quantity(claim: Claim, evidence: Evidence) -> str:
    """Refuse a number, unit, interval, comparator or route that the cited lines do not carry."""
    return _unbacked(claim.text, _cited(claim, evidence), evidence.query)


def _absolutist(claim: Claim, evidence: Evidence) -> str:
    """Refuse "always", "no risk" and their like where the cited lines do not say the same."""
    return _overstates(claim.text, _lines(claim, evidence))


def _polarity(claim: Claim, evidence: Evidence) -> str:
    """Refuse "give" for "do not give", "stop" for "go on", and a condition that was dropped."""
    return _flips(claim.text, _lines(claim, evidence))


def _strength(claim: Claim, evidence: Evidence) -> str:
    """Refuse "must" for "may", "recommended" for "consider", and the other way round."""
    return _shifts(claim.text, _lines(claim, evidence))


def _population(claim: Claim, evidence: Evidence) -> str:
    """Refuse what its lines say of others: of adults for a child, outside pregnancy in it."""
    headings = tuple(h for c in claim.citations for h in c.section)
    return _another(evidence.query, claim.text, _lines(claim, evidence), headings)


def _audience(claim: Claim, evidence: Evidence) -> str:
    """Refuse a line that answers for another patient only: for adults, of a child of 6."""
    headings = tuple(h for c in claim.citations for h in c.section)
    how, why = fit(evidence.query, claim.text, headings)
    return why if how == "another" else ""


def _therapy(claim: Claim, evidence: Evidence) -> str:
    """Refuse a drug, class, vaccine, procedure or remedy that the cited lines do not name."""
    added = _unnamed(claim.text, _cited(claim, evidence))
    return f"{', '.join(sorted(added))} is not named in the cited line" if added else ""


def _status(claim: Claim, evidence: Evidence) -> str:
    """Refuse a line of an edition that is superseded or retired, by citation or by catalogue."""
    for c in claim.citations:
        line = evidence.lines.get(c.line)
        for status in (c.status, line.guideline.status if line else c.status):
            if status != "current":
                return f"cites an edition that is {status}"
    return ""


def _referral(question: str, claims: Sequence[Claim]) -> str:
    """Object to an emergency, asked about or described, where no claim sends the patient on."""
    return unreferred(question, [c.text for c in claims])


def unreferred(question: str, texts: Sequence[str]) -> str:
    """Say which emergency a question or an answer's texts tell of while no text refers, or ""."""
    flags = [flag for text in (question, *texts) for flag in red_flags(text)]
    flags = list(dict.fromkeys(flags or crisis(question)))
    if not flags or any(refers(text) for text in texts):
        return ""
    return f"possible emergency ({', '.join(flags)}) and no line says to refer or call for help"


def therapies_named(claims: Sequence[Claim]) -> frozenset[str]:
    """Give the therapies that claims name, or the headings they stand under.

    A dose table's rows name no drug, its heading does.
    """
    headings = (h for c in claims for cited in c.citations for h in cited.section)
    return therapies(" \n".join([*(c.text for c in claims), *headings]))


def _therapy_asked(question: str, claims: Sequence[Claim]) -> str:
    """Object where the question asks about a therapy that no claim nor its heading names."""
    named = therapies_named(claims)
    left = sorted(therapies(question) - named)
    return f"no line shown names {', '.join(left)}" if left else ""


def _lines(claim: Claim, evidence: Evidence) -> tuple[str, ...]:
    known = (evidence.lines.get(c.line) for c in claim.citations)
    return tuple(line.text for line in known if line)


def _cited(claim: Claim, evidence: Evidence) -> str:
    """Join the words of the cited lines as the evidence has them; unknown lines add nothing."""
    known = (evidence.lines.get(c.line) for c in claim.citations)
    return _GAP.join(line.text for line in known if line)


CLAIM_GUARDS: tuple[Guard, ...] = (
    Guard("citation", _citation, ("quote", "compose")),
    Guard("verbatim", _verbatim, ("quote",)),
    Guard("status", _status, ("quote", "compose")),
    Guard("audience", _audience, ("quote",)),
    Guard("quantity", _quantity),
    Guard("therapy", _therapy),
    Guard("absolutist", _absolutist),
    Guard("polarity", _polarity),
    Guard("strength", _strength),
    Guard("population", _population),
)
ANSWER_GUARDS: tuple[tuple[str, Callable[[str, Sequence[Claim]], str]], ...] = (
    ("referral", _referral),
    ("therapy asked", _therapy_asked),
)
