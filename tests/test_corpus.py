"""Scoring a labelled corpus, worked by hand; the training texts and questions; a real small run."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.corpus import load, score
from evals.intervals import mean_interval
from evals.trec import ndcg
from finetune import corpus as texts
from finetune.corpus import Document, cut
from finetune.embedder import Recipe, train
from finetune.pairs import mine, text_of, write
from finetune.questions import HERE, Question, pieces_at
from guidelines.problem import Problem
from retrieval.embed import Embedder
from retrieval.weights import MINILM, folder_of

TEXT = (
    "FEVER IN CHILDREN\nTREATMENT OF FEVER\n• Paracetamol 15 mg/kg every 6 hours\n"
    "• Ibuprofen 10 mg/kg\nevery 8 hours\n\nADVERSE REACTIONS\n• Rash after ibuprofen\n"
)


def test_ndcg_by_hand() -> None:
    one, two = {"a": 1}, {"a": 1, "b": 1}
    assert ndcg(["a", "b", "c"], one) == 1.0
    assert ndcg(["b", "a", "c"], one) == pytest.approx(1 / np.log2(3))
    best = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert ndcg(["a", "x", "b"], two) == pytest.approx(best)
    assert ndcg(["x"] * 10 + ["a"], one) == 0.0
    assert mean_interval([1.0] * 20) == (1.0, 1.0)


def test_a_small_corpus_is_scored_by_part(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "Fever", "text": "Paracetamol lowers fever in children."}\n'
        '{"_id": "2", "title": "Bones", "sentences": ["Fractures heal in weeks."]}\n'
    )
    (tmp_path / "queries.jsonl").write_text('{"id": "7", "claim": "panado brings fever down"}\n')
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n7\t1\t1\n9\t2\t1\n")
    paths = [tmp_path / n for n in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")]
    read = load(*paths)
    assert read.relevant == {"7": frozenset({"1"})}
    found = score(read, embedder, lambda *_: None)
    assert found == {"lexical": [1.0], "dense": [1.0], "fused": [1.0]}
    (tmp_path / "qrels.tsv").write_text("7\t1\tyes\n8\t1\tno\n")
    with pytest.raises(Problem, match="line 2"):
        load(*paths)


def test_a_text_is_cut_at_headings_and_every_line_is_a_span_of_it() -> None:
    document = Document("t", "Fever", TEXT)
    pieces = cut(document)
    assert [p.section for p in pieces] == [("TREATMENT OF FEVER",), ("ADVERSE REACTIONS",)]
    assert pieces[0].lines == (
        "• Paracetamol 15 mg/kg every 6 hours",
        "• Ibuprofen 10 mg/kg every 8 hours",
    )
    for piece in pieces:
        for (start, end), line in zip(piece.spans, piece.lines, strict=True):
            assert " ".join(TEXT[start:end].split()) == line
    start = TEXT.index("Rash")
    assert pieces_at([("t", start, start + 4)], pieces) == (1,)


def test_our_questions_fit_their_texts_and_none_is_a_benchmarks() -> None:
    rows = [
        json.loads(row)
        for path in sorted(HERE.glob("*.jsonl"))
        for row in path.read_text("utf-8").splitlines()
    ]
    assert len(rows) == 4_641
    assert sum(not row["gold"] for row in rows) == 576
    known = set(json.loads((HERE / "texts.json").read_text("utf-8")))
    assert {place[0] for row in rows for place in row["gold"]} <= known
    assert all(end > start >= 0 for row in rows for _, start, end in row["gold"])
    asked = {" ".join(row["question"].lower().split()) for row in rows}
    assert len(asked) == len(rows)
    benchmarks = Path(__file__).resolve().parent.parent / "evals" / "benchmarks"
    tests = {
        " ".join(json.loads(row)["question"].lower().split())
        for path in benchmarks.glob("*.jsonl")
        for row in path.read_text("utf-8").splitlines()
    }
    assert len(tests) > 200
    assert not asked & tests


def test_the_embedder_learns_from_pairs(tmp_path: Path, embedder: Embedder) -> None:
    documents = [Document(f"d{i}", f"Topic {i}", TEXT.replace("FEVER", f"ILLNESS {i}"))
                 for i in range(4)]  # fmt: skip
    pieces = [piece for document in documents for piece in cut(document)]
    questions = [
        Question(f"what for illness {i}?", "choice", ((f"d{i}", 30, 60),)) for i in range(4)
    ] + [Question("broken arm?", "offlibrary", ())]
    pairs, found = mine(questions, pieces, embedder, lambda *_: None)
    assert len(pairs) == 4
    assert found == [text_of(p) for p in pieces]
    assert all(set(p.answers).isdisjoint(p.lookalikes) for p in pairs)
    write(tmp_path / "pairs.json", pairs, found)
    told: list[str] = []
    recipe = Recipe(epochs=3, batch=4, negatives=2)
    base = folder_of(MINILM, "")
    losses = train(tmp_path / "pairs.json", base, tmp_path / "out", recipe, told.append)
    assert len(told) == 3
    assert losses[-1] < losses[0]
    trained = Embedder(str(tmp_path / "out"), tmp_path / "exports")
    assert trained.fingerprint() != Embedder(MINILM, tmp_path / "exports").fingerprint()
    assert trained.question(["fever"]).shape == (1, 384)


def test_texts_that_are_not_those_of_the_questions_are_refused() -> None:
    from finetune.questions import load

    with pytest.raises(Problem, match="is missing or has other words"):
        load(HERE, [Document("nstg-001", "t", "other words")])
    assert texts.PASSAGE_CHARS == 800
