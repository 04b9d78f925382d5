"""`clinicite library`: add, list, show, retire and supersede editions."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from guidelines import catalogue, cli_review
from guidelines.home import open_home
from guidelines.problem import Problem, one_line

library = typer.Typer(
    help="The guidelines: add editions, list, show, check, edit, retire.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    cli_review.register(library)
    app.add_typer(library, name="library")


@library.command()
def add(
    pdfs: Annotated[list[Path] | None, typer.Argument(help="PDF files.")] = None,
    metadata: Annotated[
        Path | None, typer.Option("--from", help="TOML of [[guideline]] tables naming files.")
    ] = None,
    id_: Annotated[str, typer.Option("--id", help="Id; default: from the file's name.")] = "",
    title: Annotated[str, typer.Option(help="Default: the PDF's own, or its first page's.")] = "",
    publisher: str = "",
    edition: str = "",
    published: Annotated[str, typer.Option(help="YYYY-MM-DD.")] = "",
    review_by: Annotated[str, typer.Option(help="YYYY-MM-DD.")] = "",
    population: str = "",
    supersedes: Annotated[str, typer.Option(help="Id of the edition it takes over from.")] = "",
    jurisdiction: str = "",
    language: str = "",
    licence: str = "",
    url: str = "",
) -> None:
    """Add PDFs to the library; a file that is refused costs only itself."""
    from guidelines import intake
    from guidelines.judging import Sound
    from guidelines.reading import told
    from guidelines.settings import IntakeSettings

    given = dict(
        id=id_, title=title, publisher=publisher, edition=edition, published=published,
        review_by=review_by, population=population,
        supersedes=supersedes, jurisdiction=jurisdiction, language=language, licence=licence,
        url=url,
    )  # fmt: skip
    jobs: list[tuple[Path, dict[str, Any]]] = [(p, given) for p in pdfs or []]
    if metadata is not None:
        jobs += [
            (metadata.parent / table["file"], {k: v for k, v in table.items() if k != "file"})
            for table in catalogue.metadata_from(metadata)
        ]
    if not jobs:
        raise Problem("library add", "no PDF was named", "clinicite library add FILE.pdf")
    if len(jobs) > 1 and (id_ or title):
        raise Problem("--id or --title", f"fits one PDF, not {len(jobs)}", "add them one by one")
    home, refused, most = open_home(), 0, IntakeSettings().most
    day = datetime.now(UTC).date().isoformat()
    for path, known in jobs:
        found: list[Sound] = []
        try:
            entry, outcome = intake.add(home, path, known, day, most, found.append)
            typer.echo(f"{outcome}: {entry.id} ({entry.pages} pages, sha256 {entry.sha256[:12]})")
            if outcome == "added" and not known.get("title"):
                typer.echo(f"  title: {one_line(entry.title)} ({_origin(found[0].title_from)})")
            if gone := found[0].lost:
                sys.stderr.write(f"{entry.id}: {len(gone)} pages cannot be read: {told(gone)}\n")
        except Problem as problem:
            refused += 1
            sys.stderr.write(f"clinicite: {problem}\n")
    if refused:
        raise typer.Exit(1)


def _origin(title_from: str) -> str:
    if title_from == "nowhere":
        return "the file's name: no title was found inside; --title gives one"
    return f"read from {title_from}"


@library.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the editions with their status."""
    entries = catalogue.load(open_home())
    if as_json:
        typer.echo(json.dumps([asdict(e) for e in entries.values()], ensure_ascii=False))
        return
    if not entries:
        sys.stderr.write("The library is empty. Add a guideline: clinicite library add FILE.pdf\n")
    for entry in entries.values():
        details = " · ".join(d for d in (entry.publisher, entry.edition, entry.published) if d)
        typer.echo(f"{entry.status:10} {entry.id:40} {entry.pages:4} p  {entry.title}  {details}")


@library.command()
def show(guideline: str, as_json: AsJson = False) -> None:
    """Show one edition: all that is known of it, and what its pages offer."""
    from guidelines.pages import QUALITIES
    from guidelines.proofing import proofed_pages
    from guidelines.reading import lost, told

    home = open_home()
    entry = catalogue.known(catalogue.load(home), guideline)
    path = catalogue.file_of(home, entry)
    # What OCR read when the index was built counts; looking must not start an hour of OCR.
    pages = proofed_pages(path, home.ocr, run=False)
    qualities = {q: [p.number for p in pages if p.quality == q] for q in QUALITIES}
    if as_json:
        reasons = {p.number: p.reasons for p in pages if p.reasons}
        repairs = {p.number: dict(p.repairs) for p in pages if p.repairs}
        known = {"page_quality": qualities, "page_reasons": reasons, "page_repairs": repairs}
        typer.echo(json.dumps({**asdict(entry), **known}, ensure_ascii=False))
        return
    for key, value in asdict(entry).items():
        typer.echo(f"{key:13} {value if value != '' else 'not known'}")
    typer.echo(f"pages         {len(qualities['text'])} with sound text")
    for quality, meaning in QUALITIES.items():
        if quality != "text" and (numbers := qualities[quality]):
            typer.echo(f"              {len(numbers)} {meaning}: {', '.join(map(str, numbers))}")
    for page in pages:
        if page.reasons:
            typer.echo(f"              page {page.number}: {one_line('; '.join(page.reasons))}")
    if gone := lost(pages):
        typer.echo(f"              {len(gone)} cannot be read: {told(gone)}")


@library.command("quarantine")
def quarantine_(
    forget: Annotated[
        str, typer.Option(help="Take a file off the record: its name, or how its hash begins.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the files that were refused, with the day and the reason; none of them is kept."""
    from guidelines import quarantine

    home = open_home()
    if forget and not quarantine.forget(home, forget):
        raise Problem(f"file {forget!r}", "is not on record", "clinicite library quarantine")
    refused = quarantine.load(home)
    if as_json:
        document = {"schema": 1, "refused": [asdict(one) for one in refused]}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for one in refused:
        typer.echo(f"{one.date:10} {one.sha256[:12]:12} {one.name}: {one.reason}")
    if not refused:
        sys.stderr.write("No file was refused.\n")


@library.command()
def retire(guideline: str) -> None:
    """Withdraw an edition: it is no longer searched or cited, from the next question on."""
    with catalogue.locked(open_home()) as entries:
        catalogue.retire(entries, guideline)
    typer.echo(f"retired: {guideline}")


@library.command()
def supersede(old: str, new: str) -> None:
    """Record that edition NEW takes the place of OLD, from the next question on."""
    with catalogue.locked(open_home()) as entries:
        catalogue.supersede(entries, old, new)
    typer.echo(f"superseded: {old} by {new}")
