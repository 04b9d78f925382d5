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
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage

from agent.answer import Answer, Mode, Notice, SelectedBy
from agent.chat_vllm import ChatVLLM, reasoning_of
from agent.conversations import Earlier
from agent.events import Answered, Checking, Concluded, Event, Found, Searching, Sent, Thinking
from agent.holder import IndexHolder
from agent.memory import Memory
from agent.middleware import HIDDEN, SEARCHED, build_agent
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Asked, receipt
from agent.redact import Redacted, redact
from agent.redact_stream import StreamRedactor
from agent.thinking import ThinkSplitter
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
        self._model = model
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
        splitter, redactor = ThinkSplitter(), StreamRedactor()
        sent: list[Sent] = []
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
                    for text in _thought(piece, splitter, redactor):
                        mark("first_thinking")
                        yield Thinking(text)
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
        except (openai.OpenAIError, httpx.HTTPError) as fault:
            raise self._away(fault) from fault

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
            **(sent[-1].sampling if sent else {}),
        }
        asked = Asked(
            conversation,
            datetime.now(UTC).isoformat(timespec="seconds"),
            requests=tuple(one.messages for one in sent),
            sampling=sampling,
            replies=(concluded.thought,) if concluded.thought else (),
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

    def _away(self, fault: Exception) -> Problem:
        where = str(self._model.openai_api_base or "the model's server")
        if isinstance(fault, openai.APITimeoutError):
            return Problem(f"model at {where}", "did not answer in time", "ask again")
        if isinstance(fault, openai.APIStatusError):
            # The body may repeat the prompt, and so the question: only its status is told.
            return Problem(
                f"model {self._model.model_name!r} at {where}",
                f"refused with HTTP status {fault.status_code}",
                "check CLINICITE_MODEL and CLINICITE_MODEL_URL",
            )
        return Problem(
            f"model at {where}",
            f"is away or broke off ({type(fault).__name__}); no answer is shown",
            "clinicite serve model, then ask again",
        )


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


def _thought(piece: object, splitter: ThinkSplitter, redactor: StreamRedactor) -> list[str]:
    """Give what a piece of the stream adds to the thinking, without any patient's identity.

    The answer part of a message is held. What the redactor holds back comes when the model ends.
    """
    if isinstance(piece, Checking):
        texts = [redactor.close()]
    elif isinstance(piece, tuple) and isinstance(message := piece[0], AIMessageChunk):
        carried = reasoning_of(message.additional_kwargs)
        pieces = splitter.feed(str(message.text))
        said = [carried, *(text for channel, text in pieces if channel == "thinking")]
        texts = [redactor.feed(text) for text in said if text]
    else:
        texts = []
    return [text for text in texts if text]


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
