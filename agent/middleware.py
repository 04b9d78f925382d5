"""The LangChain agent: search before the model speaks, constrain what it may say, judge after.

Only this module and `session` know LangChain's agent; what the stages do stands in `turn`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any, NotRequired

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    AgentState,
    ModelRequest,
    ModelResponse,
    hook_config,
)
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.runtime import Runtime

from agent import prompts, turn
from agent.answer import Answer, Mode, SelectedBy
from agent.chat_vllm import ChatVLLM, reasoning_of
from agent.closing import judged
from agent.events import Checking, Concluded, Found, Passed, Searching, Sent, Warned
from agent.notices import danger_notices
from agent.question_guards import refusal
from agent.redact import redact
from agent.thinking import Thought, split
from agent.turn import Turn
from guidelines.problem import Problem
from retrieval.search import Index

SEARCHED, HIDDEN = "searched", "hidden"
# All guards together take milliseconds; what takes this long may be anywhere.
GUARD_S = 10.0


class TurnState(AgentState[Any]):
    """The agent's state: the conversation, and the turn that is on."""

    turn: NotRequired[Annotated[Turn | None, UntrackedValue, PrivateStateAttr]]
    # The generation that was searched: a turn never sees two.
    index: NotRequired[Annotated[Index | None, UntrackedValue, PrivateStateAttr]]
    # Numbers of the conversation's passages: [2] stays [2].
    numbers: NotRequired[dict[str, int]]


class Retrieval(AgentMiddleware[TurnState, None]):
    """Searches once a turn, before the model; without evidence the model is not asked."""

    state_schema = TurnState

    def __init__(
        self,
        index: Callable[[], Index],
        mode: Mode,
        selected_by: SelectedBy,
        model: str,
        jurisdictions: tuple[str, ...],
    ) -> None:
        super().__init__()
        self._index = index
        self._jurisdictions = jurisdictions
        self._how = (mode, selected_by, model)

    @hook_config(can_jump_to=["end"])
    def before_agent(self, state: TurnState, runtime: Runtime[None]) -> dict[str, Any] | None:
        """Find evidence for the last question, made to stand alone by the earlier ones."""
        questions = [m for m in state["messages"] if isinstance(m, HumanMessage)]
        earlier = [str(m.additional_kwargs.get(SEARCHED, m.content)) for m in questions[:-1]]
        asked = questions[-1]
        question, index = str(asked.content), self._index()
        hidden = tuple(asked.additional_kwargs.get(HIDDEN, ()))
        if urgent := danger_notices(question):
            runtime.stream_writer(Warned(tuple(urgent)))
        if why := refusal(question):
            begun = turn.unsearched(question, index, *self._how, hidden)
            answer = turn.abstain(begun, why)
            runtime.stream_writer(Concluded(begun, answer))
            return {"turn": None, "messages": [asked, _spoken(answer)], "jump_to": "end"}
        begun = turn.begin(
            question, earlier, index, *self._how,
            state.get("numbers"), self._jurisdictions, hidden,
        )  # fmt: skip
        runtime.stream_writer(Searching(begun.searched, begun.follows_up))
        asked = asked.model_copy(update={"additional_kwargs": {SEARCHED: begun.searched}})
        if not turn.answerable(begun):
            answer = turn.abstain(begun, "foreign")
            runtime.stream_writer(Concluded(begun, answer))
            return {"turn": None, "messages": [asked, _spoken(answer)], "jump_to": "end"}
        runtime.stream_writer(Found(begun.evidence))
        for claim in turn.picked_claims(begun):
            runtime.stream_writer(Passed(claim))
        return {"turn": begun, "index": index, "messages": [asked]}


