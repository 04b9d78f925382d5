"""A conversation with the agent: questions in, events out, the answer held until it has passed.

session = Session(holder, model, options, ReceiptStore(home.receipts))
async for event in session.ask("first-line antibiotic in ...", conversation="a1"):
    ...
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import langsmith
import openai
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from agent.answer import Answer, Mode, Notice, SelectedBy
from agent.chat_vllm import ChatVLLM
from agent.conversations import Earlier
from agent.events import Answered, Concluded, Event, Found, Searching, Sent, Thinking
from agent.faults import problem_of
from agent.following import Following
from agent.holder import IndexHolder
from agent.memory import Memory
from agent.middleware import HIDDEN, SEARCHED, build_agent
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Asked, receipt
from agent.redact import Redacted, redact
from agent.stream_limits import BrokenReply
from agent.words import ENGLISH
from guidelines.problem import Problem

LONGEST_QUESTION = 4000


@dataclass(frozen=True)
class Options:
    """How answers are made; `whole_reply` where we, not the server, split off the thinking."""

    mode: Mode = "quote"
    selected_by: SelectedBy = "retrieval"
    think_chars: int = 240
    whole_reply: bool = True
    jurisdictions: tuple[str, ...] = ()
    turn_s: float = 600.0
    contact: str = ""


class Session:
    """Answers questions; conversations are kept apart by their id."""

    def __init__(
        self,
        index: IndexHolder,
        model: ChatVLLM,
        options: Options,
        receipts: ReceiptStore | None = None,
    ) -> None:
        """Answer over the current index; with `receipts` each answer is recorded there."""
        # LangChain sends every prompt to a tracing service where the environment says so; here a
        # prompt may hold a patient's words, so no environment can switch that on.
        langsmith.configure(enabled=False)
        self._model, self._options = model, options
        self.index = index
        self._receipts = receipts
        self._memory = Memory(receipts.path if receipts else None)
        self._running: set[str] = set()
        self.label = f"{model.model_name}-{options.mode}-{options.selected_by}".replace("/", "_")
        self._agent = build_agent(
            model,
            index,
            mode=options.mode,
            selected_by=options.selected_by,
            think_chars=options.think_chars,
            whole_reply=options.whole_reply,
            jurisdictions=options.jurisdictions,
            contact=options.contact,
            turn_s=options.turn_s,
        )

    async def ask(self, question: str, conversation: str) -> AsyncIterator[Event]:
        """Answer one question.

        Closing the iterator stops the model; nothing of a stopped answer is kept.

        Raises:
            Problem: the question is empty or too long, one of the same conversation is still being
                answered, there is no index, or the model is away or went away. The conversation
                so far stays as it was.
        """
        check_question(question)
        if conversation in self._running:
            raise Problem(
                "the question",
                "another one of this conversation is still being answered",
                "wait for its answer or stop it, then ask again",
            )
        self._running.add(conversation)
        try:
            hidden = _without_identity(question)
            async for event in self._turn(hidden, conversation):
                yield event
        finally:
            self._running.discard(conversation)

    async def _turn(self, asked: Redacted, conversation: str) -> AsyncIterator[Event]:
        started = time.monotonic()
        timing: dict[str, int] = {}

        def mark(name: str) -> None:
            timing.setdefault(name, round((time.monotonic() - started) * 1000))

        earlier = await asyncio.to_thread(self._memory.turns, conversation)
        sent: list[Sent] = []
        following = Following(
            composing=self._options.mode == "compose", marked=self._options.whole_reply
        )
        stream = self._agent.astream(
            {
                "messages": [*_said(earlier), _asked(asked)],
                "numbers": {pid: n for turn in earlier for n, pid in turn.passages.items()},
            },
            stream_mode=["messages", "custom"],
        )
        try:
            async with aclosing(stream):
                async for kind, piece in stream:
                    for event in await following.take(piece):
                        if isinstance(event, Thinking):
                            mark("first_thinking")
                        yield event
                    if kind == "messages":
                        continue
                    if isinstance(piece, Sent):
                        sent.append(piece)
                        continue
                    if isinstance(piece, Searching | Found):
                        mark("searched")
                    if isinstance(piece, Concluded):
                        mark("answered")
                        piece = await self._answered(conversation, piece, timing, sent)
                    yield piece
        except (openai.OpenAIError, httpx.HTTPError, BrokenReply) as fault:
            where = str(self._model.openai_api_base or "the model's server")
            raise problem_of(fault, self._model.model_name, where) from fault

    async def _answered(
        self, conversation: str, done: Concluded, timing: dict[str, int], sent: Sequence[Sent]
    ) -> Answered:
        """Record an answer and remember the turn."""
        answer = replace(done.answer, timing_ms=dict(timing))
        answer = await self._recorded(conversation, done, answer, sent)
        self._memory.add(conversation, answer, done.turn.evidence)
        return Answered(answer)

    async def _recorded(
        self, conversation: str, concluded: Concluded, answer: Answer, sent: Sequence[Sent]
    ) -> Answer:
        """Give the answer with its receipt, or with the notice that it is not recorded."""
        if self._receipts is None:
            return answer
        sampling = {
            "temperature": self._model.temperature,
            "seed": self._model.seed,
            "max_tokens": self._model.max_tokens,
            **(sent[0].sampling if sent else {}),
            **({"again": [dict(one.sampling) for one in sent[1:]]} if sent[1:] else {}),
        }
        asked = Asked(
            conversation,
            datetime.now(UTC).isoformat(timespec="seconds"),
            requests=tuple(one.messages for one in sent),
            sampling=sampling,
            replies=concluded.replies,
        )
        body = receipt(concluded.turn, answer, asked)
        kept = await asyncio.to_thread(self._receipts.append, body)
        if isinstance(kept, Unrecorded):
            why = str(kept.problem)
            notice = Notice("unrecorded", why, ENGLISH.notice_text("unrecorded", why))
            return replace(answer, notices=(*answer.notices, notice))
        return replace(answer, receipt_id=kept.name)

    def forget(self, conversation: str) -> None:
        """Remember a conversation no more; its receipts stay."""
        self._memory.forget(conversation)


def check_question(question: str) -> None:
    """Refuse an empty or overlong question, without repeating it."""
    if not question.strip():
        raise Problem("the question", "is empty", "type a question")
    if len(question) > LONGEST_QUESTION:
        raise Problem(
            f"the question ({len(question)} characters)",
            f"is longer than {LONGEST_QUESTION} characters",
            "ask one question, without the record around it",
        )


def _without_identity(question: str) -> Redacted:
    """Take a patient's identity out of a question, before anything else reads it.

    Raises:
        Problem: that failed; then the question goes nowhere.
    """
    try:
        return redact(question.strip())
    except Exception as fault:  # its text may hold the patient's words
        raise Problem(
            "the question",
            f"could not be searched for a patient's identity ({type(fault).__name__})",
            "ask in other words",
        ) from None


def _asked(asked: Redacted) -> HumanMessage:
    return HumanMessage(asked.text, additional_kwargs={HIDDEN: list(asked.found)})


def _said(earlier: Sequence[Earlier]) -> list[AnyMessage]:
    """Give the conversation so far: what was asked and what was shown, never a model's draft."""
    return [
        message
        for turn in earlier
        for message in (
            HumanMessage(turn.question, additional_kwargs={SEARCHED: turn.searched}),
            AIMessage(turn.shown),
        )
    ]
