"""`clinicite receipt`: past answers, shown, verified, replayed, and who leaned on an edition."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.feedback import Reason, Thumb
from guidelines.home import open_home, writing
from guidelines.problem import Problem, one_line

if TYPE_CHECKING:
    from agent.receipts import Entry

receipt = typer.Typer(help="Past answers.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Id = Annotated[str, typer.Argument(help="The id beside the answer, or how it begins.")]
PROVES = (
    "This proves that no entry was altered, taken out or put in since it was recorded, by anybody "
    "who did not also rewrite every entry after it. Somebody who may write the file could do that: "
    "note what `clinicite receipt head` prints elsewhere, and give it back with --head."
)


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    app.add_typer(receipt, name="receipt")


@receipt.command("list")
def list_(
    most: Annotated[int, typer.Option("-n", min=1, help="How many, the newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the last answers."""
    from agent.receipt_reading import last

    found = last(open_home().receipts, most, "receipt")
    if as_json:
        return _print({"schema": 1, "receipts": [_row(entry) for entry in found]})
    for row in map(_row, found):
        kind = "abstained" if row["abstained"] else "answered "
        typer.echo(f"{row['receipt']}  {row['time']}  {kind}  {one_line(row['question'])}")


@receipt.command()
def show(name: Id, as_json: AsJson = False) -> None:
    """Show one receipt: what was asked, what was found, what was said, and what was shown."""
    from agent.receipt_reading import find
    from agent.receipt_text import as_text

    entry = find(open_home().receipts, name)
    if as_json:
        return _print({"receipt": entry.name, "sha256": entry.sha256, **entry.body})
    typer.echo(as_text(entry))


@receipt.command()
def head() -> None:
    """Print the number and hash of the last entry, to be noted where nobody can rewrite it."""
    from agent.receipt_reading import walk

    chain = walk(open_home().receipts)
    typer.echo(f"{chain.entries} {chain.head}")


@receipt.command()
def verify(
    name: Annotated[str, typer.Argument(help="A receipt that must be there; default: all.")] = "",
    noted: Annotated[str, typer.Option("--head", help="A hash that `head` printed once.")] = "",
    as_json: AsJson = False,
) -> None:
    """Walk the whole chain; exit status 1 where it does not hold."""
    from agent.receipt_reading import find, walk

    path = open_home().receipts
    chain = walk(path, noted)
    entry = find(path, name) if name else None
    if as_json:
        _print({"schema": 1, "entries": chain.entries, "head": chain.head, "faults": chain.faults})
    else:
        for fault in chain.faults:
            typer.echo(f"broken: {fault}")
        state = f"{len(chain.faults)} faults" if chain.faults else "the chain holds"
        typer.echo(f"{chain.entries} entries, {state}; head {chain.head}")
        if entry is not None and not chain.faults:
            typer.echo(f"receipt {entry.name} is entry {entry.number}, as it was recorded")
        if not chain.faults:
            typer.echo(PROVES)
    if chain.faults:
        raise typer.Exit(1)


@receipt.command()
def replay(name: Id, as_json: AsJson = False) -> None:
    """Judge a past answer again from its receipt and compare; exit status 1 where it differs."""
    from dataclasses import asdict

    from agent.receipt_reading import find
    from agent.receipt_replay import replay as again

    home = open_home()
    done = again(home, find(home.receipts, name))
    if as_json:
        _print({"schema": 1, "same": done.same, **asdict(done)})
    else:
        for lost in done.lost:
            typer.echo(f"quote: {lost}")
        for difference in done.differences:
            typer.echo(f"differs: {difference}")
        if done.program[0] != done.program[1]:
            typer.echo(f"judged by other code then ({done.program[0][:12]}) than now")
        said = "the same answer, bit for bit" if not done.differences else "another answer"
        typer.echo(
            f"receipt {done.receipt}: {said}; {done.quotes - len(done.lost)} of {done.quotes} "
            "quotes stand on their pages; neither search nor model ran again"
        )
    if not done.same:
        raise typer.Exit(1)


@receipt.command()
def affected(
    retired: Annotated[
        str, typer.Option(help="An edition's id; default: all retired and superseded ones.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the past answers that cited an edition which does not count any more."""
    from agent.receipt_reading import naming
    from guidelines import catalogue

    home = open_home()
    entries = catalogue.load(home)
    wanted = [retired] if retired else [e.id for e in entries.values() if e.status != "current"]
    found = [
        {**_row(entry), "guideline": guideline, "pages": pages}
        for guideline in wanted
        for entry in naming(home.receipts, json.dumps(guideline), "receipt")
        if (pages := _pages_cited(entry, guideline))
    ]
    if as_json:
        return _print({"schema": 1, "affected": found})
    for row in found:
        where = f"{row['guideline']} p. {', '.join(map(str, row['pages']))}"
        typer.echo(f"{row['time']}  {row['receipt']}  {where}  {one_line(row['question'])}")
    if retired and not found and retired not in entries:
        raise Problem(f"guideline {retired!r}", "is not in the library", "clinicite library list")
    typer.echo(f"{len(found)} answers cited {', '.join(wanted) or 'no such edition'}")


def _pages_cited(entry: "Entry", guideline: str) -> list[int]:
    cited = (c for claim in entry.body["answer"]["claims"] for c in claim["citations"])
    return sorted({int(c["page"]) for c in cited if c["guideline"] == guideline})


@receipt.command()
def mark(
    name: Id,
    thumb: Annotated[Thumb, typer.Option(help="Whether the answer was of use.")],
    reason: Annotated[Reason | None, typer.Option(help="What was wrong with it.")] = None,
    line: Annotated[
        list[str] | None, typer.Option(help="A line that answers, such as 2.1; repeatable.")
    ] = None,
) -> None:
    """Say whether an answer was of use, and which lines answer; kept on this machine only."""
    from agent.feedback import Feedback, feedback
    from agent.receipt_reading import find
    from agent.receipt_store import ReceiptStore, Unrecorded

    path = open_home().receipts
    answered = find(path, name)
    given = Feedback(answered.name, _now(), thumb, reason or "", "", tuple(line or ()))
    kept = ReceiptStore(path).append(feedback(given, answered))
    if isinstance(kept, Unrecorded):
        raise kept.problem
    typer.echo(f"recorded as {kept.name}; it stays on this machine")


@receipt.command("feedback")
def feedback_(
    out: Annotated[Path, typer.Argument(help="Where the labels go, one JSON object a line.")],
) -> None:
    """Write what readers said as labels that `clinicite finetune data` reads; sends nothing."""
    from agent.feedback import labels

    made = list(labels(open_home().receipts))
    found = [row for row in made if row is not None]
    rows = [json.dumps(row, ensure_ascii=False) + "\n" for row in found]
    with writing(f"labels {out}", f"clinicite receipt feedback {out}"):
        out.write_text("".join(rows), "utf-8")
    typer.echo(f"{out}: {len(rows)} labels, on this machine only; nothing was sent")
    if len(rows) < len(made):
        sys.stderr.write(f"{len(made) - len(rows)} answers were marked without a right line\n")
    if bare := sum(not row["thinking"] for row in found):
        sys.stderr.write(f"{bare} labels need a thinking written before training reads them\n")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _row(entry: "Entry") -> dict[str, Any]:
    body = entry.body
    answer = body["answer"]
    return {
        "receipt": entry.name, "number": entry.number, "time": body["time"],
        "conversation": body["conversation"], "question": answer["question"],
        "abstained": answer["abstained"], "generation": answer["generation"],
    }  # fmt: skip


def _print(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))
