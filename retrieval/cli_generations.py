"""`clinicite index` over the generations that are there: list, verify, go back, prune.

Registered by `retrieval.cli`; what a generation is stands elsewhere.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from guidelines.home import open_home
from guidelines.problem import Problem
from retrieval import generations, releases, store
from retrieval.releases import Release

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def register(index: typer.Typer) -> None:
    """Put the commands under `clinicite index`."""
    index.command("list")(list_)
    for command in (verify, rollback, prune):
        index.command()(command)


def list_(as_json: AsJson = False) -> None:
    """List the generations, oldest first: `*` the current one, `<` the one before it."""
    found = releases.releases(open_home())
    if as_json:
        document = {"schema": 1, "generations": [_row(release) for release in found]}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    if not found:
        sys.stderr.write("There is no index yet. Build one: clinicite index build\n")
    for release in found:
        mark = "*" if release.current else "<" if release.predecessor else " "
        facts = "has no readable manifest"
        if (made := release.manifest) is not None:
            facts = (
                f"{made.created}  {made.passages} passages  "
                f"{len(made.guidelines)} guidelines  {made.embedder}"
            )
        typer.echo(f"{mark} {release.id}  {facts}{'  in use' if release.held else ''}")


def _row(release: Release) -> dict[str, Any]:
    """Give one generation with the same keys whether its manifest can be read or not."""
    made = release.manifest
    return {
        "id": release.id,
        "current": release.current,
        "predecessor": release.predecessor,
        "in_use": release.held,
        "readable": made is not None,
        "created": made.created if made else None,
        "passages": made.passages if made else None,
        "guidelines": sorted(made.guidelines) if made else None,
        "embedder": made.embedder if made else None,
        "gate": made.gate if made else None,
    }


def verify(
    generation: Annotated[str, typer.Argument(help="Default: the current one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check every file of a generation against its manifest; exit status 1 where one differs."""
    home = open_home()
    wanted = generation or store.current_id(home)
    if not wanted:
        raise Problem(f"index in {home.index}", "there is none yet", "clinicite index build")
    try:
        manifest = generations.checked(home, wanted)
    except Problem as problem:
        if not as_json:
            raise
        _told(wanted, 0, str(problem))
        raise typer.Exit(1) from problem
    if as_json:
        _told(wanted, len(manifest.files), "")
        return
    typer.echo(f"sound: generation {manifest.id}, {len(manifest.files)} files, all as built")


def _told(generation: str, files: int, why: str) -> None:
    document = {"schema": 1, "generation": generation, "sound": not why, "files": files, "why": why}
    typer.echo(json.dumps(document, ensure_ascii=False))


def rollback(generation: str) -> None:
    """Go back (or forward) to a generation that `index list` names; checked before the switch."""
    releases.rollback(open_home(), generation, _now())
    typer.echo(f"current generation: {generation}")


def prune(
    keep: Annotated[int, typer.Option(min=1, help="How many generations to leave.")],
) -> None:
    """Remove the oldest generations; never the current one, the one before, or one in use."""
    removed, spared = releases.prune(open_home(), keep, _now())
    typer.echo(f"removed {len(removed)} generations{''.join(f' {i}' for i in removed)}")
    for generation in spared:
        typer.echo(f"kept {generation}: a reader holds it")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
