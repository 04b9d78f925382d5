"""The questions of programs while they run: what is remembered, and what is too many."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import pytest

from agent.events import Event
from agent.holder import IndexHolder
from agent.model import connect
from agent.receipt_reading import last
from agent.receipt_store import ReceiptStore
from agent.serve_api_turns import Busy, Turns
from agent.session import Options, Session
from agent.settings import AgentSettings
from guidelines.home import Home
from retrieval.embed import Embedder
from tests.served_programs import QUESTION
from tests.stub_vllm import Reply, StubVLLM


def test_only_a_named_conversation_is_remembered_and_it_has_one_question_at_a_time(
    sample_home: Home, embedder: Embedder, stub: StubVLLM, tmp_path: Path
) -> None:
    kept = ReceiptStore(tmp_path / "receipts.db")
    stub.reply = Reply("So.", "1.1")

    async def talk() -> None:
        model = connect(AgentSettings(), stub.url, stub.model)
        session = Session(IndexHolder(sample_home, embedder), model, Options(), kept)

        def remembered() -> set[str]:
            return set(session._memory._turns)

        turns = Turns(session, most=2)
        await turns.answer(QUESTION)
        assert remembered() == set()
        # The audit log has it all the same, under a name that nobody can ask by.
        [entry] = last(kept.path, 9, "receipt")
        assert len(entry.body["conversation"]) == 32
        await turns.answer(QUESTION, "ward-1")
        assert remembered() == {"program:ward-1"}

        stub.reply = Reply("Slow. " * 100_000, "1.1", size=6)
        running = cast(AsyncGenerator[Event], turns.events(QUESTION, "ward-1"))
        await anext(running)
        with pytest.raises(Busy, match="this conversation's last question"):
            await turns.answer(QUESTION, "ward-1")
        another = cast(AsyncGenerator[Event], turns.events(QUESTION))
        await anext(another)
        with pytest.raises(Busy, match="2 questions are being answered"):
            await turns.answer(QUESTION)
        await running.aclose()
        await another.aclose()

        stub.reply = Reply("Quick.", "1.1")
        while True:
            try:
                answer = await turns.answer(QUESTION, "ward-1")
                break
            except Busy:
                await asyncio.sleep(0.05)
        assert answer.claims
        assert remembered() == {"program:ward-1"}

    asyncio.run(talk())
