"""The LangChain agent: search before the model speaks, constrain what it may say, judge after.

Only this module and `session` know LangChain's agent; what the stages do stands in `turn`.
"""

import asyncio
import time
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
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, SystemMessage
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.runtime import Runtime

from agent import prompts, rounds, turn
from agent.answer import Answer, Mode, SelectedBy
from agent.chat_vllm import ChatVLLM
from agent.events import Again, Checking, Concluded, Found, Passed, Searching, Sent, Warned
from agent.notices import danger_notices
from agent.question_guards import refusal
from agent.reasoning import reasoning_of
from agent.redact import redact
from agent.thinking import Thought, settled
from agent.turn import Turn
from guidelines.problem import Problem
from retrieval.search import Index

SEARCHED, HIDDEN, REPLIES = "searched", "hidden", "replies"
# All guards together take milliseconds; what takes this long may be anywhere.
GUARD_S = 10.0


class TurnState(AgentState[Any]):
    """The agent's state: the conversation, and the turn that is on."""

    turn: NotRequired[Annotated[Turn | None, UntrackedValue, PrivateStateAttr]]
    # When the model's time is up, by the monotonic clock.
    until: NotRequired[Annotated[float, UntrackedValue, PrivateStateAttr]]
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
        contact: str,
        turn_s: float,
    ) -> None:
        super().__init__()
        self._index = index
        self._jurisdictions = jurisdictions
        self._contact, self._turn_s = contact, turn_s
        self._how = (mode, selected_by, model)

    @hook_config(can_jump_to=["end"])
    def before_agent(self, state: TurnState, runtime: Runtime[None]) -> dict[str, Any] | None:
        """Find evidence for the last question, made to stand alone by the earlier ones."""
        until = time.monotonic() + self._turn_s
        questions = [m for m in state["messages"] if isinstance(m, HumanMessage)]
        earlier = [str(m.additional_kwargs.get(SEARCHED, m.content)) for m in questions[:-1]]
        asked = questions[-1]
        question, index = str(asked.content), self._index()
        hidden = tuple(asked.additional_kwargs.get(HIDDEN, ()))
        if urgent := danger_notices(question, self._contact):
            runtime.stream_writer(Warned(tuple(urgent)))
        if why := refusal(question):
            begun = turn.unsearched(question, index, *self._how, hidden)
            begun = replace(begun, contact=self._contact)
            answer = turn.abstain(begun, why)
            runtime.stream_writer(Concluded(begun, answer))
            return {"turn": None, "messages": [asked, _spoken(answer)], "jump_to": "end"}
        begun = turn.begin(
            question, earlier, index, *self._how,
            state.get("numbers"), self._jurisdictions, hidden,
        )  # fmt: skip
        begun = replace(begun, contact=self._contact)
        runtime.stream_writer(Searching(begun.searched, begun.follows_up))
        asked = asked.model_copy(update={"additional_kwargs": {SEARCHED: begun.searched}})
        if not turn.answerable(begun):
            answer = turn.abstain(begun, "foreign")
            runtime.stream_writer(Concluded(begun, answer))
            return {"turn": None, "messages": [asked, _spoken(answer)], "jump_to": "end"}
        runtime.stream_writer(Found(begun.evidence))
        for claim in turn.picked_claims(begun):
            runtime.stream_writer(Passed(claim))
        return {"turn": begun, "messages": [asked], "until": until}


