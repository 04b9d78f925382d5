"""What a turn tells while it runs, in order; the answer comes last and whole."""

from dataclasses import dataclass

from agent.answer import Answer
from agent.evidence import Evidence


@dataclass(frozen=True)
class Searching:
    """Retrieval ran for `query`: the question, made to stand alone where it follows up."""

    query: str
    follows_up: bool


@dataclass(frozen=True)
class Found:
    """The lines the model is about to be shown."""

    evidence: Evidence


@dataclass(frozen=True)
class Thinking:
    """More of the model's thinking."""

    text: str


@dataclass(frozen=True)
class Checking:
    """The model has ended; guardrails run on its answer."""


@dataclass(frozen=True)
class Answered:
    """The turn's outcome, after every guardrail."""

    answer: Answer


Event = Searching | Found | Thinking | Checking | Answered
