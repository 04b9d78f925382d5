"""The LangChain agent: search before the model speaks, constrain what it may say, judge after.

Only this module, `asking` and `session` know LangChain's agent; what the stages do stands in
`turn` and `rounds`.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, hook_config
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime

from agent import turn
from agent.answer import Answer, Mode, SelectedBy
from agent.asking import REPLIES, Prompting, TurnState, guarded
from agent.chat_vllm import ChatVLLM
from agent.closing import judged
from agent.events import Checking, Concluded, Found, Passed, Searching, Warned
from agent.notices import danger_notices
from agent.question_guards import refusal
from agent.thinking import Thought
from retrieval.search import Index

SEARCHED, HIDDEN = "searched", "hidden"


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
        return {"turn": begun, "index": index, "messages": [asked], "until": until}


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
        replies: tuple[Thought, ...] = draft.additional_kwargs[REPLIES]
        ended, answer = await guarded(judged, begun, index, *replies)
        runtime.stream_writer(Concluded(ended, answer, replies))
        return {"turn": None, "index": None, "messages": [_spoken(answer, draft.id)]}


def _spoken(answer: Answer, draft_id: str | None = None) -> AIMessage:
    return AIMessage(answer.shown, id=draft_id)


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
