"""Runs on disk and benchmarks that do not fit; ranks of retrieval alone, worked by hand."""

import hashlib
import json
from pathlib import Path

import pytest

from evals import records
from evals.compare import compare, same_questions
from evals.gates import Gate, judge, load
from evals.ranking import Ranking, mean_ndcg, mean_recall, mean_reciprocal_rank, rates
from evals.records import Record, line_of
from evals.scorecard import card
from guidelines.problem import Problem
from retrieval import golden as benchmark
from retrieval.golden import Gold, Sample
from tests.eval_cases import DOSE, STOP, answered, extract, quoted, record, run_of, sample

SAMPLES = [
    Sample("right", "single", "q", (Gold("a", 3, 0, 23),)),
    Sample("off", "unanswerable", "q", ()),
]
QUESTION = {"id": "1", "kind": "single", "question": "q", "gold": []}


def stored(path: Path, *lines: str) -> Path:
    """Write a run of one question with these lines for records."""
    text = (json.dumps(QUESTION) + "\n").encode()
    manifest = run_of().manifest
    fields = {**manifest.__dict__, "benchmark_sha256": hashlib.sha256(text).hexdigest()}
    records.begin(path, type(manifest)(**fields), text)
    (path / records.SAMPLES).write_text("".join(lines), "utf-8")
    return path


def test_ranks_by_hand() -> None:
    pages = (("b", 1), ("a", 3), ("a", 4))
    rankings = [
        Ranking(SAMPLES[0], pages),
        Ranking(SAMPLES[0], pages[:1]),
        Ranking(SAMPLES[0], (("a", 3),)),
        Ranking(SAMPLES[1], pages),
    ]
    assert [r.rank for r in rankings] == [2, 0, 1, 0]
    assert [(r.k, r.n) for r in rates(rankings)] == [(1, 3), (2, 3), (2, 3), (2, 3)]
    assert mean_reciprocal_rank(rankings) == pytest.approx(0.5)
    assert mean_reciprocal_rank(rankings[3:]) is None
    # Gains 1/log2(3), 0 and 1 of the best possible 1.
    assert mean_ndcg(rankings) == pytest.approx((0.6309298 + 0 + 1) / 3)
    assert (mean_recall(rankings, 1), mean_recall(rankings, 2)) == (1 / 3, 2 / 3)


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


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = record("1", answered(quoted(DOSE)), confidence=0.5, prompts_sha256=("x",))
    assert records.read(stored(tmp_path / "r", line_of(one))).records == {"1": one}


def test_a_torn_last_line_of_a_run_is_asked_again(tmp_path: Path) -> None:
    path = stored(
        tmp_path / "r", line_of(record("1", None, problem="x")), '{"schema": 1, "id": "2"'
    )
    assert list(records.read(path).records) == ["1"]
    records.mended(path)
    assert (path / records.SAMPLES).read_text("utf-8").endswith("}\n")
    assert list(records.read(path).records) == ["1"]


def test_a_line_that_does_not_fit_is_named(tmp_path: Path) -> None:
    path = stored(tmp_path / "r", '{"schema": 1}\n', line_of(record("1", None)))
    with pytest.raises(Problem, match=r"samples.jsonl line 1: does not fit"):
        records.read(path)


def test_an_empty_run_is_not_scored(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is empty: there is nothing to score"):
        records.read(stored(tmp_path / "r"))
    with pytest.raises(Problem, match="there is none"):
        records.read(tmp_path / "nothing")


def test_a_benchmark_that_was_altered_after_the_run_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "r", line_of(record("1", None)))
    altered = json.dumps({**QUESTION, "question": "another"}) + "\n"
    (path / records.BENCHMARK).write_text(altered, "utf-8")
    with pytest.raises(Problem, match="is not the one that was run"):
        records.read(path)


def test_an_answer_to_no_question_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "r", line_of(record("9", None)))
    with pytest.raises(Problem, match="answers 9, which it does not ask"):
        records.read(path)


def test_runs_over_different_questions_are_not_compared() -> None:
    asked: list[tuple[Sample, Record | None]] = [
        (sample("1", DOSE), None), (sample("2"), None), (sample("3"), None)
    ]  # fmt: skip
    other: list[tuple[Sample, Record | None]] = [(sample("1", STOP), None), (sample("4"), None)]
    with pytest.raises(Problem) as told:
        same_questions(run_of(*asked, path=Path("a")), run_of(*other, path=Path("b")))
    assert "only in the first: 2: 2, 3; only in the second: 1: 4; different: 1: 1" in told.value.why


def test_a_comparison_by_hand() -> None:
    right, wrong = answered(quoted(DOSE)), answered(quoted(STOP, page=4))
    names = [str(i) for i in range(6)]
    a = run_of(*((sample(n, DOSE), record(n, right)) for n in names))
    b = run_of(
        *((sample(n, DOSE), record(n, right if n == "0" else wrong)) for n in names[:5]),
        (sample("5", DOSE), None),
    )
    found = compare(card(a, extract), card(b, extract))
    pair = next(p for p in found.pairs if p.name == "right page")
    assert (found.questions, found.left_out) == (5, ("5",))
    assert (pair.a, pair.b, pair.delta) == (1.0, 0.2, 0.8)
    # Four questions only the first has right: 2 / 2**4.
    assert (pair.test, pair.p, pair.discordant) == ("McNemar", 0.125, 0.8)
    assert pair.adjusted is not None
    assert pair.adjusted > 0.125


def test_gates_hold_the_bound_and_not_the_point(tmp_path: Path) -> None:
    pairs = [(sample(str(i), DOSE), record(str(i), answered(quoted(DOSE)))) for i in range(10)]
    rows = card(run_of(*pairs), extract).by_name
    # Ten of ten right: the lower bound is .722, the upper bound of nought of ten .278.
    verdicts = judge(
        [
            Gate("right page", at_least=0.72),
            Gate("right page", at_least=0.75),
            Gate("superseded citations", at_most=0.2),
            Gate("superseded citations", at_most=0.3),
            Gate("abstained where nothing answers", at_least=0.0),
        ],
        rows,
    )
    assert [v.kept for v in verdicts] == [True, False, False, True, False]
    assert verdicts[1].why == "right page: lower bound 0.722 < 0.75"
    file = tmp_path / "gates.toml"
    for text, why in (
        ("[[gate]]\nmetric = 'x'\nat_least = 1\n", "is none of"),
        ("[[gate]]\nmetric = 'right page'\n", "needs one of at_least and at_most"),
        ("[[gate]]\nname = 'right page'\n", "no readable"),
        ("gate = [", "no readable"),
    ):
        file.write_text(text, "utf-8")
        with pytest.raises(Problem, match=why):
            load(file, list(rows))
    file.write_text("[[gate]]\nmetric = 'right page'\nat_least = 0.5\n", "utf-8")
    assert load(file, list(rows)) == [Gate("right page", at_least=0.5)]
