"""One question of the conversation and how far it has come; pure, draws nothing."""

from dataclasses import dataclass, field
from typing import Literal

from agent.answer import Answer, Claim, Notice
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

Phase = Literal["searching", "thinking", "checking", "answered", "stopped", "failed"]
RUNNING: frozenset[Phase] = frozenset({"searching", "thinking", "checking"})


@dataclass
class Turn:
    """What is known of one question by now.

    `passed` are the claims that stand so far, which a stopped turn keeps. `taken` says that an
    event came: the agent has the question. `problem` is the line that tells
    why a failed turn failed; empty where nobody knows.
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
