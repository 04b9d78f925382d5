"""`clinicite index`: plan and build a generation, search it."""

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
from guidelines.reading import told
from retrieval import cli_generations
from retrieval.embed import Embedder
from retrieval.search import Hit, Index
from retrieval.weights import CLINICAL
from retrieval.where import Where

index = typer.Typer(help="The searchable index.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


class IndexSettings(BaseSettings):
    """The models of retrieval; a reranker works where the golden questions say that it wins."""

    model_config = SettingsConfigDict(env_prefix="CLINICITE_", extra="ignore")

    embedder: str = CLINICAL
    reranker: str = ""


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    cli_generations.register(index)
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

        return build_told(open_home(), IndexSettings().embedder, IndexSettings().reranker, force)
    from retrieval import gate
    from retrieval.build import build as build_generation

    started = time.monotonic()
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bars:
        bar = bars.add_task("loading the embedder", total=None)
        home = open_home()
        embedder = Embedder(IndexSettings().embedder, home.models)
        built = build_generation(
            home,
            embedder,
            _now(),
            on_read=lambda name: bars.update(bar, description=f"reading {name}"),
            on_embed=lambda done, total: bars.update(
                bar, description="embedding passages", completed=done, total=total
            ),
            force=force,
            reranker=IndexSettings().reranker,
        )
    what = "unchanged generation" if built.unchanged else "generation"
    resumed = f"{built.resumed} by a build that was broken off, " if built.resumed else ""
    typer.echo(
        f"{what} {built.manifest.id}: {built.manifest.passages} passages of "
        f"{len(built.manifest.guidelines)} guidelines ({built.embedded} embedded, {resumed}"
        f"{built.reused} reused) in {time.monotonic() - started:.0f} s"
    )
    for line in () if built.unchanged else gate.told(built.manifest.gate):
        sys.stderr.write(f"{line}\n")
    for name, gone in built.manifest.lost.items():
        sys.stderr.write(f"{name}: {len(gone)} pages lost, not in the index: {told(gone)}\n")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


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
    if all(change.kind == "removed" for change in made.changes):
        line = "The library has no guideline to index. Add one: clinicite library add FILE.pdf"
        sys.stderr.write(f"{line}\n")
        return
    embed = sum(c.passages for c in made.changes if c.kind != "removed")
    read = f", of it {made.reading:.0f} s of reading" if made.reading >= 0.5 else ""
    typer.echo(f"{embed} passages to embed, about {made.seconds:.0f} s{read}")


@index.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="How many passages.")] = 5,
    guideline: Annotated[list[str] | None, typer.Option(help="Only this id; repeatable.")] = None,
    publisher: Annotated[list[str] | None, typer.Option(help="Only this one; repeatable.")] = None,
    jurisdiction: Annotated[
        list[str] | None, typer.Option(help="Only this one; repeatable.")
    ] = None,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Old editions too, marked as such.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the passages a question finds, in current editions unless told otherwise."""
    if not query.strip():
        raise Problem("the query", "is empty", 'clinicite index search "words"')
    home = open_home()
    opened = Index.open(home, Embedder(IndexSettings().embedder, home.models))
    where = Where(
        ("current", "superseded") if superseded else ("current",),
        tuple(guideline or ()),
        tuple(publisher or ()),
        tuple(jurisdiction or ()),
    )
    hits = opened.search(query, k, where)
    if as_json:
        typer.echo(json.dumps(search_document(opened.manifest.id, hits), ensure_ascii=False))
        return
    if not hits:
        sys.stderr.write("Nothing found: the library holds no passage like it.\n")
    for hit in hits:
        p, g = hit.passage, hit.guideline
        status = "" if g.status == "current" else f" [{g.status.upper()}]"
        typer.echo(f"{hit.rank}. {g.title}{status}, page {p.page}  ({hit.score:.4f})")
        typer.echo(f"   {' › '.join(p.section)}\n   {p.text}\n")


def search_document(generation: str, hits: list[Hit]) -> dict[str, object]:
    """Give the JSON contract of `index search --json`."""
    return {"schema": 1, "generation": generation, "hits": [_row(hit) for hit in hits]}


def _row(hit: Hit) -> dict[str, object]:
    p, g = hit.passage, hit.guideline
    return {
        "rank": hit.rank, "score": hit.score, "guideline": g.id, "edition": g.edition,
        "status": g.status, "file_sha256": p.sha256, "page": p.page, "page_label": p.label,
        "section": list(p.section), "passage_id": p.id, "text": p.text, "quality": p.quality,
    }  # fmt: skip
