"""The `clinicite` command: imports only the group that is called, so help is instant.

It knows the groups by name; what they do stands in each package's `cli.py`.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from guidelines.problem import Problem

# name -> (module with `register(app)`, help). Modules are named, not imported: the packages
# to the right of this one stay unknown to it until somebody calls them.
GROUPS: dict[str, tuple[str, str]] = {
    "library": ("guidelines.cli", "The guidelines: add editions, list, show, retire."),
    "index": ("retrieval.cli", "The searchable index: build a generation, search it."),
    "ask": ("agent.cli_ask", "Ask one question; every sentence of the answer is cited."),
    "receipt": ("agent.cli_receipt", "Past answers: show, verify, replay, who leaned on what."),
    "serve": ("agent.cli_serve", "Serve the model, the page, or both."),
    "eval": ("evals.cli", "Run a benchmark through the same session a clinician uses; score it."),
    "finetune": ("finetune.cli", "Training data in the agent's own format."),
}


def build(argv: Sequence[str]) -> typer.Typer:
    """Make the application with the named group loaded and the others as names with a help line."""
    app = typer.Typer(
        name="clinicite",
        help="Answers from clinical guidelines, each sentence checkable on its page.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root(
        home: Annotated[
            Path | None,
            typer.Option(help="Folder of all state (default: $CLINICITE_HOME or .data)."),
        ] = None,
    ) -> None:
        if home is not None:
            os.environ["CLINICITE_HOME"] = str(home)

    called = _group_called(argv)
    for name, (module, help_text) in GROUPS.items():
        if name == called:
            importlib.import_module(module).register(app)
        else:
            _placeholder(app, name, help_text)
    return app


def _group_called(argv: Sequence[str]) -> str | None:
    """Give the first word that is neither an option nor the value of `--home`."""
    skip = False
    for word in argv:
        if skip:
            skip = False
        elif word == "--home":
            skip = True
        elif not word.startswith("-"):
            return word
    return None


def _placeholder(app: typer.Typer, name: str, help_text: str) -> None:
    @app.command(name, help=help_text)
    def unloaded() -> None:  # only its name and help line are ever used
        raise AssertionError(f"group {name} was called without being loaded")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; a Problem is one line on stderr and exit status 1."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        build(words)(args=words, prog_name="clinicite")
    except Problem as problem:
        sys.stderr.write(f"clinicite: {problem}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("clinicite: stopped; nothing already stored was lost.\n")
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
