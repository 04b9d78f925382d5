"""The requests of one turn to the model: as many as `rounds` says, in the turn's time.

Knows LangChain's middleware; what is asked, and what replies come to, stands in `rounds`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, SystemMessage
from langgraph.channels.untracked_value import UntrackedValue

from agent import prompts, rounds
from agent.answer import Mode
from agent.events import Again, Sent
from agent.reasoning import reasoning_of
from agent.redact import redact
from agent.thinking import Thought, settled
from agent.turn import Turn
from guidelines.problem import Problem
from retrieval.search import Index

REPLIES = "replies"
# All guards together take milliseconds; what takes this long may be anywhere.
GUARD_S = 10.0


class TurnState(AgentState[Any]):
    """The agent's state: the conversation, and the turn that is on."""

    turn: NotRequired[Annotated[Turn | None, UntrackedValue, PrivateStateAttr]]
    # The generation that was searched: a turn never sees two.
    index: NotRequired[Annotated[Index | None, UntrackedValue, PrivateStateAttr]]
    # When the model's time is up, by the monotonic clock.
    until: NotRequired[Annotated[float, UntrackedValue, PrivateStateAttr]]
    # Numbers of the conversation's passages: [2] stays [2].
    numbers: NotRequired[dict[str, int]]


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
    return kinds[role](text)


def _history(messages: list[AnyMessage]) -> rounds.Messages:
    """Give the earlier questions and shown answers, without the evidence they had."""
    roles = {HumanMessage: "user", AIMessage: "assistant"}
    earlier = ((roles.get(type(m)), str(m.content)) for m in messages[:-1])
    return tuple((role, text) for role, text in earlier if role)[-6:]
