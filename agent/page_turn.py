"""One question of the conversation and how far it has come; pure, draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.answer import REFUSED, Answer, Claim, Notice
from agent.events import (
    Again,
    Answered,
    Checking,
    Event,
    Found,
    Passed,
    Searching,
    Thinking,
    Warned,
)
from agent.evidence import Evidence
from agent.patient import NOBODY, Patient
from agent.turn import patient_of

Phase = Literal["searching", "thinking", "checking", "answered", "stopped", "failed"]
RUNNING: frozenset[Phase] = frozenset({"searching", "thinking", "checking"})


@dataclass
class Turn:
    """What is known of one question by now.

    `passed` are the claims that stand so far, which a stopped turn keeps. `taken` says that an
    event came: the agent has the question. `problem` is the line that tells
    why a failed turn failed; empty where nobody knows. `earlier` are the questions that were
    searched for before it, `drawn_from` the time of the receipt it was drawn again from, and
    `fell` says that an edition it cites is no longer current.
    """

    question: str
    guidelines: int
    phase: Phase = "searching"
    taken: bool = False
    seconds: int = 0
    query: str = ""
    thinking: str = ""
    evidence: Evidence | None = None
    answer: Answer | None = None
    warned: tuple[Notice, ...] = ()
    passed: list[Claim] = field(default_factory=list)
    again: Again | None = None
    problem: str = ""
    earlier: tuple[str, ...] = ()
    drawn_from: str = ""
    fell: bool = False

    @property
    def patient(self) -> Patient:
        """What counted as known of the patient; nobody's before the agent has the question."""
        if self.answer is None or self.answer.why in REFUSED:
            return NOBODY
        return patient_of(self.earlier, self.question)

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.phase in RUNNING

    def apply(self, event: Event) -> None:
        """Take the next event; one that comes after the end changes nothing."""
        if not self.running:
            return
        self.taken = True
        match event:
            case Warned(notices=notices):
                self.warned = notices
            case Searching(query=query, follows_up=follows_up):
                self.query = query if follows_up else ""
            case Found(evidence=evidence):
                self.evidence, self.phase = evidence, "thinking"
            case Thinking(text=text):
                self.thinking, self.phase = self.thinking + text, "thinking"
            case Passed(claim=claim):
                self.passed.append(claim)
            case Again() as again:
                self.again = again
            case Checking():
                self.phase = "checking"
            case Answered(answer=answer):
                self.answer, self.phase = answer, "answered"
                # Without what identified a patient: that much was asked.
                self.question = answer.question
                self.thinking = answer.thinking or self.thinking

    def stop(self) -> None:
        """Mark a running turn as stopped by the reader."""
        if self.running:
            self.phase = "stopped"

    def fail(self, problem: str = "") -> None:
        """Mark a running turn as failed."""
        if self.running:
            self.phase, self.problem = "failed", problem


def searched(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Give what was searched for in the turns that were answered: what the next one leans on."""
    return tuple(turn.answer.searched for turn in turns if turn.answer is not None)
