"""Questions with the passages that answer and those that only look like it, to train a retriever.

Hard negatives are what the search itself puts first; it knows no training loop.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from finetune.corpus import Piece
from finetune.questions import Question, pieces_at
from retrieval.embed import Embedder, Progress
from retrieval.fusion import DENSE, best, convex
from retrieval.lexical import Lexical
from retrieval.thesaurus import spelled_out

# Looked at to find negatives; most of the best few dozen are about the same disease.
POOL = 60
ALIKE = 15


@dataclass(frozen=True)
class Pair:
    """A question as the search spells it out, and rows of passages for and against it."""

    question: str
    answers: tuple[int, ...]
    lookalikes: tuple[int, ...]


def text_of(piece: Piece) -> str:
    """Give the text that the index would embed for a piece."""
    return f"{piece.title}. {' › '.join(piece.section[-3:])}. {' '.join(piece.lines)}"


def mine(
    questions: Sequence[Question], pieces: Sequence[Piece], embedder: Embedder, progress: Progress
) -> tuple[list[Pair], list[str]]:
    """Pair each answerable question with its passages and with what the search puts beside them."""
    texts = [text_of(piece) for piece in pieces]
    vectors = embedder.encode(texts, progress)
    lexical = Lexical.build(texts)
    pairs: list[Pair] = []
    for question in questions:
        answers = pieces_at(question.gold, pieces)
        if not answers:
            continue
        spelled = spelled_out(question.text)
        cosines = vectors @ embedder.question([spelled])[0]
        bm25 = lexical.widened(question.text)
        found = [
            *best(convex(cosines, bm25, bm25, DENSE), POOL),
            *best(bm25, ALIKE),
            *best(np.asarray(cosines, np.float32), ALIKE),
        ]
        lookalikes = tuple(r for r in dict.fromkeys(found) if r not in answers)
        pairs.append(Pair(spelled, answers, lookalikes))
    return pairs, texts


def write(path: Path, pairs: Sequence[Pair], texts: Sequence[str]) -> None:
    """Write pairs and the passages that they name as one JSON document."""
    rows = [[p.question, p.answers, p.lookalikes] for p in pairs]
    path.write_text(json.dumps({"texts": texts, "pairs": rows}, ensure_ascii=False), "utf-8")
