"""`clinicite eval report`: one HTML and one Markdown to hand on; no model is asked."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.cli_score import Compat, GateFile, JudgeFolder, RunPath, judged, scorecard_of, tell
from guidelines.home import open_home, write_atomic

if TYPE_CHECKING:
    from evals.report import Draw


def report_(
    run: RunPath,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.html and report.md (default: the run).")
    ] = None,
    gate: GateFile = None,
    judge: JudgeFolder = None,
    alce_compat: Compat = False,
) -> None:
    """Write the report of a run: verdict first, every failure with its page."""
    from evals.report import html, markdown

    scored = scorecard_of(run, judge, alce_compat)
    verdicts = judged(gate, scored)
    folder = out or run
    write_atomic(folder / "report.md", markdown(scored, verdicts).encode())
    write_atomic(folder / "report.html", html(scored, verdicts, _draw()).encode())
    typer.echo(f"{folder / 'report.html'}")
    tell(verdicts)


def _draw() -> "Draw":

    from evals.extract import files
    from guidelines.render import page_picture

    by_hash = files(open_home())

    @functools.cache
    def draw(sha256: str, page: int, spans: tuple[tuple[int, int], ...]) -> bytes | None:
        path = by_hash.get(sha256)
        return None if path is None else _small(page_picture(path, page, spans, dpi=80).png)

    return draw


def _small(png: bytes) -> bytes:
    """Give a picture of few colours: print and marker need no more, and a report holds many."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(png)).quantize(16).save(out, format="PNG", optimize=True)
    return out.getvalue()
