"""Labelled questions from JSON lines, each fault with its line number; refuses test questions."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from finetune.examples import Labelled
from guidelines.problem import Problem


def load(path: Path, held_out: Sequence[Path]) -> list[Labelled]:
    """Read labelled questions.

    Args:
        path: JSON lines: question, thinking, gold (file_sha256, page, start, end each).
        held_out: Benchmarks; a question that stands in one of them is refused.

    Raises:
        Problem: a line that does not fit, or a question held out for testing.
    """
    if not path.is_file():
        raise Problem(f"labelled questions {path}", "there is no such file", "check the path")
    tests = {_key(json.loads(row)["question"]) for p in held_out for row in _rows(p)}
    found = []
    for number, row in enumerate(_rows(path), start=1):
        where = f"labelled questions {path} line {number}"
        try:
            fields = json.loads(row)
            gold = tuple(
                (str(g["file_sha256"]), int(g["page"]), int(g["start"]), int(g["end"]))
                for g in fields["gold"]
            )
            labelled = Labelled(str(fields["question"]), str(fields["thinking"]), gold)
        except (ValueError, KeyError, TypeError) as fault:
            raise Problem(
                where, f"does not fit: {fault!r}", "give question, thinking and gold"
            ) from fault
        if not labelled.thinking.strip() or "<" in labelled.thinking:
            raise Problem(where, "its thinking is empty or holds a tag", "write plain sentences")
        if _key(labelled.question) in tests:
            raise Problem(where, "is a question of a benchmark", "remove it: it is held out")
        found.append(labelled)
    return found


def _rows(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _key(question: str) -> str:
    return re.sub(r"\W+", " ", question.lower()).strip()
