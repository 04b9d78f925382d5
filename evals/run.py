"""Ask a benchmark's questions through the session a clinician uses; one JSON line a sample."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.answer import Answer
from agent.events import Answered
from agent.session import Session
from guidelines.problem import Problem
from retrieval.golden import Sample


async def run(
    session: Session, samples: Sequence[Sample], log: Path, progress: Callable[[int, int], None]
) -> None:
    """Answer every sample not yet in the log; a run that was broken off goes on.

    A question that meets a Problem is logged with it: unscored, counted apart, never a zero.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    done = {row["id"] for row in read(log)} if log.exists() else set()
    with log.open("a", encoding="utf-8") as out:
        for number, sample in enumerate(samples, start=1):
            if sample.id not in done:
                out.write(json.dumps(await _row(session, sample), ensure_ascii=False) + "\n")
                out.flush()
            progress(number, len(samples))


def read(log: Path) -> list[dict[str, object]]:
    """Read a run log; a last line that a kill tore is left out and asked again."""
    if not log.is_file():
        raise Problem(f"run {log}", "there is no such file", "clinicite eval run BENCHMARK")
    rows = []
    for line in log.read_text("utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows


async def _row(session: Session, sample: Sample) -> dict[str, object]:
    answer: Answer | None = None
    try:
        # A conversation of its own: no question may lean on another's.
        async for event in session.ask(sample.question, f"eval-{sample.id}"):
            if isinstance(event, Answered):
                answer = event.answer
    except Problem as problem:
        return {"id": sample.id, "kind": sample.kind, "problem": str(problem)}
    assert answer is not None, "a turn ended without an answer"
    return {"id": sample.id, "kind": sample.kind, "answer": answer.document()}
