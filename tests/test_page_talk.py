"""A turn goes on with its events, ends once, and says how."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.answer import Answer
from agent.events import Answered, Checking, Event, Found, Searching, Thinking
from agent.evidence import Evidence
from agent.page_talk import Talk
from agent.page_turn import Turn
from guidelines.problem import Problem

ANSWER = Answer("q?", "q?", False, "quote", "retrieval", "small", "gen-1")


def test_a_turn_follows_its_events_and_nothing_moves_it_after_its_end() -> None:
    turn = Turn("q?", 11)
    assert not turn.taken
    steps: list[tuple[Event, str]] = [
        (Searching("q and before", True), "searching"),
        (Found(Evidence("q", "gen-1", ())), "thinking"),
        (Thinking("So "), "thinking"),
        (Thinking("1.1."), "thinking"),
        (Checking(), "checking"),
        (Answered(ANSWER), "answered"),
        (Thinking("late"), "answered"),
    ]
    for event, phase in steps:
        turn.apply(event)
        assert turn.phase == phase
    assert (turn.query, turn.thinking, turn.answer) == ("q and before", "So 1.1.", ANSWER)
    turn.stop()
    turn.fail("x")
    assert turn.phase == "answered"


async def _phases(talk: Talk, *events: Event | Exception, question: str = "q?") -> list[str]:
    async def ask(question: str, conversation: str) -> AsyncIterator[Event]:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event

    return [turn.phase async for turn in talk.follow(ask, question, 1)]


def test_a_turn_ends_answered_or_says_why_not() -> None:
    talk = Talk()
    away = Problem("model", "went away", "clinicite serve model")
    answered = asyncio.run(_phases(talk, Searching("q", False), Answered(ANSWER)))
    assert answered[-1] == "answered"
    assert asyncio.run(_phases(talk, Searching("q", False), away))[-1] == "failed"
    assert talk.turns[-1].problem == str(away)
    assert asyncio.run(_phases(talk, Searching("q", False)))[-1] == "failed"
    assert len(talk.turns) == 3
    assert not talk.busy


def test_a_question_that_was_not_taken_leaves_the_conversation_as_it_was() -> None:
    talk = Talk()
    with pytest.raises(Problem, match="is empty"):
        asyncio.run(_phases(talk, Problem("question", "is empty", "type one"), question=""))
    assert talk.turns == []
    assert not talk.busy


def test_a_bug_is_marked_on_the_turn_and_keeps_its_traceback() -> None:
    talk = Talk()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(_phases(talk, Searching("q", False), ZeroDivisionError()))
    assert (talk.turns[0].phase, talk.turns[0].problem) == ("failed", "")


def test_stopping_closes_the_stream_of_events() -> None:
    closed: list[str] = []

    async def ask(question: str, conversation: str) -> AsyncIterator[Event]:
        try:
            yield Searching(question, follows_up=False)
            await asyncio.Event().wait()
        finally:
            closed.append(conversation)

    async def play(talk: Talk) -> list[str]:
        seen: list[str] = []
        async for turn in talk.follow(ask, "q?", 1):
            seen.append(turn.phase)
            talk.stop()
        return seen

    talk = Talk()
    assert asyncio.run(play(talk)) == ["searching", "stopped"]
    assert closed == [talk.id]
    assert not talk.busy
