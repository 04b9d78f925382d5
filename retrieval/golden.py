"""Questions with the page spans that answer them; knows nothing of who answers.

A benchmark and the gate before a promotion read the same form.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from guidelines.home import Home
from guidelines.problem import Problem


@dataclass(frozen=True)
class Gold:
    """A span of the text of one page of one PDF; survives any re-cutting of passages.

    Golds of one group are alternatives.
    """

    file_sha256: str
    page: int
    start: int
    end: int
    group: int = 0


@dataclass(frozen=True)
class Sample:
    """One question. No gold means: the library does not answer it. `all`: every group is needed."""

    id: str
    kind: str
    question: str
    gold: tuple[Gold, ...]
    all: bool = False


def golden_file(home: Home) -> Path:
    """Give the place of the library's own golden questions, beside its catalogue."""
    return home.catalogue.with_name("golden.jsonl")


def load(path: Path) -> list[Sample]:
    """Read a benchmark of one JSON object a line.

    Raises:
        Problem: no such file, or a line that does not fit, with its number.
    """
    if not path.is_file():
        raise Problem(f"benchmark {path}", "there is no such file", "ls evals/benchmarks")
    samples: list[Sample] = []
    for number, row in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            fields = json.loads(row)
            # Without groups, golds that are all needed are a group each.
            gold = tuple(Gold(**{"group": i, **g}) for i, g in enumerate(fields["gold"]))
            samples.append(
                Sample(
                    fields["id"], fields["kind"], fields["question"], gold, fields.get("all", False)
                )
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise Problem(
                f"benchmark {path} line {number}", f"does not fit: {fault!r}", "correct the line"
            ) from fault
    if len({s.id for s in samples}) != len(samples):
        raise Problem(f"benchmark {path}", "has an id twice", "give each question its own id")
    return samples
