"""What a turn tells while it runs, in order; the answer comes last and whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.answer import Answer, Claim, Notice
from agent.evidence import Evidence
from agent.thinking import Thought
from agent.turn import Turn


@dataclass(frozen=True)
class Warned:
    """What a reader must know at once, before anything is searched."""

    notices: tuple[Notice, ...]


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
class Passed:
    """A claim that every guardrail on claims has passed, before the whole answer is there."""

    claim: Claim


@dataclass(frozen=True)
class Again:
    """The model is asked once more: for `refused` sentences, or, where that is 0, for an answer."""

    refused: int


@dataclass(frozen=True)
class Checking:
    """The model has ended; guardrails run on its answer."""


@dataclass(frozen=True)
class Answered:
    """The turn's outcome, after every guardrail."""

    answer: Answer


Event = Warned | Searching | Found | Thinking | Passed | Again | Checking | Answered


@dataclass(frozen=True)
class Sent:
    """The request to the model as it goes out; for the receipt, not for the reader."""

    messages: tuple[tuple[str, str], ...]
    sampling: Mapping[str, Any]


@dataclass(frozen=True)
class Concluded:
    """A turn and what was made of it, before it is recorded; no replies where nobody was asked."""

    turn: Turn
    answer: Answer
    replies: tuple[Thought, ...] = ()
