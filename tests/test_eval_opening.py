"""What is refused before a run, what ends one, and what its manifest says."""

import asyncio
import json
from pathlib import Path

import pytest

from agent.settings import AgentSettings
from evals import records
from evals.extract import check, files
from evals.opening import open_system
from evals.run import MOST_PROBLEMS, run
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import golden
from tests.eval_cases import few


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    return few(tmp_path / "few.jsonl", ("s007", "s019", "s041"))


def test_a_model_that_is_away_ends_the_run(sample_home: Home, tmp_path: Path) -> None:
    class Away:
        name = "session"

        async def answer(self, sample: golden.Sample) -> records.Record:
            raise Problem("model", "is away", "start it")

    samples = [golden.Sample(str(i), "single", "q", ()) for i in range(9)]
    seen: list[tuple[int, int, int]] = []
    with pytest.raises(Problem, match=rf"{MOST_PROBLEMS} questions in a row met a problem"):
        asyncio.run(
            run(Away(), samples, tmp_path, lambda *p: seen.append(p), model="m", seed=0, parallel=1)
        )
    assert seen[-1] == (5, 9, 5)
    assert len(records.read_records(tmp_path)) == 5


def test_gold_that_does_not_stand_in_its_pdf_is_refused(
    sample_home: Home, benchmark: Path, tmp_path: Path
) -> None:
    by_hash = files(sample_home)
    check(golden.load(benchmark), by_hash, benchmark)
    row = json.loads(benchmark.read_text("utf-8").splitlines()[0])
    for change, why in (
        ({"page": 99}, "1 gold spans no longer stand in their PDFs, the first s007"),
        ({"end": 99_999}, "1 gold spans no longer stand in their PDFs, the first s007"),
        ({"file_sha256": "0" * 64}, "was labelled on 1 PDFs that this library lacks"),
    ):
        moved = {**row, "gold": [{**row["gold"][0], **change}]}
        path = tmp_path / "moved.jsonl"
        path.write_text(json.dumps(moved) + "\n", "utf-8")
        with pytest.raises(Problem, match=why):
            check(golden.load(path), by_hash, path)
    with pytest.raises(Problem, match="holds no question"):
        check([], by_hash, benchmark)


def test_the_manifest_says_what_was_run(sample_home: Home, benchmark: Path, tmp_path: Path) -> None:
    _, manifest = open_system(
        sample_home, AgentSettings(), "first-hit", tmp_path / "r", benchmark,
        seed=0, temperature=0.0,
    )  # fmt: skip
    assert (manifest.model, manifest.sampling, manifest.benchmark) == ("none", {}, "few.jsonl")
    assert len(manifest.benchmark_sha256) == len(manifest.program["guards_sha256"]) == 64
