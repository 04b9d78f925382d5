"""`clinicite eval probe`: ask a stored run's questions again over changed evidence."""

import asyncio
import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from evals.cli_score import RunPath
from guidelines.home import open_home
from guidelines.problem import Problem

if TYPE_CHECKING:
    from evals.changes import Kind
    from evals.opening import Parts, SystemName
    from evals.planning import Planned
    from evals.records import Manifest, Run
    from evals.systems import System

# What a system cannot be put to: plain orders by cosine itself and reads whole passages, a closed
# book reads none, and where no model answers there is nothing to weigh.
_NOT: Mapping[str, tuple[str, ...]] = {
    "plain": ("shuffle", "plant"), "closed-book": ("shuffle", "plant"), "first-hit": ("logprob",),
}  # fmt: skip


def probe_(
    run: RunPath,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="delete cited passages, edit cited lines, plant a line in another guideline, "
            "swap current and superseded, shuffle the evidence, logprob: weigh the answer with "
            "and without what it cites. Several allowed, all by default."
        ),
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, help="Questions at a time.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of what is drawn: orders and places.")] = 0,
) -> None:
    """Ask a run's questions again over changed evidence, with the system that answered them.

    Each probe stands in RUN/probes, where score, compare and report find it; one broken off goes
    on. Settings, index and program must be those of the run.
    """
    from agent.settings import AgentSettings
    from agent.start import say, start_model
    from evals import probed, records
    from evals.changes import KINDS
    from evals.opening import open_parts
    from evals.planning import plan

    stored = records.read(run)
    probed.whole(stored)
    if stored.manifest.control:
        raise Problem(f"run {run}", "is a control: nothing answered it", "probe the run itself")
    name = stored.manifest.system
    left_out = _NOT.get(name, ())
    if unknown := sorted(set(kind or ()) - set(KINDS)):
        raise Problem(f"probe {unknown[0]!r}", "is none", f"--kind {'|'.join(KINDS)}")
    if refused := sorted(set(kind or ()) & set(left_out)):
        raise Problem(f"probe {refused[0]}", f"means nothing for {name}", "give another --kind")
    kinds = [k for k in KINDS if k in (kind or KINDS) and k not in left_out]
    home, settings = open_home(), AgentSettings()
    sampling = stored.manifest.sampling
    parts, now = open_parts(
        home, settings, cast("SystemName", name), run / records.BENCHMARK,
        seed=sampling.get("seed", 0), temperature=sampling.get("temperature", 0.0),
    )  # fmt: skip
    told = records.differences(stored.manifest, now)
    if not told and stored.manifest.library != now.library:
        told = "the library's catalogue has changed since"
    if told:
        raise Problem(f"run {run}", f"was made otherwise: {told}", "probe it as it was made")
    passages = parts.holder().passages
    plans = {k: plan(stored, k, passages, seed) for k in kinds}
    for k in kinds:
        _begin(stored, k, plans[k], now, seed)
    asks = any(p.rows for p in plans.values()) and name != "first-hit"
    server = start_model(home, settings, say)[1] if asks else None
    try:
        # In one event loop: the model's client keeps its connections open in it.
        asyncio.run(_ask(parts, stored, plans, parallel))
    finally:
        if server is not None:
            server.stop()


def _begin(stored: "Run", kind: "Kind", planned: "Planned", now: "Manifest", seed: int) -> None:
    from evals import probed, records
    from evals.changes import DRAWN, rows

    left = "; ".join(f"{why}: {n}" for why, n in planned.left.items()) or "none"
    sys.stderr.write(f"{kind}: {len(planned.rows)} probes; questions left out: {left}\n")
    if not planned.rows:
        return
    told = rows(planned.rows)
    drawn = {"probe_seed": seed} if kind in DRAWN else {}
    manifest = replace(
        now,
        benchmark=f"{kind} of {stored.manifest.benchmark}",
        benchmark_sha256=hashlib.sha256(told).hexdigest(),
        questions=len(planned.rows),
        options={**now.options, "probe": kind, **drawn},
        control=f"probe {kind} of {stored.path.name}: words and editions of no library",
    )
    folder = probed.folder(stored.path, kind)
    if (folder / records.MANIFEST).is_file():
        known = records.read_manifest(folder)
        if other := records.differences(known, manifest):
            why = f"was made otherwise: {other}"
            raise Problem(f"probe {folder}", why, "remove that folder, then the same again")
    records.begin(folder, manifest, told)


async def _ask(
    parts: "Parts", stored: "Run", plans: Mapping["Kind", "Planned"], parallel: int
) -> None:
    from evals import probed
    from evals.likelihood import Likelihood
    from evals.probing import Probing
    from evals.run import run

    for kind, planned in plans.items():
        if not planned.rows:
            continue
        folder = probed.folder(stored.path, kind)
        changes = {sample.id: change for sample, change in planned.rows}
        system: System = (
            Likelihood(stored, changes, parts.endpoint)
            if kind == "logprob"
            else Probing(parts, changes, folder)
        )
        await run(
            system, [sample for sample, _ in planned.rows], folder, _progress(kind),
            model=stored.manifest.model, seed=parts.endpoint.seed, parallel=parallel,
        )  # fmt: skip
        sys.stderr.write("\n")
        typer.echo(f"{folder}")


def _progress(kind: str) -> Callable[[int, int, int], None]:
    def progress(done: int, total: int, failed: int) -> None:
        problems = f", {failed} met a problem" if failed else ""
        sys.stderr.write(f"\r{kind}: {done} of {total} asked again{problems}")
        sys.stderr.flush()

    return progress
