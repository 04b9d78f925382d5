"""What a model is asked in a turn, request by request, and what its replies come to; pure.

A model that gives no answer is asked for it once; sentences that fail their guards go back to it
once, with the verdicts. A receipt's replay walks the same way, so it asks what was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent import compose, guardrails, prompts
from agent.answer import Claim, Outcome, Repair, Withheld
from agent.leak import leaks
from agent.redact import redact
from agent.thinking import Thought

if TYPE_CHECKING:
    from agent.turn import Turn

Messages = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """The next request. `refused` says of how many sentences; `thinks`: the model may think."""

    messages: Messages
    thinks: bool = True
    refused: int = 0


@dataclass(frozen=True)
class Composed:
    """What the replies of compose mode come to."""

    claims: tuple[Claim, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    repairs: tuple[Repair, ...] = ()


def request(turn: "Turn", history: Messages, replies: Sequence[Thought]) -> Request | None:
    """Give what the model is asked after these replies; None where nothing more is."""
    asked = prompts.turn(turn.evidence.render(), turn.searched)
    opening = (("system", prompts.system(turn.mode)), *history)
    messages: Messages = (*opening, ("user", asked))
    if not replies:
        return Request(messages)
    if turn.selected_by == "retrieval":
        return None
    answer = answered(replies)
    if answer is None:
        if len(replies) > 1:
            return None
        return Request((*opening, ("user", f"{asked}\n\n{prompts.ANSWER_NOW}")), thinks=False)
    if replies[-1] is not answer or turn.mode != "compose" or prompts.says_none(answer.answer):
        return None
    if replies[0] is not answer:
        messages = (*opening, ("user", f"{asked}\n\n{prompts.ANSWER_NOW}"))
    said = ("assistant", answer.answer)
    if why := leaked(answer):
        return Request((*messages, said, ("user", prompts.redraft(why))), refused=1)
    refused = compose.refused(_draft(turn, answer), turn.evidence)
    if not refused:
        return None
    return Request((*messages, said, ("user", prompts.repair(refused))), refused=len(refused))


def answered(replies: Sequence[Thought]) -> Thought | None:
    """Give the first reply that holds an answer."""
    return next((r for r in replies if r.answer), None)


def outcome(turn: "Turn", replies: Sequence[Thought]) -> Composed:
    """Judge what the model wrote in compose mode."""
    answer = answered(replies)
    if answer is None:
        return Composed()
    after = [r for r in replies[replies.index(answer) + 1 :] if r.answer]
    again = after[0] if after else None
    if why := leaked(answer):
        if again is None or prompts.says_none(again.answer):
            return Composed(withheld=(Withheld(answer.answer, why),))
        if other := leaked(again):
            return Composed(withheld=(Withheld(again.answer, other),))
        claims, withheld, _ = compose.composed(_draft(turn, again), None, turn.evidence)
        how: Outcome = "rewritten" if claims else "withheld"
        return Composed(tuple(claims), tuple(withheld), (Repair(answer.answer, why, how),))
    said = None if again is None else again.answer
    if again is not None and (again.cut or leaked(again)):
        said = ""  # what was cut off, or holds thinking, rewrites nothing
    claims, withheld, repairs = compose.composed(_draft(turn, answer), said, turn.evidence)
    return Composed(tuple(claims), tuple(withheld), tuple(repairs))


def named(reply: Thought) -> tuple[str, ...]:
    """Give the line ids a quote-mode reply names; of one that was cut not the last, half an id."""
    ids = prompts.named_lines(reply.answer)
    return ids[:-1] if reply.cut else ids


def thinking(replies: Sequence[Thought]) -> str:
    """Join the thinking of all replies."""
    # Each was redacted alone; what one says may tell who is meant in another.
    return redact("\n\n".join(r.thinking for r in replies if r.thinking)).text


def leaked(reply: Thought) -> str:
    """Say why a reply's answer is none: it holds thinking, or points to it."""
    verdict = guardrails.run("thinking", lambda: leaks(reply.thinking, reply.answer))
    return "" if verdict.passed else f"thinking: {verdict.why}"


def _draft(turn: "Turn", answer: Thought) -> tuple[compose.Judged, ...]:
    return compose.sentences(answer.answer, turn.evidence, cut=answer.cut)
