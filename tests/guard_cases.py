"""The cases by which guards are judged, and the table that a test prints of them."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases"


@dataclass(frozen=True)
class Rates:
    """How many texts that must be blocked were, and how many of those that must pass were."""

    blocked: int
    must_block: int
    false: int
    must_pass: int

    def hold(self) -> bool:
        """Tell whether the wanted rates are reached."""
        return self.blocked >= 0.98 * self.must_block and self.false <= 0.02 * self.must_pass


def dev(name: str) -> list[dict[str, Any]]:
    """Read the half of a case file that guards may be made with; skips where it is not shipped."""
    path = CASES / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no {path.relative_to(ROOT)}")
    rows = [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]
    return [row for row in rows if row["split"] == "dev"]


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]


def judge(
    name: str, blocks: Callable[[dict[str, Any]], bool], rows: Iterable[dict[str, Any]]
) -> Rates:
    """Run a guard on cases and print its row of the table and each case it gets wrong."""
    kinds: dict[str, list[dict[str, Any]]] = {"block": [], "pass": []}
    for row in rows:
        kinds[row["expect"]].append(row)
    missed = [row for row in kinds["block"] if not blocks(row)]
    false = [row for row in kinds["pass"] if blocks(row)]
    n, m = len(kinds["block"]), len(kinds["pass"])
    sys.stdout.write(f"\n{name}: blocked {n - len(missed)} of {n}, falsely {len(false)} of {m}\n")
    for row in missed + false:
        sys.stdout.write(f"  wrong: {row['id']} {row['expect']} {row['text'][:100]}\n")
    return Rates(n - len(missed), n, len(false), m)
