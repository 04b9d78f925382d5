"""`clinicite eval judge | calibrate`: verdicts on support, and what the judge is worth."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evals.cli_score import RunPath
from guidelines.home import open_home, write_atomic
from guidelines.problem import Problem

if TYPE_CHECKING:
    from evals.verdicts import Judge, Verdicts

Out = Annotated[Path, typer.Option("--out", help="Folder of this judge's verdicts and card.")]
Url = Annotated[str, typer.Option(help="Base URL of an OpenAI-compatible server, as judge.")]
Model = Annotated[str, typer.Option(help="Name of the judging model there.")]
Nli = Annotated[Path | None, typer.Option(help="Or the folder of an NLI cross-encoder.")]
Key = Annotated[str, typer.Option(envvar="CLINICITE_JUDGE_KEY", help="Sent to that server.")]
Parallel = Annotated[int, typer.Option(min=1, help="Pairs at a time.")]


def judge_(
    run: RunPath,
    out: Out,
    url: Url = "",
    model: Model = "",
    nli: Nli = None,
    key: Key = "none",
    parallel: Parallel = 2,
) -> None:
    """Have a judge say which citations support what they stand under; goes on where it was."""
    from evals.cases import cases
    from evals.extract import extractor, files
    from evals.judging import judge_run, unjudged
    from evals.records import read

    judge, verdicts = _opened(out, url, model, nli, key)
    scored = cases(read(run), extractor(files(open_home())))
    found = asyncio.run(judge_run(judge, scored, out, verdicts, _progress, parallel))
    failed = unjudged(scored, found, compat=True)
    sys.stderr.write("\n")
    typer.echo(f"{out}: {len(found.known)} verdicts; samples left unscored by them: {len(failed)}")


def calibrate_(
    data: Annotated[
        Literal["expertqa-med", "healthver", "scifact"], typer.Argument(help="Which labelled set.")
    ],
    folder: Annotated[Path, typer.Argument(help="The folder that holds it.")],
    out: Out,
    url: Url = "",
    model: Model = "",
    nli: Nli = None,
    key: Key = "none",
    parallel: Parallel = 2,
    most: Annotated[int, typer.Option(min=1, help="Pairs at most, drawn with seed 0.")] = 400,
) -> None:
    """Measure a judge against people's labels: kappa, sensitivity, specificity."""
    import random

    from evals.calibration import card
    from evals.judging import ask
    from evals.labelled_sets import load
    from evals.verdicts import CARD
    from evals.verdicts import key as named

    judge, verdicts = _opened(out, url, model, nli, key)
    pairs = load(data, folder)
    if len(pairs) > most:
        pairs = random.Random(0).sample(pairs, most)
    known = dict(verdicts.known)
    open_ = {named(p.evidence, p.claim): (p.evidence, p.claim) for p in pairs}
    left = [pair for name, pair in open_.items() if name not in known]
    known |= asyncio.run(ask(judge, left, out, _progress, parallel))
    found = card(judge.name, data, pairs, [known[named(p.evidence, p.claim)] for p in pairs])
    cards = {**_cards(out), data: found.document()}
    write_atomic(out / CARD, json.dumps(cards, indent=1).encode() + b"\n")
    sys.stderr.write("\n")
    typer.echo(str(found))


def _opened(
    out: Path, url: str, model: str, nli: Path | None, key: str
) -> "tuple[Judge, Verdicts]":
    from evals.endpoint import Endpoint
    from evals.judges import ModelJudge, NliJudge
    from evals.judging import same_judge
    from evals.verdicts import VERDICTS, Verdicts, read

    if (nli is None) == (not (url and model)):
        raise Problem("the judge", "is named by --url and --model, or by --nli", "name one")
    judge: Judge = NliJudge(nli) if nli else ModelJudge(Endpoint(url, model, key, max_tokens=512))
    verdicts = read(out) if (out / VERDICTS).is_file() else Verdicts("", {})
    same_judge(verdicts, judge, out)
    return judge, verdicts


def _cards(out: Path) -> dict[str, object]:
    from evals.verdicts import CARD

    path = out / CARD
    read: dict[str, object] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return read


def _progress(done: int) -> None:
    sys.stderr.write(f"\r{done} pairs judged")
    sys.stderr.flush()
