"""`clinicite finetune`: training data in the agent's own format."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from guidelines.home import open_home

finetune = typer.Typer(help="Training data in the agent's own format.", no_args_is_help=True)
BENCHMARKS = Path(__file__).resolve().parent.parent / "evals" / "benchmarks"


@finetune.callback()
def group() -> None:
    """Training data in the agent's own format."""


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    app.add_typer(finetune, name="finetune")


@finetune.command()
def data(
    questions: Annotated[Path, typer.Argument(help="JSON lines: question, thinking, gold spans.")],
    out: Annotated[Path, typer.Option(help="Chat examples, one JSON object a line.")],
) -> None:
    """Search each labelled question in the index and write it as the agent would ask it."""
    from agent.evidence import gather
    from agent.turn import PASSAGES
    from finetune.examples import example
    from finetune.labels import load
    from retrieval.cli import IndexSettings
    from retrieval.embed import Embedder
    from retrieval.search import Index

    labelled = load(questions, sorted(BENCHMARKS.glob("*.jsonl")))
    home = open_home()
    index = Index.open(home, Embedder(IndexSettings().embedder, home.models))
    missed = 0
    with out.open("w", encoding="utf-8") as rows:
        for one in labelled:
            hits = index.search(one.question, PASSAGES)
            made = example(one, gather(one.question, index.manifest.id, hits))
            missed += bool(one.gold) and not made["ids"]
            rows.write(json.dumps(made, ensure_ascii=False) + "\n")
    typer.echo(f"{out}: {len(labelled)} examples of index {index.manifest.id}")
    if missed:
        sys.stderr.write(f"{missed} answerable questions became NONE: retrieval missed them\n")


@finetune.command()
def pairs(
    out: Annotated[Path, typer.Argument(help="Where the pairs go, one JSON document.")],
    data: Annotated[Path, typer.Option(help="Folder of the guideline texts (see the card).")],
) -> None:
    """Pair our questions with the passages that answer them and with their look-alikes."""
    from finetune.corpus import cut, documents
    from finetune.pairs import mine, write
    from finetune.questions import HERE, load
    from retrieval.embed import Embedder
    from retrieval.weights import MINILM

    read = documents(data)
    questions = load(HERE, read)
    pieces = [piece for document in read for piece in cut(document)]

    def progress(done: int, total: int) -> None:
        sys.stderr.write(f"\r{done} of {total} passages embedded")
        sys.stderr.flush()

    made, texts = mine(questions, pieces, Embedder(MINILM, open_home().models), progress)
    write(out, made, texts)
    typer.echo(f"\n{out}: {len(made)} answerable of {len(questions)} questions, {len(texts)} texts")


@finetune.command()
def embedder(
    pairs: Annotated[Path, typer.Argument(help="What `finetune pairs` wrote.")],
    out: Annotated[Path, typer.Argument(help="Folder for the trained model.")],
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    batch: Annotated[int, typer.Option(min=2)] = 64,
) -> None:
    """Train the packaged MiniLM on pairs and write it with its int8 export."""
    from finetune.embedder import Recipe, train
    from retrieval.int8 import renew
    from retrieval.weights import MINILM, folder_of

    recipe = Recipe(epochs=epochs, batch=batch)
    train(pairs, folder_of(MINILM, "CLINICITE_EMBEDDER"), out, recipe, typer.echo)
    renew(out, out / "int8", "embed")
    typer.echo(f"{out}: set CLINICITE_EMBEDDER={out / 'int8'} to build an index with it")


@finetune.command("guard-texts")
def guard_texts(
    data: Annotated[Path, typer.Argument(help="Folder of the data sets (see the card).")],
    cases: Annotated[Path, typer.Argument(help="Folder of the tests' cases, tests/cases.")],
    out: Annotated[Path, typer.Argument(help="Where the texts go, JSON lines.")],
) -> None:
    """Gather the texts that the guards learn from."""
    from finetune.guard_texts import HEADS, gathered, write

    texts = gathered(data, cases)
    write(out, texts)
    for head in HEADS:
        known = [text.known[head] for text in texts if head in text.known]
        typer.echo(f"{head}: {sum(known)} of {len(known)}")
    typer.echo(f"{out}: {len(texts)} texts")


@finetune.command("guard-net")
def guard_net(
    texts: Annotated[Path, typer.Argument(help="What `finetune guard-texts` wrote.")],
    out: Annotated[Path, typer.Argument(help="Folder for the encoder and its held-out scores.")],
    base: Annotated[
        Path | None, typer.Option(help="A folder; the packaged MiniLM if none.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 6,
) -> None:
    """Train the guards' encoder, fold by fold and whole (two minutes on a GPU)."""
    from finetune.guard_net import Recipe, train
    from finetune.guard_texts import read
    from retrieval.weights import MINILM, folder_of

    start = base or folder_of(MINILM, "CLINICITE_EMBEDDER")
    train(read(texts), start, out, Recipe(epochs=epochs), typer.echo)


@finetune.command()
def guards(
    texts: Annotated[Path, typer.Argument(help="What `finetune guard-texts` wrote.")],
    net: Annotated[Path, typer.Argument(help="What `finetune guard-net` wrote.")],
    out: Annotated[Path, typer.Argument(help="Where the guards read it, agent/models/guards.")],
) -> None:
    """Fit the guards' n-grams, weigh both readers, and write all with the encoder at eight bits."""
    import numpy as np

    from finetune.guard_net import SCORES
    from finetune.guard_texts import read
    from finetune.guards import FALSE, fit, write_grams, write_scales
    from retrieval.int8 import renew

    heads = fit(read(texts), np.load(net / SCORES), FALSE)
    for head in heads:
        typer.echo(
            f"{head.name}: of near texts held out fold by fold, {head.caught:.3f} of "
            f"{head.positive} caught at {head.false:.3f} of {head.honest} false"
        )
    renew(net, out, "judge")
    write_grams(out / "grams.json", heads)
    write_scales(out / "scales.json", heads)


@finetune.command()
def identifiers(
    cases: Annotated[Path, typer.Argument(help="Folder of the tests' cases, tests/cases.")],
    out: Annotated[Path, typer.Argument(help="Where the weights go, agent/identifiers.json.")],
) -> None:
    """Train the weights by which the redactor judges tokens, on our annotated texts."""
    from finetune.identifiers import annotated, gather, tabled, train, write

    rows = tabled(gather(annotated(), cases))
    typer.echo(f"{len(rows.tags)} tokens, {int((rows.tags > 0).sum())} of them identify a person")
    write(out, *train(rows))
