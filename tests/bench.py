"""`make bench`: timings and rates, printed with their baselines; nothing here is asserted.

A figure is a ratio to a baseline of the same run where one is named, since machines are noisy.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import bench_counts, bench_peers, bench_real, bench_turns
from tests.bench_real import MALARIA, ROOT, SAMPLES, clinicite

BENCHMARKS = ROOT / "evals" / "benchmarks"
QUESTIONS = (
    "Low-severity pneumonia, no penicillin allergy: amoxicillin dose and duration?",
    "14 kg child, fever 39: how many mL of paracetamol?",
    "At what BP do I start drugs after a stroke?",
    "Adult, collapsed after a wasp sting, wheezing: adrenaline dose?",
    "CKD stage 4, can I still give metformin?",
)


def say(name: str, value: str) -> None:
    sys.stdout.write(f"{name:58} {value}\n")
    sys.stdout.flush()


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def commands(home: Path) -> None:
    bare = statistics.median(
        timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(5)
    )
    helps = statistics.median(timed(lambda: clinicite(home, "--help")) for _ in range(5))
    say("clinicite --help", f"{helps:.2f} s (a bare Python: {bare:.2f} s; bound .4 s)")


def reading() -> None:
    from pypdf import PdfReader

    from guidelines.pages import read_pages

    path = SAMPLES / "hypertension-adults-2024.pdf"
    pages = len(list(read_pages(path)))
    ours = min(timed(lambda: list(read_pages(path))) for _ in range(5))
    theirs = min(timed(lambda: [p.extract_text() for p in PdfReader(path).pages]) for _ in range(3))
    say(
        "read pages with rows and cells",
        f"{pages / ours:.0f} pages/s, {theirs / ours:.1f} times pypdf's plain text",
    )


def ingest(home: Path) -> None:
    if not MALARIA.is_file():
        say(
            "the 478-page malaria guideline", "not measured: no ../shared/data beside this checkout"
        )
        return
    added = timed(lambda: clinicite(home, "library", "add", str(MALARIA)))
    built = timed(lambda: clinicite(home, "index", "build"))
    say(
        "478-page malaria guideline, add to searchable",
        f"{added:.0f} + {built:.0f} = {added + built:.0f} s (bound 240 s)",
    )


def real(home: Path) -> None:
    """Index every real guideline and score retrieval over them."""
    if not MALARIA.is_file():
        return
    seconds = timed(lambda: bench_real.build(home))
    say("add and index 15 real guidelines, 1,756 pages", f"{seconds:.0f} s")
    found = bench_real.scored(home)
    for rate in found["rates"]:
        say(f"  {rate['name']}", shown(rate))
    say("  mean reciprocal rank", f"{found['mrr']:.3f}")
    bench_counts.report(home, BENCHMARKS / "real.jsonl")


def shown(rate: dict[str, Any]) -> str:
    low, high = rate["interval"]
    return f"{rate['k']}/{rate['n']} = {rate['k'] / rate['n']:.2f} [{low:.2f}, {high:.2f}]"


def memory(pid: int) -> float:
    """Give the proportional memory of a process and all its children, in GB."""
    import psutil

    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(float(one.memory_full_info().pss) for one in family) / 1e9


def answers(home: Path, state: Path) -> None:
    from agent.events import Answered
    from agent.holder import IndexHolder
    from agent.session import Options, Session
    from guidelines.home import Home
    from retrieval.embed import Embedder
    from retrieval.weights import CLINICAL
    from tests.real_model import running

    started = time.perf_counter()
    with running(state) as model:
        say("embedded model: prepare and start vLLM", f"{time.perf_counter() - started:.0f} s")
        holder = IndexHolder(Home(home), Embedder(CLINICAL, Home(home).models))
        session = Session(holder, model.chat, Options())

        async def ask(question: str) -> dict[str, int]:
            async for event in session.ask(question, question):
                if isinstance(event, Answered):
                    return event.answer.timing_ms
            raise AssertionError("a turn ended without an answer")

        async def every() -> list[dict[str, int]]:
            return [await ask(q) for q in QUESTIONS]

        rows = [r for r in asyncio.run(every()) if "first_thinking" in r]
        for name, label, bound in (
            ("searched", "searched", ""),
            ("first_thinking", "first thinking", " (bound 5 s)"),
            ("answered", "whole answer", " (bound 15 s)"),
        ):
            values = sorted(r[name] / 1000 for r in rows)
            say(
                f"quote mode, {len(rows)} questions: {label}",
                f"median {statistics.median(values):.1f} s, worst {values[-1]:.1f} s{bound}",
            )
        say("memory, vLLM, index and agent", f"{memory(os.getpid()):.1f} GB (bound 6 GB)")
        score(home, model.server.url, model.server.model)


def score(home: Path, url: str, model: str) -> None:
    """Run the benchmark over the samples by the commands and print its rates."""
    os.environ.update(CLINICITE_MODEL_URL=url, CLINICITE_MODEL=model)
    benchmark = BENCHMARKS / "samples.jsonl"
    run = home / "bench-run"
    seconds = timed(lambda: clinicite(home, "eval", "run", str(benchmark), "--out", str(run)))
    document = json.loads(clinicite(home, "eval", "score", str(run), "--json"))
    say("benchmark over the samples, 100 questions", f"{seconds:.0f} s")
    for score in document["scores"]:
        if score["value"] is not None and score["interval"] is not None:
            low, high = score["interval"]
            say(f"  {score['name']}", f"{score['value']:.2f} [{low:.2f}, {high:.2f}]")


def main() -> None:
    """Run every measurement."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "samples"
        commands(home)
        reading()
        clinicite(home, "library", "add", "--from", str(SAMPLES / "samples.toml"))
        say("index of the 11 samples", f"{timed(lambda: clinicite(home, 'index', 'build')):.0f} s")
        bench_counts.report(home, BENCHMARKS / "samples.jsonl")
        ingest(Path(folder) / "malaria")
        real(Path(folder) / "real")
        bench_turns.main()
        bench_peers.main(folder=Path(folder))
        answers(home, Path(folder) / "model")


if __name__ == "__main__":
    main()
