"""What a reader must know besides the answer: danger, what was hidden, what is missing; pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent import guardrails
from agent.answer import Claim, Notice, NoticeKind, Verdict
from agent.question_guards import SELF_HARM_FLAG, self_harm
from agent.redflags import red_flags
from agent.therapies import therapies
from agent.words import ENGLISH

if TYPE_CHECKING:
    from agent.turn import Turn


def notices(
    turn: "Turn", claims: Sequence[Claim], verdicts: Sequence[Verdict], carded: bool = False
) -> tuple[Notice, ...]:
    """Give what a reader must know besides the answer, danger first.

    Where a card shows what an older edition said (`carded`), a notice of it would say less.
    """
    found = danger_notices(turn.question, turn.contact)
    if turn.hidden:
        found.append(_notice("redacted", ", ".join(turn.hidden)))
    for verdict in sorted(verdicts, key=lambda v: v.guard != "referral"):
        if verdict.passed:
            continue
        if verdict.guard == "referral":
            flags = red_flags(" \n".join([turn.question, *(c.text for c in claims)]))
            # Where help for self-harm stands already, it is not said twice.
            if not found or set(flags) != {SELF_HARM_FLAG}:
                about = ", ".join(flags) or verdict.why
                found.append(_notice("emergency", about, turn.contact))
        elif verdict.guard == "therapy asked" and claims:
            named = guardrails.therapies_named(claims)
            found.append(_notice("unnamed", ", ".join(sorted(therapies(turn.question) - named))))
        elif claims:
            found.append(_notice("guard", verdict.why))
    older = [h.guideline for h in turn.superseded if h.guideline.status == "superseded"]
    if older and not carded:
        old = older[0]
        cited = {c.guideline for claim in claims for c in claim.citations}
        if any(h.guideline.supersedes == old.id and h.guideline.id in cited for h in turn.hits):
            name = f"{old.title}, {old.edition}" if old.edition else old.title
            found.append(_notice("superseded", name))
    return tuple(found)


def danger_notices(question: str, contact: str = "") -> list[Notice]:
    """Give what must be said at once: help for somebody who may harm themselves."""
    return [_notice("self-harm", "", contact)] if self_harm(question) else []


def _notice(kind: NoticeKind, about: str, contact: str = "") -> Notice:
    return Notice(kind, about, ENGLISH.notice_text(kind, about, contact), contact)