class Prompting(AgentMiddleware[TurnState, None]):
    """Asks the model, as often as `rounds` says, and constrains its reply to ids that exist."""

    state_schema = TurnState

    def __init__(self, mode: Mode, think_chars: int, whole_reply: bool, turn_s: float) -> None:
        super().__init__()
        self._mode: Mode = mode
        self._think_chars = think_chars
        self._whole_reply = whole_reply
        self._turn_s = turn_s

    async def awrap_model_call(
        self,
        request: ModelRequest[None],
        handler: Callable[[ModelRequest[None]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Gather the replies of this turn; quote mode sends no history, the question stands alone.

        Raises:
            Problem: the model did not come to an end in the turn's time.
        """
        begun: Turn = request.state["turn"]  # type: ignore[typeddict-item]
        until: float = request.state["until"]  # type: ignore[typeddict-item]
        history = () if self._mode == "quote" else _history(request.messages)
        replies: list[Thought] = []
        write = request.runtime.stream_writer
        try:
            async with asyncio.timeout(until - time.monotonic()):
                while asked := await guarded(rounds.request, begun, history, tuple(replies)):
                    if replies:
                        write(Again(asked.refused))
                    body = self._body(begun, asked.thinks)
                    write(Sent(asked.messages, body))
                    first, *rest = (_message(*m) for m in asked.messages)
                    made = await handler(
                        request.override(
                            messages=rest,
                            system_message=SystemMessage(first.content),
                            model_settings={**request.model_settings, "extra_body": body},
                        )
                    )
                    replies.append(_redacted(thought_of(made.result[-1])))
        except TimeoutError as late:
            raise Problem(
                "the model",
                f"did not end its answer within {self._turn_s:g} s; it was stopped",
                "ask again, or raise CLINICITE_TURN_S",
            ) from late
        return ModelResponse([AIMessage("", additional_kwargs={REPLIES: tuple(replies)})])

    def _body(self, begun: Turn, thinks: bool) -> dict[str, Any]:
        # Said both ways: with thinking off some servers put the answer into the reasoning field,
        # so where the server parses the reasoning it is left on, and only the words ask for less.
        thinks = thinks or not self._whole_reply
        body: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": thinks}}
        if self._mode == "quote":
            whole = self._whole_reply and thinks
            regex = prompts.quote_regex(list(begun.evidence.lines), self._think_chars, whole)
            body["structured_outputs"] = {"regex": regex}
        return body


class Judgement(AgentMiddleware[TurnState, None]):
    """Lets nothing out that the guardrails did not pass; the draft leaves the conversation."""

    state_schema = TurnState

    async def aafter_agent(self, state: TurnState, runtime: Runtime[None]) -> dict[str, Any] | None:
        """Replace the model's message by what may be shown.

        Raises:
            Problem: the guards did not come to an end in time; nothing is shown then.
        """
        begun = state.get("turn")
        if begun is None:
            return None
        runtime.stream_writer(Checking())
        draft = state["messages"][-1]
        replies: tuple[Thought, ...] = draft.additional_kwargs[REPLIES]
        answer = await guarded(turn.conclude, begun, *replies)
        runtime.stream_writer(Concluded(begun, answer, replies))
        return {"turn": None, "messages": [_spoken(answer, draft.id)]}


async def guarded(work: Callable[..., Any], *values: Any) -> Any:
    """Run guards in a thread, so that other conversations go on meanwhile.

    Raises:
        Problem: they did not come to an end in time; nothing is shown then.
    """
    try:
        return await asyncio.wait_for(asyncio.to_thread(work, *values), GUARD_S)
    except TimeoutError as late:
        raise Problem(
            "the guards on the answer",
            f"took more than {GUARD_S:.0f} s; no answer is shown",
            "ask again",
        ) from late


def thought_of(message: BaseMessage) -> Thought:
    """Split a whole reply, whichever way the server carried the thinking."""
    inside = settled(str(message.text))
    carried = reasoning_of(message.additional_kwargs)
    cut = getattr(message, "response_metadata", {}).get("finish_reason") == "length"
    thinking = f"{carried}\n{inside.thinking}".strip() if carried else inside.thinking
    return Thought(thinking, inside.answer, inside.closed, cut)


def _redacted(thought: Thought) -> Thought:
    """Take identifiers out of a reply: what is judged is what is recorded and shown."""
    return replace(
        thought, thinking=redact(thought.thinking).text, answer=redact(thought.answer).text
    )


def _message(role: str, text: str) -> AnyMessage:
    """Give a message the role it goes out under."""
    kinds: dict[str, type[SystemMessage | HumanMessage | AIMessage]] = {
        "system": SystemMessage,
        "user": HumanMessage,
        "assistant": AIMessage,
    }
        "system": SystemMessage,
        "user": HumanMessage,
        "assistant": AIMessage,
    }
    return kinds[role](text)


def _spoken(answer: Answer, draft_id: str | None = None) -> AIMessage:
    return AIMessage(answer.shown, id=draft_id)


def _history(messages: list[AnyMessage]) -> rounds.Messages:
    """Give the earlier questions and shown answers, without the evidence they had."""
    roles = {HumanMessage: "user", AIMessage: "assistant"}
    earlier = ((roles.get(type(m)), str(m.content)) for m in messages[:-1])
    return tuple((role, text) for role, text in earlier if role)[-6:]


def build_agent(
    model: ChatVLLM,
    index: Callable[[], Index],
    *,
    mode: Mode,
    selected_by: SelectedBy,
    think_chars: int,
    whole_reply: bool,
    jurisdictions: tuple[str, ...] = (),
    contact: str = "",
    turn_s: float,
) -> Any:
    """Put the agent together; it remembers nothing, the session gives it what was said before."""
    return create_agent(
        model,
        tools=[],
        middleware=[
            Retrieval(index, mode, selected_by, model.model_name, jurisdictions, contact, turn_s),
            Prompting(mode, think_chars, whole_reply, turn_s),
            Judgement(),
        ],
    )