class Prompting(AgentMiddleware[TurnState, None]):
    """Puts the numbered lines before the model and constrains its reply to ids that exist."""

    state_schema = TurnState

    def __init__(self, mode: Mode, think_chars: int, whole_reply: bool) -> None:
        super().__init__()
        self._mode: Mode = mode
        self._think_chars = think_chars
        self._whole_reply = whole_reply

    async def awrap_model_call(
        self,
        request: ModelRequest[None],
        handler: Callable[[ModelRequest[None]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Build the prompt of this turn; quote mode sends no history, the question stands alone."""
        begun: Turn = request.state["turn"]  # type: ignore[typeddict-item]
        last = HumanMessage(prompts.turn(begun.evidence.render(), begun.searched))
        history = [] if self._mode == "quote" else _history(request.messages)
        # Said both ways: with thinking off some servers put the answer into the reasoning field.
        body: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": True}}
        if self._mode == "quote":
            regex = prompts.quote_regex(
                list(begun.evidence.lines), self._think_chars, self._whole_reply
            )
            body["structured_outputs"] = {"regex": regex}
        first = SystemMessage(prompts.system(self._mode))
        request.runtime.stream_writer(
            Sent(tuple((_role(m), str(m.content)) for m in (first, *history, last)), body)
        )
        return await handler(
            request.override(
                messages=[*history, last],
                system_message=first,
                model_settings={**request.model_settings, "extra_body": body},
            )
        )


class Judgement(AgentMiddleware[TurnState, None]):
    """Lets nothing out that the guardrails did not pass; the draft leaves the conversation."""

    state_schema = TurnState

    async def aafter_agent(self, state: TurnState, runtime: Runtime[None]) -> dict[str, Any] | None:
        """Replace the model's message by what may be shown.

        Raises:
            Problem: the guards did not come to an end in time; nothing is shown then.
        """
        begun, index = state.get("turn"), state.get("index")
        if begun is None or index is None:
            return None
        runtime.stream_writer(Checking())
        draft = state["messages"][-1]
        thought = _redacted(thought_of(draft))
        try:
            # In a thread, so that other conversations go on meanwhile.
            done = asyncio.to_thread(judged, begun, thought, index)
            ended, answer = await asyncio.wait_for(done, GUARD_S)
        except TimeoutError as late:
            raise Problem(
                "the guards on the answer",
                f"took more than {GUARD_S:.0f} s; no answer is shown",
                "ask again",
            ) from late
        runtime.stream_writer(Concluded(ended, answer, thought))
        return {"turn": None, "index": None, "messages": [_spoken(answer, draft.id)]}


def thought_of(message: AnyMessage) -> Thought:
    """Split a whole reply, whichever way the server carried the thinking."""
    inside = split(str(message.text))
    carried = reasoning_of(message.additional_kwargs)
    if not carried:
        return inside
    return Thought(f"{carried}\n{inside.thinking}".strip(), inside.answer, inside.closed)


def _redacted(thought: Thought) -> Thought:
    """Take identifiers out of a reply: what is judged is what is recorded and shown."""
    return replace(
        thought, thinking=redact(thought.thinking).text, answer=redact(thought.answer).text
    )


def _role(message: AnyMessage) -> str:
    """Give the role a message goes out under."""
    return {"human": "user", "ai": "assistant"}.get(message.type, message.type)


def _spoken(answer: Answer, draft_id: str | None = None) -> AIMessage:
    return AIMessage(answer.shown, id=draft_id)


def _history(messages: list[AnyMessage]) -> list[AnyMessage]:
    """Give the earlier questions and shown answers, without the evidence they had."""
    earlier: list[AnyMessage] = [
        m for m in messages[:-1] if isinstance(m, HumanMessage | AIMessage)
    ]
    return earlier[-6:]


def build_agent(
    model: ChatVLLM,
    index: Callable[[], Index],
    *,
    mode: Mode,
    selected_by: SelectedBy,
    think_chars: int,
    whole_reply: bool,
    jurisdictions: tuple[str, ...] = (),
) -> Any:
    """Put the agent together; it remembers nothing, the session gives it what was said before."""
    return create_agent(
        model,
        tools=[],
        middleware=[
            Retrieval(index, mode, selected_by, model.model_name, jurisdictions),
            Prompting(mode, think_chars, whole_reply),
            Judgement(),
        ],
    )
