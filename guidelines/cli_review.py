"""`clinicite library` over what is there already: check it, edit what is known, dismiss a proposal.

Registered by `guidelines.cli`; what is wrong, and with what, is decided elsewhere.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from guidelines import catalogue
from guidelines.home import open_home
from guidelines.problem import Problem, one_line

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Field = Annotated[str | None, typer.Option(help="New value; an empty one: not known.")]
Day = Annotated[str | None, typer.Option(help="YYYY-MM-DD; an empty one: not known.")]


def register(library: typer.Typer) -> None:
    """Put the commands under `clinicite library`."""
    for command in (check, edit, dismiss):
        library.command()(command)


def check(as_json: AsJson = False) -> None:
    """Tell every fault of the catalogue and its files at once; exit status 1 where there is one."""
    from guidelines import dismissals, quarantine
    from guidelines.check import check as find_faults
    from guidelines.succession import orphans

    home = open_home()
    entries = list(catalogue.load(home).values())
    dismissals.load(home)  # one that cannot be read is told before an hour of reading
    found = find_faults(home, entries, datetime.now(UTC).date()) + orphans(entries)
    faults, left = dismissals.open_and_dismissed(home, found)
    refused = quarantine.load(home)
    if as_json:
        document = {
            "schema": 1,
            "editions": len(entries),
            "faults": [asdict(fault) for fault in faults],
            "dismissed": [asdict(dismissal) for dismissal in dict.fromkeys(d for _, d in left)],
            "quarantine": [asdict(one) for one in refused],
        }
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        for fault in faults:
            typer.echo(f"{fault.guideline}: {one_line(fault.what)}. Mend: {one_line(fault.mend)}")
            if fault.kind != "fault":
                named = f"{fault.kind} {' '.join(fault.editions)}"
                typer.echo(f'  not so? clinicite library dismiss {named} --reason "..."')
        for one in refused:
            typer.echo(f"in quarantine: {one.name}: {one.reason}")
        again = f", {len(left)} dismissed before" if left else ""
        typer.echo(f"{len(entries)} editions checked, {len(faults)} faults{again}")
    if faults:
        raise typer.Exit(1)


def edit(
    guideline: str,
    title: Field = None,
    publisher: Field = None,
    edition: Field = None,
    published: Day = None,
    review_by: Day = None,
    jurisdiction: Field = None,
    population: Field = None,
    language: Field = None,
    licence: Field = None,
    url: Field = None,
) -> None:
    """Change what is known of an edition; comments in the catalogue stay."""
    from guidelines import metadata

    given = {
        "title": title, "publisher": publisher, "edition": edition, "published": published,
        "review_by": review_by, "jurisdiction": jurisdiction, "population": population,
        "language": language, "licence": licence, "url": url,
    }  # fmt: skip
    changes = {name: value for name, value in given.items() if value is not None}
    again = f"clinicite library edit {guideline}"
    if not changes:
        raise Problem(again, "no field was given", f'{again} --publisher "..."')
    with catalogue.locked(open_home(), again) as entries:
        before = metadata.written(catalogue.known(entries, guideline))
        faults = metadata.edit(entries, guideline, changes)
        after = metadata.written(entries[guideline])
    for name, fault in faults.items():
        value = changes.get(name, before[name])
        mend = f"{again} --{name.replace('_', '-')} ..."
        line = Problem(f"{name} {value!r}", metadata.FAULTS[fault], mend)
        sys.stderr.write(f"clinicite: {line}\n")
    if faults:
        raise typer.Exit(1)
    changed = [name for name in after if after[name] != before[name]]
    for name in changed:
        typer.echo(f"{name}: {before[name] or 'not known'} -> {after[name] or 'not known'}")
    if not changed:
        typer.echo(f"unchanged: {guideline}")
    if "title" in changed:
        typer.echo("passages are found by their title too: clinicite index build")


def dismiss(
    kind: Annotated[str, typer.Argument(help="supersession, near-duplicate or title.")],
    editions: Annotated[
        list[str], typer.Argument(help="OLD NEW; both near-duplicates; or the one.")
    ],
    reason: Annotated[str, typer.Option(help="Why the proposal is wrong; kept.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Let it be proposed again.")] = False,
) -> None:
    """Turn down a proposal of `library check`: it is not made again, and the reason is kept."""
    from guidelines import dismissals
    from guidelines.metadata import tidy

    if kind not in dismissals.KINDS:
        why = f"is none of {', '.join(get_args(dismissals.Kind))}"
        raise Problem(f"kind {kind!r}", why, "clinicite library check")
    known = next(k for k in dismissals.KINDS if k == kind)
    home, named = open_home(), tuple(editions)
    said = f"{kind} {' '.join(named)}"
    if again:
        if not dismissals.again(home, kind, named):
            raise Problem(said, "was not dismissed", "clinicite library check")
        typer.echo(f"may be proposed again: {said}")
        return
    title = _proposed_title(named[0]) if kind == "title" else ""
    day = datetime.now(UTC).date().isoformat()
    dismissals.dismiss(home, dismissals.Dismissal(known, named, tidy(reason), day, title))
    typer.echo(f"dismissed: {said}{f' “{one_line(title)}”' if title else ''}")


def _proposed_title(guideline: str) -> str:
    """Read the title again that the check proposes; it alone is turned down."""
    from guidelines.caller import Caller
    from guidelines.judging import title_of

    home, caller = open_home(), Caller()
    path = catalogue.file_of(home, catalogue.known(catalogue.load(home), guideline))
    try:
        return title_of(path, caller)[0]
    finally:
        caller.end()
