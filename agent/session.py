"""A conversation with the agent: questions in, events out, the answer held to the end.

session = Session(holder, model, options, checkpointer)
async for event in session.ask("first-line antibiotic in ...", conversation="a1"):
    ...
"""

import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx
import langsmith
import openai
from langchain_core.messages import AIMessageChunk, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from agent.answer import Mode, SelectedBy
from agent.chat_vllm import ChatVLLM, reasoning_of
from agent.events import Answered, Event, Found, Searching, Thinking
from agent.middleware import build_agent
from agent.thinking import ThinkSplitter
from guidelines.home import Home
from guidelines.problem import Problem, one_line
from retrieval import store
from retrieval.embed import Embedder
from retrieval.search import Index

LONGEST_QUESTION = 4000


@dataclass(frozen=True)
class Options:
    """How answers are made; `whole_reply` where we, not the server, split off the thinking."""

    mode: Mode = "quote"
    selected_by: SelectedBy = "retrieval"
    think_chars: int = 240
    whole_reply: bool = True


class IndexHolder:
    """Gives the current generation; one question never sees two.

    A current generation that cannot serve is told once, on stderr, and the one that is held goes
    on serving; each question looks again, so that a mended one is taken up.
    """

    def __init__(self, home: Home, embedder: Embedder) -> None:
        self._home = home
        self._embedder = embedder
        self._index: Index | None = None
        self._told = ""
        # After a promotion one question opens the new generation, and the others wait for it.
        self._opening = threading.Lock()

    def __call__(self) -> Index:
        """Open the current generation, again only where the pointer has moved.

        Raises:
            Problem: it cannot serve, and none is held that could.
        """
        with self._opening:
            if self._index is None:
                self._index = Index.open(self._home, self._embedder)
                return self._index
            try:
                if self._index.manifest.id != store.current_id(self._home):
                    self._index = Index.open(self._home, self._embedder)
            except (Problem, OSError) as fault:
                self._tell(f"generation {self._index.manifest.id} goes on serving; {fault}")
            else:
                if self._told:
                    self._tell(f"the index is mended; generation {self._index.manifest.id} serves")
                self._told = ""
            return self._index

    def _tell(self, line: str) -> None:
        """Tell what is new; the same fault at every question would bury the log."""
        if line != self._told:
            sys.stderr.write(f"clinicite: {one_line(line)}\n")
            sys.stderr.flush()
        self._told = line


class Session:
    """Answers questions; conversations are kept apart by their id."""

    def __init__(
        self,
        index: IndexHolder,
        model: ChatVLLM,
        options: Options,
        checkpointer: Any = None,
    ) -> None:
        # LangChain sends every prompt to a tracing service where the environment says so; here a
        # prompt may hold a patient's words, so no environment can switch that on.
        langsmith.configure(enabled=False)
        self._model = model
        self.index = index
        self._checkpointer = checkpointer or InMemorySaver()
        self.label = f"{model.model_name}-{options.mode}-{options.selected_by}".replace("/", "_")
        self._agent = build_agent(
            model,
            index,
            mode=options.mode,
            selected_by=options.selected_by,
            think_chars=options.think_chars,
            whole_reply=options.whole_reply,
            checkpointer=self._checkpointer,
        )

    async def ask(self, question: str, conversation: str) -> AsyncIterator[Event]:
        """Answer one question.

        Closing the iterator stops the model; nothing of a stopped answer is kept or shown.

        Raises:
            Problem: the question is empty or too long, there is no index, or the model is away or
                went away. The conversation so far stays as it was.
        """
        check_question(question)
        started = time.monotonic()
        timing: dict[str, int] = {}

        def mark(name: str) -> None:
            timing.setdefault(name, round((time.monotonic() - started) * 1000))

        splitter = ThinkSplitter()
        config = {"configurable": {"thread_id": conversation}}
        message = HumanMessage(question.strip())
        stream = self._agent.astream(
            {"messages": [message]}, config, stream_mode=["messages", "custom"]
        )
        try:
            async with aclosing(stream):
                async for kind, piece in stream:
                    if kind == "messages":
                        for text in _thinking(piece[0], splitter):
                            mark("first_thinking")
                            yield Thinking(text)
                        continue
                    if isinstance(piece, Searching | Found):
                        mark("searched")
                    if isinstance(piece, Answered):
                        mark("answered")
                        piece = Answered(replace(piece.answer, timing_ms=dict(timing)))
                    yield piece
        except (openai.OpenAIError, httpx.HTTPError) as fault:
            raise self._away(fault) from fault

    async def forget(self, conversation: str) -> None:
        """Drop what is remembered of a conversation."""
        await self._checkpointer.adelete_thread(conversation)

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


def _thinking(message: object, splitter: ThinkSplitter) -> list[str]:
    """Give what a streamed message chunk adds to the thinking; its answer part is held."""
    if not isinstance(message, AIMessageChunk):
        return []
    carried = reasoning_of(message.additional_kwargs)
    pieces = splitter.feed(str(message.text))
    texts = [carried, *(text for channel, text in pieces if channel == "thinking")]
    return [text for text in texts if text]
