"""`clinicite eval score | compare | control`: numbers of stored runs; no model is asked."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from guidelines.home import open_home, write_atomic
from guidelines.problem import Problem

if TYPE_CHECKING:
    from evals.compare import Comparison, Pair
    from evals.gates import Verdict
    from evals.scorecard import Card

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
RunPath = Annotated[Path, typer.Argument(help="Folder of a run.")]
GateFile = Annotated[
    Path | None, typer.Option("--gate", help="TOML of bounds; exit status 1 where one is broken.")
]

JudgeFolder = Annotated[
    Path | None, typer.Option("--judge", help="Folder of a judge's verdicts and card.")
]
Compat = Annotated[
    bool, typer.Option("--alce-compat", help="Also as ALCE's script counts, with its quirks.")
]


def score_(
    run: RunPath,
    gate: GateFile = None,
    judge: JudgeFolder = None,
    alce_compat: Compat = False,
    as_json: Json = False,
) -> None:
    """Score a run: every citation is extracted again from its PDF."""
    scored = scorecard_of(run, judge, alce_compat)
    verdicts = judged(gate, scored)
    if as_json:
        kept = [{"gate": v.why, "kept": v.kept} for v in verdicts]
        typer.echo(json.dumps({**scored.document(), "gates": kept}, ensure_ascii=False))
    else:
        for line in as_text(scored):
            typer.echo(line)
    tell(verdicts)


def compare_(
    a: RunPath,
    b: RunPath,
    out: Annotated[Path | None, typer.Option(help="Also write the comparison as HTML.")] = None,
    judge: JudgeFolder = None,
    alce_compat: Compat = False,
    as_json: Json = False,
) -> None:
    """Compare two runs over the same questions: difference, interval, test, Holm."""
    from evals.compare import compare
    from evals.report import html_of_two

    found = compare(scorecard_of(a, judge, alce_compat), scorecard_of(b, judge, alce_compat))
    if out is not None:
        write_atomic(out, html_of_two(found).encode())
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "schema": 1, "a": str(a), "b": str(b), "questions": found.questions,
                    "left_out": found.left_out, "power": found.power,
                    "pairs": [p.document() for p in found.pairs],
                }
            )
        )  # fmt: skip
        return
    for line in comparison_text(found):
        typer.echo(line)


def spread_(
    runs: Annotated[list[Path], typer.Argument(help="Runs that differ by their seed alone.")],
    as_json: Json = False,
) -> None:
    """Say how far each score moves from seed to seed."""
    from evals.spread import spread

    rows = spread([scorecard_of(run) for run in runs])
    if as_json:
        typer.echo(json.dumps({"schema": 1, "runs": [str(r) for r in runs],
                               "scores": [row.document() for row in rows]}))  # fmt: skip
        return
    for row in rows:
        typer.echo(str(row))


def control_(
    run: RunPath,
    kind: Annotated[
        Literal["shuffled", "everything", "first-passage"],
        typer.Argument(help="Citations shuffled, all evidence cited, first passage as answer."),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder of the control.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the shuffling.")] = 0,
) -> None:
    """Make a negative control out of a stored run: its scores must collapse or expose it."""
    from evals.controls import make
    from evals.records import read

    path = out or run.with_name(f"{run.name}-{kind}")
    make(read(run), kind, path, seed)
    typer.echo(f"{path}")


def scorecard_of(path: Path, judge: Path | None = None, compat: bool = False) -> "Card":
    """Read and score a run with its probes, and with recorded verdicts where they are given.

    Raises:
        Problem: the judge has no calibration card, or a probe is of another run.
    """
    from evals.calibration import read_cards
    from evals.causal import metrics
    from evals.extract import extractor, files
    from evals.judging import judged_metrics, unjudged
    from evals.probed import read as read_probes
    from evals.records import read
    from evals.scorecard import card
    from evals.verdicts import CARD
    from evals.verdicts import read as read_verdicts

    run, extract = read(path), extractor(files(open_home()))
    probes = read_probes(run)
    causal = metrics(probes)
    probed = tuple(str(p) for p in probes.values())
    if judge is None:
        return replace(card(run, extract, causal), probes=probed)
    verdicts, cards = read_verdicts(judge), read_cards(judge / CARD)
    if others := [c.judge for c in cards if c.judge != verdicts.judge]:
        why = f"is {others[0]!r}'s, the verdicts are {verdicts.judge!r}'s"
        raise Problem(f"calibration card in {judge}", why, "clinicite eval calibrate")
    scored = card(run, extract, (*causal, *judged_metrics(verdicts, compat)))
    left = tuple(unjudged(scored.cases, verdicts, compat))
    return replace(scored, unjudged=left, calibration=tuple(cards), probes=probed)


def judged(gate: Path | None, scored: "Card") -> "list[Verdict]":
    """Hold a run against a file of gates; none given: nothing."""
    from evals.gates import judge, load

    return judge(load(gate, list(scored.by_name)), scored.by_name) if gate else []


def tell(verdicts: "list[Verdict]") -> None:
    """Tell the gates on stderr; exit where one is broken."""
    for verdict in verdicts:
        sys.stderr.write(f"{'kept' if verdict.kept else 'BROKEN'}: {verdict.why}\n")
    if not all(v.kept for v in verdicts):
        raise typer.Exit(1)


def as_text(scored: "Card") -> list[str]:
    """Write a card for a terminal."""
    m = scored.run.manifest
    control = f", control: {m.control}" if m.control else ""
    lines = [
        f"{m.benchmark} ({m.benchmark_sha256[:12]}), {m.system}, model {m.model}{control}",
        f"scored {len(scored.cases)} of {len(scored.run.samples)} questions; "
        f"unscored, counted apart: {len(scored.unscored)}",
    ]
    lines += [f"{scored.told(row)}: {row}" for row in (*scored.rows, *scored.classes)]
    lines += scored.probes
    lines += [f"judge: {told}" for told in scored.calibration]
    if scored.calibration:
        lines.append(f"answered, but unscored by the judge: {len(scored.unjudged)}")
    area = scored.risk.area
    lines.append(f"area under risk-coverage: {'unscored' if area is None else f'{area:.3f}'}")
    return [*lines, scored.power]


def comparison_text(found: "Comparison") -> list[str]:
    """Write a comparison for a terminal."""
    lines = [f"{found.questions} questions scored in both; left out: {len(found.left_out)}"]
    lines += [_pair_text(pair) for pair in found.pairs]
    return [*lines, found.power]


def _pair_text(pair: "Pair") -> str:
    if pair.delta is None:
        return f"{pair.name}: unscored in one of the two"
    between = (
        "" if pair.interval is None else f" [{pair.interval[0]:+.3f}, {pair.interval[1]:+.3f}]"
    )
    p = "" if pair.adjusted is None else f"  {pair.test} p={pair.p:.4f}, Holm {pair.adjusted:.4f}"
    return f"{pair.name}: {pair.a:.3f} - {pair.b:.3f} = {pair.delta:+.3f}{between}{p}"
