"""Ask a judge for every verdict that scoring needs and does not have yet; resumable."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from evals import alce, support
from evals.cases import Case
from evals.metric import Metric
from evals.verdicts import VERDICTS, Judge, Label, Pair, Verdicts, key, line_of
from guidelines.home import write_atomic, writing
from guidelines.problem import Problem


def judged_metrics(verdicts: Verdicts, compat: bool) -> tuple[Metric, ...]:
    """Give every tier-1 metric over one judge's verdicts."""
    both = (alce.metrics(verdicts.label, True),) if compat else ()
    return (*alce.metrics(verdicts.label), *(m for more in both for m in more),
            *support.metrics(verdicts.label))  # fmt: skip


def unjudged(cases: Sequence[Case], verdicts: Verdicts, compat: bool) -> list[str]:
    """Give the answered samples that a verdict is missing for, or that the judge failed on."""
    metrics = judged_metrics(verdicts, compat)
    recalls = [m for m in metrics if m.name.startswith("ALCE citation recall")]
    return [
        case.sample.id
        for case in cases
        if case.answered and any(m.parts(case) is None for m in recalls)
    ]


async def judge_run(
    judge: Judge,
    cases: Sequence[Case],
    folder: Path,
    verdicts: Verdicts,
    progress: Callable[[int], None],
    parallel: int = 2,
) -> Verdicts:
    """Ask until nothing is missing: what precision needs depends on what recall got."""
    known = dict(verdicts.known)
    while True:
        now = Verdicts(judge.name, known)
        for metric in judged_metrics(now, compat=True):
            for case in cases:
                metric.parts(case)
        if not now.missing:
            return now
        known |= await ask(judge, now.missing.values(), folder, progress, parallel)


async def ask(
    judge: Judge,
    pairs: Iterable[Pair],
    folder: Path,
    progress: Callable[[int], None],
    parallel: int = 2,
) -> dict[str, Label | None]:
    """Ask for each pair and record it at once; nonsense is recorded too, as no label."""
    path = folder / VERDICTS
    _mended(path)
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Label | None] = {}
    waiting = iter(list(pairs))

    async def worker() -> None:
        for evidence, claim in waiting:
            said = await judge.judge(evidence, claim)
            with (
                writing(f"verdicts {path}", "the same again"),
                path.open("a", encoding="utf-8") as out,
            ):
                out.write(line_of(judge.name, (evidence, claim), said))
            found[key(evidence, claim)] = said.label
            progress(len(found))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, parallel)):
                group.create_task(worker())
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return found


def same_judge(verdicts: Verdicts, judge: Judge, folder: Path) -> None:
    """Refuse to mix two judges' verdicts.

    Raises:
        Problem: the folder is another judge's.
    """
    if verdicts.judge not in ("", judge.name):
        why = f"are those of {verdicts.judge!r}, not of {judge.name!r}"
        raise Problem(f"verdicts in {folder}", why, "give another --out")


def _mended(path: Path) -> None:
    if path.is_file() and (data := path.read_bytes()) and not data.endswith(b"\n"):
        write_atomic(path, data[: data.rfind(b"\n") + 1])
