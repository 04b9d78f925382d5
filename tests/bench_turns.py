"""What a turn costs besides the model: over a stub that answers at once, with all that is real.

    python -m tests.bench_turns

Guards, receipts and durable memory are on, over the sample library; the stub is a process of its
own. A turn's own time is the whole less the search and less what a bare client needs for the same
stream. Printed beside its aims, never asserted.
"""

import asyncio
import cProfile
import json
import multiprocessing
import os
import pstats
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import openai

from agent import turn as turns
from agent.events import Answered, Found, Thinking
from agent.holder import IndexHolder
from agent.model import connect
from agent.receipt_store import ReceiptStore
from agent.redact import redact
from agent.session import Options, Session
from agent.settings import AgentSettings
from guidelines import intake
from guidelines.home import Home
from guidelines.library.generate import HERE
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.search import Index
from retrieval.weights import CLINICAL
from tests.guard_cases import CASES, lines
from tests.stub_vllm import Reply, StubVLLM

BENCHMARK = Path(__file__).resolve().parent.parent / "evals" / "benchmarks" / "samples.jsonl"
AT_ONCE, PACE_S, WORDS = 32, 0.025, 200
MARK = re.compile(r"item (\d+) of 99")
MODES = {
    "quote, retrieval picks": Options(),
    "quote, the model picks": Options(selected_by="model"),
    "compose": Options(mode="compose", selected_by="model"),
}


def say(name: str, value: str) -> None:
    sys.stdout.write(f"{name:52} {value}\n")
    sys.stdout.flush()


class Scripted(StubVLLM):
    """A stub that says what fits the request: lines in their own words, or its own number."""

    def reply_to(self, body: dict[str, Any]) -> Reply:
        last = str(body["messages"][-1]["content"])
        lines = re.findall(r"^(\d+\.\d+) (.+)$", last, re.MULTILINE)[:3]
        if mark := MARK.search(last.rpartition("Question:")[2]):
            return Reply(f"mark {mark[1]} " * WORDS, lines[0][0], size=8, pause_s=PACE_S)
        if "long" in body["model"]:
            return Reply("word of thinking " * 1000, lines[0][0], size=8)
        if "structured_outputs" in body:
            return Reply("Line 1.1 names the drug and the dose.", lines[0][0])
        return Reply("These lines fit.", " ".join(f"{t.rstrip('.')} [{i}]." for i, t in lines))


def _serve(pipe: Connection) -> None:
    with Scripted() as stub:
        pipe.send(stub.url)
        pipe.recv()


