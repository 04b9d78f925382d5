"""Put a benchmark to a system: several questions at a time, one JSON line a sample, resumable."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.records import SAMPLES, Record, line_of, mended, read_records
from evals.systems import System, unanswered
from guidelines.home import writing
from guidelines.problem import Problem
from retrieval.golden import Sample

# So many problems one after the other are no accident of single questions.
MOST_PROBLEMS = 5

# Questions done, all questions, those of them that met a problem.
Progress = Callable[[int, int, int], None]


async def run(
    system: System,
    samples: Sequence[Sample],
    path: Path,
    progress: Progress,
    *,
    model: str,
    seed: int,
    parallel: int = 2,
) -> None:
    """Answer every sample that has no answer in the run yet; one broken off goes on.

    A question that meets a Problem is recorded with it, and asked again the next time.

    Raises:
        Problem: so many in a row met one that the model must be away, or the disk is full.
    """
    mended(path)
    known = read_records(path)
    open_ = [s for s in samples if s.id not in known or known[s.id].answer is None]
    done, failed, row = len(samples) - len(open_), 0, 0
    progress(done, len(samples), failed)
    waiting = iter(open_)

    async def worker() -> None:
        nonlocal done, failed, row
        for sample in waiting:
            record = await _asked(system, sample, model, seed)
            with writing(f"run {path}", "the same again"), file.open("a", encoding="utf-8") as out:
                out.write(line_of(record))
            done += 1
            failed += record.answer is None
            row = row + 1 if record.answer is None else 0
            progress(done, len(samples), failed)
            if row >= MOST_PROBLEMS:
                raise Problem(
                    f"run {path}",
                    f"{row} questions in a row met a problem, the last: {record.problem}",
                    "mend that, then the same again",
                )

    file = path / SAMPLES
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, min(parallel, len(open_)))):
                group.create_task(worker())
    except ExceptionGroup as several:
        # The first cause; the others are of the same kind, or were cancelled for it.
        raise several.exceptions[0] from None


async def _asked(system: System, sample: Sample, model: str, seed: int) -> Record:
    try:
        return await system.answer(sample)
    except Problem as problem:
        return unanswered(system.name, sample, model, seed, problem)
