"""Scores worked by hand, over a run log written by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evals import run
from evals.ranking import Ranking, mean_reciprocal_rank, rates
from evals.score import Rate, scores
from guidelines.problem import Problem
from retrieval import golden as benchmark
from retrieval.golden import Gold, Sample

PAGE = "Give 1 g every 8 hours. Do not give to infants."


def extract(sha256: str, page: int, spans: Sequence[tuple[int, int]]) -> str:
    return " … ".join(PAGE[a:b] for a, b in spans) if (sha256, page) == ("a", 3) else ""


def cited(start: int, end: int, page: int = 3, quote: str | None = None) -> dict[str, Any]:
    words = PAGE[start:end] if quote is None else quote
    citation = {"file_sha256": "a", "page": page, "spans": [[start, end]], "quote": words,
                "status": "current"}  # fmt: skip
    return {"text": words, "citations": [citation]}


def answered(*claims: dict[str, Any]) -> dict[str, Any]:
    return {"abstained": not claims, "claims": list(claims)}


SAMPLES = [
    Sample("right", "single", "q", (Gold("a", 3, 0, 23),)),
    Sample("page-only", "single", "q", (Gold("a", 3, 24, 47),)),
    Sample("forged", "single", "q", (Gold("a", 3, 0, 23),)),
    Sample("kept-silent", "single", "q", (Gold("a", 3, 0, 23),)),
    Sample("off", "unanswerable", "q", ()),
    Sample("near", "nearmiss", "q", ()),
    Sample("broken", "single", "q", (Gold("a", 3, 0, 23),)),
    Sample("both", "several", "q", (Gold("a", 3, 0, 23), Gold("a", 3, 24, 47, 1)), all=True),
]
ROWS: list[dict[str, Any]] = [
    {"id": "right", "answer": answered(cited(0, 23))},
    {"id": "page-only", "answer": answered(cited(0, 23))},
    {"id": "forged", "answer": answered(cited(0, 23, quote="Give 2 g every 8 hours."))},
    {"id": "kept-silent", "answer": answered()},
    {"id": "off", "answer": answered()},
    {"id": "near", "answer": answered(cited(24, 47, page=9))},
    {"id": "broken", "problem": "model away"},
    {"id": "both", "answer": answered(cited(0, 23))},
]


def test_every_rate_by_hand() -> None:
    found = {r.name: (r.k, r.n) for r in scores(SAMPLES, ROWS, extract)}
    assert found == {
        "unscored": (1, 8),
        "citations resolvable": (3, 5),
        "citations of current editions": (5, 5),
        "claims verbatim": (5, 5),
        "answerable kept": (4, 5),
        "right page": (4, 5),
        "right line": (2, 5),
        "abstained, unanswerable": (1, 1),
        "abstained, nearmiss": (0, 1),
    }


def test_an_interval_by_hand() -> None:
    low, high = Rate("x", 8, 10).interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert str(Rate("x", 0, 0)) == "x: unscored (n = 0)"


def test_ranks_by_hand() -> None:
    pages = (("b", 1), ("a", 3), ("a", 4))
    rankings = [
        Ranking(SAMPLES[0], pages),
        Ranking(SAMPLES[0], pages[:1]),
        Ranking(SAMPLES[0], (("a", 3),)),
        Ranking(SAMPLES[4], pages),
    ]
    assert [r.rank for r in rankings] == [2, 0, 1, 0]
    assert [(r.k, r.n) for r in rates(rankings)] == [(1, 3), (2, 3), (2, 3), (2, 3)]
    assert mean_reciprocal_rank(rankings) == pytest.approx(0.5)
    assert mean_reciprocal_rank(rankings[3:]) is None


def test_a_benchmark_that_does_not_fit_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    good = {"id": "1", "kind": "single", "question": "q", "gold": []}
    path.write_text(json.dumps(good) + "\n" + '{"id": "2"}\n')
    with pytest.raises(Problem, match=r"b.jsonl line 2: does not fit: KeyError"):
        benchmark.load(path)
    path.write_text(json.dumps(good) + "\n" + json.dumps(good) + "\n")
    with pytest.raises(Problem, match="has an id twice"):
        benchmark.load(path)
    with pytest.raises(Problem, match="there is no such file"):
        benchmark.load(tmp_path / "none.jsonl")


def test_a_torn_last_line_of_a_run_is_asked_again(tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl"
    log.write_text('{"id": "1", "problem": "x"}\n{"id": "2", "ans')
    assert [row["id"] for row in run.read(log)] == ["1"]