@contextmanager
def served() -> Iterator[str]:
    """Run the stub in a process of its own; give its URL."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    yield str(ours.recv())
    ours.send("end")
    process.join()


Clocks = tuple[float, float]


def clocks() -> Clocks:
    """Read the wall's clock and this process's, in ms: on a busy machine they differ."""
    return 1000 * time.perf_counter(), 1000 * time.process_time()


def since(started: Clocks) -> Clocks:
    now = clocks()
    return now[0] - started[0], now[1] - started[1]


class Searched:
    """Adds up the time spent in search and picking, which another benchmark is about."""

    def __init__(self) -> None:
        self.spent: Clocks = (0.0, 0.0)
        self.plain = turns.begin

    def begin(self, *values: Any, **more: Any) -> turns.Turn:
        started = clocks()
        try:
            return self.plain(*values, **more)
        finally:
            took = since(started)
            self.spent = (self.spent[0] + took[0], self.spent[1] + took[1])


async def asked(session: Session, question: str, conversation: str) -> tuple[str, bool]:
    """Ask; give the thinking that was shown, and whether the model was asked at all."""
    thinking, found, answered = "", False, False
    async for event in session.ask(question, conversation):
        thinking += event.text if isinstance(event, Thinking) else ""
        found = found or isinstance(event, Found)
        answered = answered or isinstance(event, Answered)
    assert answered, "a turn ended without an answer"
    return thinking, found


async def bare(client: openai.AsyncOpenAI, model: str, body: dict[str, Any]) -> int:
    """Read the same stream with the bare client; give its chunks."""
    extra = {k: body[k] for k in ("structured_outputs", "chat_template_kwargs") if k in body}
    stream = await client.chat.completions.create(
        model=model, messages=body["messages"], stream=True, extra_body=extra
    )
    return len([chunk async for chunk in stream])


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def turn_times(home: Home, index: IndexHolder, url: str, rounds: int = 2) -> None:
    """Print what a turn costs in each mode."""
    questions = [json.loads(row)["question"] for row in BENCHMARK.read_text("utf-8").splitlines()]
    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    for name, options in MODES.items():
        store = ReceiptStore(home.receipts)
        session = Session(index, connect(AgentSettings(), url, "stub"), options, store)
        searched = Searched()
        turns.begin = searched.begin
        own, computed, whole = list[float](), list[float](), list[float]()
        for at in range(rounds):
            for number, question in enumerate(questions):
                body = {"messages": [{"role": "user", "content": "Lines:\n1.1 a\nQuestion: b"}]}
                started = clocks()
                await bare(client, "stub", body)
                wire = since(started)
                before, started = searched.spent, clocks()
                # Pairs of questions share a conversation: memory is read and grows.
                _, found = await asked(session, question, f"{name}-{at}-{number // 2}")
                took = since(started)
                if found and at:  # the first round warms what is read once
                    spent = [a - b - c for a, b, c in zip(
                        took, wire, (searched.spent[n] - before[n] for n in (0, 1)), strict=True
                    )]  # fmt: skip
                    own.append(spent[0])
                    computed.append(spent[1])
                    whole.append(took[0])
        turns.begin = searched.plain
        store.close()
        say(
            f"{name}: own time of a turn, n = {len(own)}",
            f"median {statistics.median(own):.1f} ms (aim 10), "
            f"95th percentile {quantile(own, 0.95):.1f} ms (aim 20)",
        )
        say(
            "  of it computing",
            f"median {statistics.median(computed):.1f} ms, "
            f"95th percentile {quantile(computed, 0.95):.1f} ms",
        )
        say("  with the search and the wire", f"median {statistics.median(whole):.1f} ms")


async def chunk_times(home: Home, index: IndexHolder, url: str) -> None:
    """Print what a streamed chunk costs beside the bare client."""
    store = ReceiptStore(home.receipts)
    settings = AgentSettings(think_limit=1_000_000)
    session = Session(index, connect(settings, url, "long"), MODES["quote, retrieval picks"], store)
    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    body = {"messages": [{"role": "user", "content": "Lines:\n1.1 a\nQuestion: b"}]}
    costs: list[Clocks] = []
    for at in range(3):
        started = clocks()
        chunks = await bare(client, "long", body)
        theirs, started = since(started), clocks()
        await asked(session, "amoxicillin dose low severity pneumonia", f"chunks-{at}")
        ours = since(started)
        costs.append(((ours[0] - theirs[0]) / chunks, (ours[1] - theirs[1]) / chunks))
    store.close()
    wall, computed = min(costs)
    say(
        f"a chunk of {chunks}, beside the bare client",
        f"{wall:.2f} ms, of it computing {computed:.2f} ms (aim .3)",
    )


def redaction_times() -> None:
    """Print what redacting 300 characters costs, of questions and of texts full of identifiers."""
    for name in ("alarming", "identifiers_apart"):
        text = " ".join(row["text"] for row in lines(CASES / f"{name}.jsonl")[:60])
        spent = []
        for at in range(0, min(6000, len(text)), 300):
            started = clocks()
            redact(text[at : at + 300])
            spent.append(since(started)[1])
        say(f"redacting 300 characters of {name}", f"median {statistics.median(spent):.2f} ms")


async def together(home: Home, index: IndexHolder, url: str) -> None:
    """Print the throughput of many conversations at once, and check that none crosses."""
    store = ReceiptStore(home.receipts)
    session = Session(index, connect(AgentSettings(), url, "stub"), Options(), store)
    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    questions = [f"amoxicillin dose in pneumonia, item {n} of 99" for n in range(AT_ONCE)]
    bodies = [
        {"messages": [{"role": "user", "content": f"Lines:\n1.1 a\n\nQuestion: {q}"}]}
        for q in questions
    ]
    await asked(session, questions[0], "warm")
    started = time.perf_counter()
    await asyncio.gather(*(bare(client, "stub", body) for body in bodies))
    theirs = time.perf_counter() - started
    started = time.perf_counter()
    said = await asyncio.gather(*(asked(session, q, f"at-once-{q}") for q in questions))
    ours = time.perf_counter() - started
    store.close()
    crossed = sum(set(re.findall(r"mark (\d+)", t)) != {str(n)} for n, (t, _) in enumerate(said))
    say(
        f"{AT_ONCE} conversations at once, about {WORDS * PACE_S:.0f} s of stream each",
        f"{theirs / ours:.2f} of the bare client's throughput (aim .95)",
    )
    say("  conversations that held another's text", f"{crossed} of {AT_ONCE}")


def main() -> None:
    """Run every measurement; with PROFILE set, print the dearest functions of the turns."""
    with tempfile.TemporaryDirectory() as folder, served() as url:
        home = Home(Path(folder))
        for pdf in sorted(HERE.glob("*.pdf")):
            intake.add(home, pdf, {"id": pdf.stem})
        embedder = Embedder(CLINICAL, home.models)
        build(home, embedder, "bench", lambda _: None, lambda *_: None)
        index = IndexHolder(home, embedder)
        Index.open(home, embedder)
        # One loop for all: the client keeps its connections in it, as a page does.
        with asyncio.Runner() as runner:
            if os.environ.get("PROFILE"):
                profile = cProfile.Profile()
                profile.runcall(lambda: runner.run(turn_times(home, index, url)))
                pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(45)
                return
            runner.run(turn_times(home, index, url))
            runner.run(chunk_times(home, index, url))
            runner.run(together(home, index, url))
        redaction_times()


if __name__ == "__main__":
    main()
