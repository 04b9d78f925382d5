"""`clinicite eval run`: put a benchmark to the session, or to a baseline, and keep all of it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from guidelines.home import open_home
from retrieval import golden


def run_(
    benchmark: Annotated[Path, typer.Argument(help="JSON lines, as in evals/benchmarks.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; one broken off goes on.")
    ] = None,
    system: Annotated[
        Literal["session", "first-hit", "plain", "closed-book"],
        typer.Option(help="The clinician's session, or a baseline over the same index."),
    ] = "session",
    parallel: Annotated[int, typer.Option(min=1, help="Questions at a time.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of the model's sampling.")] = 0,
    temperature: Annotated[float, typer.Option(min=0.0, help="Temperature of it.")] = 0.0,
) -> None:
    """Ask every question of a benchmark; our own model is started where none is served.

    With CLINICITE_MODEL_URL any OpenAI-compatible server answers.
    """
    from agent.settings import AgentSettings
    from agent.start import say, start_model
    from evals import records
    from evals.extract import check, files
    from evals.opening import open_system
    from evals.run import run

    home = open_home()
    samples = golden.load(benchmark)
    check(samples, files(home), benchmark)
    path = out or home.runs / f"{benchmark.stem}-{system}"
    settings = AgentSettings()
    opened, manifest = open_system(
        home, settings, system, path, benchmark, seed=seed, temperature=temperature
    )
    records.begin(path, manifest, benchmark.read_bytes())

    def progress(done: int, total: int, failed: int) -> None:
        problems = f", {failed} met a problem" if failed else ""
        sys.stderr.write(f"\r{done} of {total} questions{problems}")
        sys.stderr.flush()

    server = start_model(home, settings, say)[1] if system != "first-hit" else None
    try:
        asyncio.run(
            run(
                opened, samples, path, progress,
                model=manifest.model, seed=seed, parallel=parallel,
            )
        )  # fmt: skip
    finally:
        sys.stderr.write("\n")
        if server is not None:
            server.stop()
    typer.echo(f"{path}")
