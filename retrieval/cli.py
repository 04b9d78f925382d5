"""`clinicite index`: build a generation, search it, list and verify what is there."""

import json
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from guidelines.home import open_home
from guidelines.problem import Problem
from retrieval import generations, store
from retrieval.embed import MINILM, Embedder
from retrieval.search import Hit, Index

index = typer.Typer(help="The searchable index.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


class IndexSettings(BaseSettings):
    """The one setting of retrieval."""

    model_config = SettingsConfigDict(env_prefix="CLINICITE_", extra="ignore")

    embedder: str = MINILM


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    app.add_typer(index, name="index")


@index.command()
def build(
    force: Annotated[
        str, typer.Option(help="Reason to promote although golden pages are found less often.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Read, cut and embed what the library holds, then switch to the new generation."""
    if as_json:
        from retrieval.build_told import build_told

        return build_told(open_home(), IndexSettings().embedder, force)
    from retrieval.build import build as build_generation

    started = time.monotonic()
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bars:
        bar = bars.add_task("loading the embedder", total=None)
        embedder = Embedder(IndexSettings().embedder)
        built = build_generation(
            open_home(),
            embedder,
            datetime.now(UTC).isoformat(timespec="seconds"),
            on_read=lambda name: bars.update(bar, description=f"reading {name}"),
            on_embed=lambda done, total: bars.update(
                bar, description="embedding passages", completed=done, total=total
            ),
            force=force,
        )
    what = "unchanged generation" if built.unchanged else "generation"
    typer.echo(
        f"{what} {built.manifest.id}: {built.manifest.passages} passages of "
        f"{len(built.manifest.guidelines)} guidelines ({built.embedded} embedded, "
        f"{built.reused} reused) in {time.monotonic() - started:.0f} s"
    )


@index.command()
def plan(as_json: AsJson = False) -> None:
    """Show what a build would do and how long it would take; changes nothing."""
    from retrieval.plan import plan as make_plan

    made = make_plan(open_home(), IndexSettings().embedder)
    if as_json:
        typer.echo(json.dumps({"schema": 1, **asdict(made)}, ensure_ascii=False))
        return
    for change in made.changes:
        detail = f"  ({change.detail})" if change.detail else ""
        typer.echo(f"{change.kind:12} {change.guideline:40} {change.passages:6} passages{detail}")
    embed = sum(c.passages for c in made.changes if c.kind in ("added", "changed"))
    typer.echo(f"{embed} passages to embed, about {made.seconds:.0f} s")


@index.command()
def rollback(generation: str) -> None:
    """Go back (or forward) to a generation that `index list` names; checked before the switch."""
    generations.switch(open_home(), generation)
    typer.echo(f"current generation: {generation}")


@index.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="How many passages.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Show the passages a question finds, superseded editions among them and marked."""
    if not query.strip():
        raise Problem("the query", "is empty", 'clinicite index search "words"')
    opened = Index.open(open_home(), Embedder(IndexSettings().embedder))
    hits = opened.search(query, k, statuses=("current", "superseded"))
    if as_json:
        document = {"schema": 1, "generation": opened.manifest.id, "hits": [_row(h) for h in hits]}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    if not hits:
        sys.stderr.write("Nothing found: the library holds no passage like it.\n")
    for hit in hits:
        p, g = hit.passage, hit.guideline
        status = "" if g.status == "current" else f" [{g.status.upper()}]"
        typer.echo(f"{hit.rank}. {g.title}{status}, page {p.page}  ({hit.score:.4f})")
        typer.echo(f"   {' › '.join(p.section)}\n   {p.text}\n")


def _row(hit: Hit) -> dict[str, object]:
    p, g = hit.passage, hit.guideline
    return {
        "rank": hit.rank, "score": hit.score, "guideline": g.id, "edition": g.edition,
        "status": g.status, "file_sha256": p.sha256, "page": p.page, "page_label": p.label,
        "section": list(p.section), "passage_id": p.id, "text": p.text, "quality": p.quality,
    }  # fmt: skip


@index.command("list")
def list_() -> None:
    """List the generations, the current one marked."""
    home = open_home()
    current = store.current_id(home)
    folders = [f for f in store.generations(home).glob("*") if not f.name.startswith(".")]
    if not folders:
        sys.stderr.write("There is no index yet. Build one: clinicite index build\n")
    for manifest in sorted((store.read_manifest(f) for f in folders), key=lambda m: m.created):
        mark = "*" if manifest.id == current else " "
        typer.echo(
            f"{mark} {manifest.id}  {manifest.created}  {manifest.passages} passages  "
            f"{len(manifest.guidelines)} guidelines  {manifest.embedder}"
        )


@index.command()
def verify(
    generation: Annotated[str, typer.Argument(help="Default: the current one.")] = "",
) -> None:
    """Check every file of a generation against its manifest."""
    home = open_home()
    wanted = generation or store.current_id(home)
    if not wanted:
        raise Problem(f"index in {home.index}", "there is none yet", "clinicite index build")
    folder = store.generations(home) / wanted
    manifest = store.read_manifest(folder)
    store.verify(folder, manifest)
    typer.echo(f"sound: generation {manifest.id}, {len(manifest.files)} files, all as built")
