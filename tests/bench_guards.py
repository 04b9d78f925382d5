"""How often each guard blocks what it must and lets pass what it must: over tests/cases.

    python -m tests.bench_guards

Cases were written without sight of the guards. "dev" rows were in view when the guards were made.
"held" rows were not, but their rates were known when the guards were made anew; "fresh" rows are by
other writers, who saw neither guards nor other cases, and only theirs say what to expect.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from agent.crisis import crisis
from agent.guardrails import unreferred
from agent.harm import harmful
from agent.injection import instructs, planted
from agent.leak import leaks
from agent.modality import shifts
from agent.number_lock import unbacked
from agent.overstated import overstates
from agent.polarity import flips
from agent.population import another
from agent.question_guards import refusal
from agent.redact import redact
from agent.scope import out_of_scope
from agent.therapies import unnamed
from evals.intervals import Rate
from retrieval.thesaurus import concepts
from tests.guard_cases import CASES, lines

Case = Mapping[str, Any]
# As `agent.guardrails` joins the lines of a claim.
_GAP = "\n\n"


def _redacted(case: Case) -> bool:
    """Tell whether all that must be hidden is, or, where nothing must, whether anything was."""
    text = redact(case["text"]).text
    if case["expect"] == "pass":
        return bool(text != case["text"])
    return all(text.count(h) < case["text"].count(h) for h in case["hidden"])


def _claim(guard: Callable[[str, list[str]], object]) -> Callable[[Case], bool]:
    return lambda case: bool(guard(case["claim"], case["lines"]))


def _every_claim_guard(case: Case) -> bool:
    """Run what a composed sentence passes, as the product does."""
    question, claim, cited = case.get("question", ""), case["claim"], case["lines"]
    return bool(
        unbacked(claim, _GAP.join(cited), question)
        or unnamed(claim, _GAP.join(cited))
        or overstates(claim, cited)
        or flips(claim, cited)
        or shifts(claim, cited)
        or another(question, claim, cited, ())
    )


GUARDS: dict[str, Callable[[Case], bool]] = {
    "harm": lambda c: bool(harmful(c["text"])),
    "scope": lambda c: bool(out_of_scope(c["text"], lambda w: bool(concepts(w)[0]))),
    "crisis": lambda c: bool(crisis(c["text"])),
    "injection_question": lambda c: bool(instructs(c["text"])),
    "injection_passage": lambda c: bool(planted(c["text"])),
    "alarming": lambda c: refusal(c["text"]) is not None,
    "identifiers": _redacted,
    "thinking_leak": lambda c: bool(leaks(c["thinking"], c["answer"])),
    "number": lambda c: bool(unbacked(c["claim"], _GAP.join(c["lines"]), c.get("question", ""))),
    "polarity": _claim(flips),
    "strength": _claim(shifts),
    "population": lambda c: bool(another(c.get("question", ""), c["claim"], c["lines"], ())),
    "absolutist": _claim(overstates),
    "therapy": lambda c: bool(unnamed(c["claim"], _GAP.join(c["lines"]))),
    "referral": lambda c: bool(unreferred(c["question"], c["claims"])),
}
CLAIMS = ("number", "polarity", "strength", "population", "absolutist", "therapy")


def main() -> None:
    """Print a row a guard and half, then all claim guards together on each of their files."""
    for name, guard in GUARDS.items():
        _row(name, name, guard)
    for name in CLAIMS:
        _row(f"{name}, all claim guards", name, _every_claim_guard)


def _row(label: str, name: str, guard: Callable[[Case], bool]) -> None:
    cases = lines(CASES / f"{name}.jsonl")
    for split in ("dev", "held", "fresh", "last"):
        told = [(c["expect"], guard(c)) for c in cases if c["split"] == split]
        blocked = [hit for expect, hit in told if expect == "block"]
        false = [hit for expect, hit in told if expect == "pass"]
        rows = [
            str(Rate(what, sum(hits), len(hits)))
            for what, hits in (("blocked", blocked), ("falsely", false))
            if hits
        ]
        sys.stdout.write(f"{label:32} {split:5} {';  '.join(rows)}\n")


if __name__ == "__main__":
    main()
