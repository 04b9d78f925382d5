"""The real guidelines beside this checkout, and how retrieval scores over all of them.

`BENCH_GUIDELINES` names another folder. Knows the command `clinicite`, nothing inside it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "guidelines" / "library"
REAL = Path(os.environ.get("BENCH_GUIDELINES", ROOT.parent / "shared" / "data" / "guideline-pdfs"))
MALARIA = REAL / "who-malaria-2025-08-13.pdf"


def clinicite(home: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(home), *words],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def build(home: Path) -> None:
    """Index every real guideline, unless it is done."""
    if (home / "index" / "CURRENT").is_file():
        return
    clinicite(home, "library", "add", *map(str, sorted(REAL.glob("*.pdf"))))
    new, old = "cdc-han-00427-2019ncov-2020-02-01", "cdc-han-00426-2019ncov-2020-01-17"
    clinicite(home, "library", "supersede", old, new)
    clinicite(home, "index", "build")


def scored(home: Path) -> dict[str, Any]:
    """Give `eval search` over them: rates with intervals, and the mean reciprocal rank."""
    build(home)
    benchmark = ROOT / "evals" / "benchmarks" / "real.jsonl"
    document: dict[str, Any] = json.loads(
        clinicite(home, "eval", "search", str(benchmark), "--json")
    )
    return document
