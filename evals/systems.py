"""What a benchmark is put to: the session that a clinician uses, and the baselines beside it.

Each answers one sample with a record; none knows a score.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from agent import prompts
from agent.answer import Answer
from agent.events import Answered, Found, Thinking
from agent.evidence import Evidence
from agent.receipt_reading import of_conversation
from agent.session import Session
from agent.tokens import tokens
from evals.records import Record
from evals.sources import Extract, of_receipt
from guidelines.problem import Problem
from retrieval.golden import Sample


class System(Protocol):
    """Answers a sample; what it raises as a Problem leaves the sample unscored."""

    name: str

    async def answer(self, sample: Sample) -> Record:
        """Ask the question, once, in a conversation of its own."""
        ...


class Clinician:
    """The session that a clinician uses, with receipts of its own; nothing is left out."""

    name = "session"

    def __init__(
        self, session: Session, receipts: Path, extract: Extract, model: str, seed: int
    ) -> None:
        self._session, self._receipts, self._extract = session, receipts, extract
        self._model, self._seed = model, seed

    async def answer(self, sample: Sample) -> Record:
        """Ask as a clinician asks, and read what was recorded of it."""
        # Of its own also where the sample is asked again: no question may lean on another's.
        conversation = f"eval-{sample.id}-{secrets.token_hex(4)}"
        started = time.monotonic()
        answer: Answer | None = None
        evidence: Evidence | None = None
        streamed: list[str] = []
        async for event in self._session.ask(sample.question, conversation):
            if isinstance(event, Found):
                evidence = event.evidence
            elif isinstance(event, Thinking):
                streamed.append(event.text)
            elif isinstance(event, Answered):
                answer = event.answer
        assert answer is not None, "a turn ended without an answer"
        seconds = time.monotonic() - started
        entries = of_conversation(self._receipts, conversation)
        if not entries:
            raise Problem(f"receipts in {self._receipts}", "could not be written", "free space")
        body = entries[-1].body
        replies: Sequence[dict[str, Any]] = body["replies"]
        return Record(
            sample.id, sample.kind, sample.question, self.name, self._model, self._seed,
            answer.generation,
            sampling=body["sampling"],
            answer=answer.document(),
            evidence=await asyncio.to_thread(of_receipt, body, self._extract),
            thinking="\n".join(r["thinking"] for r in replies),
            streamed="".join(streamed),
            reply="\n".join(r["answer"] for r in replies),
            confidence=float(body["support"]),
            seconds=round(seconds, 3),
            tokens=_tokens(answer, evidence, replies),
            prompts_sha256=tuple(body["prompts_sha256"]),
            receipt=entries[-1].name,
        )  # fmt: skip


def unanswered(system: str, sample: Sample, model: str, seed: int, why: Problem) -> Record:
    """Give the record of a sample that met a problem."""
    return Record(
        sample.id, sample.kind, sample.question, system, model, seed, "", problem=str(why)
    )


def _tokens(
    answer: Answer, evidence: Evidence | None, replies: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Estimate the tokens: the tokenizer lives with the server."""
    if not replies or evidence is None:
        return {"prompt_tokens": 0, "completion_tokens": 0, "estimated": True}
    told = f"{prompts.system(answer.mode)}\n{prompts.turn(evidence.render(), answer.searched)}"
    said = sum(tokens(f"{r['thinking']}{r['answer']}") for r in replies)
    return {"prompt_tokens": tokens(told), "completion_tokens": said, "estimated": True}
