"""`clinicite eval`: run a benchmark, score a run, compare two, score retrieval alone."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.cli_judge import calibrate_, judge_
from evals.cli_probe import probe_
from evals.cli_report import report_
from evals.cli_run import run_
from evals.cli_score import compare_, control_, score_, spread_
from evals.intervals import Rate, mean_interval
from guidelines.home import open_home
from retrieval import golden as benchmarks

evaluate = typer.Typer(help="Run a benchmark and score it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    app.add_typer(evaluate, name="eval")


evaluate.command("run")(run_)
evaluate.command("score")(score_)
evaluate.command("compare")(compare_)
evaluate.command("control")(control_)
evaluate.command("spread")(spread_)
evaluate.command("report")(report_)
evaluate.command("probe")(probe_)
evaluate.command("judge")(judge_)
evaluate.command("calibrate")(calibrate_)


@evaluate.command()
def search(
    benchmark: Annotated[Path, typer.Argument(help="JSON lines, as in evals/benchmarks.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Score retrieval alone: where the page that answers stands among the pages found."""
    from evals.ranking import Ranking, mean_ndcg, mean_recall, mean_reciprocal_rank, rates
    from retrieval.cli import IndexSettings
    from retrieval.embed import Embedder
    from retrieval.search import Index

    samples = benchmarks.load(benchmark)
    home = open_home()
    index = Index.open(home, Embedder(IndexSettings().embedder, home.models))
    rankings = []
    for sample in samples:
        hits = index.search(sample.question, 60)
        pages = dict.fromkeys((h.passage.sha256, h.passage.page) for h in hits)
        rankings.append(Ranking(sample, tuple(pages)))
    found, mrr = rates(rankings), mean_reciprocal_rank(rankings)
    means = {"ndcg@10": mean_ndcg(rankings)}
    means |= {f"recall@{k}": mean_recall(rankings, k) for k in (5, 10)}
    if as_json:
        rows = [_row(r) for r in found]
        typer.echo(json.dumps({"schema": 1, "generation": index.manifest.id, "rates": rows,
                               "mrr": mrr, **means}))  # fmt: skip
        return
    for rate in found:
        typer.echo(str(rate))
    for name, mean in {"mean reciprocal rank": mrr, **means}.items():
        typer.echo(f"{name}: {'unscored' if mean is None else f'{mean:.3f}'}")


@evaluate.command()
def corpus(
    documents: Annotated[Path, typer.Argument(help="JSON lines: _id, title, text or sentences.")],
    queries: Annotated[Path, typer.Argument(help="JSON lines: _id or id, text or claim.")],
    qrels: Annotated[Path, typer.Argument(help="query-id, document id, score; tab separated.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Score retrieval over a labelled corpus such as SciFact: nDCG@10, each part and both fused."""
    from evals import corpus as labelled
    from retrieval.cli import IndexSettings
    from retrieval.embed import Embedder

    read = labelled.load(documents, queries, qrels)
    embedder = Embedder(IndexSettings().embedder, open_home().models)

    def progress(done: int, total: int) -> None:
        sys.stderr.write(f"\r{done} of {total} documents")
        sys.stderr.flush()

    found = labelled.score(read, embedder, progress)
    sys.stderr.write("\n")
    rows = {
        name: {"ndcg@10": sum(v) / len(v), "n": len(v), "interval": mean_interval(v)}
        for name, v in found.items()
    }
    if as_json:
        typer.echo(json.dumps({"schema": 1, "embedder": embedder.name, "scores": rows}))
        return
    for name, values in found.items():
        low, high = mean_interval(values)
        mean = sum(values) / len(values)
        typer.echo(f"{name:8} nDCG@10 {mean:.3f} [{low:.3f}, {high:.3f}]  n={len(values)}")


def _row(rate: Rate) -> dict[str, object]:
    return {"name": rate.name, "k": rate.k, "n": rate.n, "interval": rate.interval}
