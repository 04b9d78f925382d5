"""Retrieval over a labelled corpus in BEIR's form (SciFact and its like), without any PDF.

Each document is one passage on a page of its own, so its score is exactly what the index would
give it. The two parts of the fused score are scored beside it.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals import trec
from guidelines.problem import Problem
from retrieval.embed import Embedder, Progress
from retrieval.fusion import DENSE, Scores, best, convex
from retrieval.lexical import Lexical
from retrieval.thesaurus import spelled_out

DEPTH = 10


@dataclass(frozen=True)
class Corpus:
    """Documents and questions by id, and which documents are relevant to which question."""

    documents: Mapping[str, str]
    questions: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]


def load(corpus: Path, queries: Path, qrels: Path) -> Corpus:
    """Read corpus and queries (JSON lines, plain or gzipped) and judgements (tab separated).

    Raises:
        Problem: a file is missing, or a line of it does not fit.
    """
    documents = {_id(row): _words(row) for row in _rows(corpus)}
    questions = {_id(row): str(row.get("text") or row.get("claim") or "") for row in _rows(queries)}
    relevant: dict[str, set[str]] = {}
    for number, line in enumerate(_text(qrels).splitlines(), start=1):
        fields = line.split("\t")
        if number == 1 and not fields[-1].strip().isdigit():
            continue  # the heading
        if len(fields) not in (3, 4) or not fields[-1].strip().isdigit():
            raise Problem(f"judgements {qrels} line {number}", "do not fit", "correct the line")
        if int(fields[-1]) > 0:
            relevant.setdefault(fields[0], set()).add(fields[-2])
    asked = {q: frozenset(d) for q, d in relevant.items() if q in questions}
    if not asked:
        raise Problem(f"judgements {qrels}", f"name no question of {queries}", "check both files")
    return Corpus(documents, questions, asked)


def score(corpus: Corpus, embedder: Embedder, progress: Progress) -> dict[str, list[float]]:
    """Give nDCG@10 a question for BM25, the embedder, and both fused as the index fuses them."""
    ids = list(corpus.documents)
    texts = [corpus.documents[i] for i in ids]
    vectors = embedder.encode(texts, progress)
    lexical = Lexical.build(texts)
    scores: dict[str, list[float]] = {"lexical": [], "dense": [], "fused": []}
    for question, relevant in corpus.relevant.items():
        words = corpus.questions[question]
        qrels = dict.fromkeys(relevant, 1)
        cosines: Scores = vectors @ embedder.question([spelled_out(words)])[0]
        bm25 = lexical.widened(words)
        for name, each in (
            ("lexical", bm25),
            ("dense", cosines),
            ("fused", convex(cosines, bm25, bm25, DENSE)),
        ):
            found = trec.ndcg([ids[row] for row in best(each, DEPTH)], qrels, DEPTH)
            scores[name].append(found or 0.0)
    return scores


def _words(row: dict[str, Any]) -> str:
    body = row.get("text") or " ".join(row.get("sentences") or row.get("abstract") or ())
    return f"{row.get('title', '')}. {body}"


def _id(row: dict[str, Any]) -> str:
    return str(row["_id"] if "_id" in row else row["id"])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        try:
            row = json.loads(line)
            _id(row)
        except (ValueError, KeyError, TypeError) as fault:
            raise Problem(f"{path} line {number}", "does not fit", "correct the line") from fault
        yield row


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise Problem(f"{path}", "cannot be read", "check the path") from fault
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
