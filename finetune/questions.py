"""Our own training questions: clinicians' wording, gold spans in texts that are not in the library.

A question holds none of its text's words but those it shares by chance; `texts.json` binds the
spans to the exact texts. Knows nothing of models.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from finetune.corpus import Document, Piece
from guidelines.problem import Problem

HERE = Path(__file__).resolve().parent / "questions"
TEXTS = "texts.json"

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Question:
    """A question and the spans that answer it; no gold: no text of the corpus answers it.

    `near` is the place that looks like answering it and does not.
    """

    text: str
    kind: str
    gold: tuple[Place, ...]
    near: Place | None = None


def load(folder: Path, documents: Sequence[Document]) -> list[Question]:
    """Read every question of a folder, each bound to the texts it was written for.

    Raises:
        Problem: a line that does not fit, or a text that is not the one the spans were taken from.
    """
    expected: Mapping[str, str] = json.loads((folder / TEXTS).read_text("utf-8"))
    texts = {d.id: d for d in documents}
    for name, sha256 in expected.items():
        if name not in texts or texts[name].sha256 != sha256:
            raise Problem(f"text {name}", "is missing or has other words", "use the data named")
    found: list[Question] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, row in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                question = _question(json.loads(row))
            except (ValueError, KeyError, TypeError) as fault:
                raise Problem(f"{path} line {number}", "does not fit", "correct it") from fault
            for name, start, end in question.gold:
                if name not in texts or not 0 <= start < end <= len(texts[name].text):
                    raise Problem(f"{path} line {number}", f"has no text at {name}", "correct it")
            found.append(question)
    return found


def _question(row: dict[str, object]) -> Question:
    gold, near = row["gold"], row.get("near")
    if not isinstance(gold, list) or not isinstance(row["question"], str):
        raise TypeError
    return Question(
        row["question"],
        str(row["kind"]),
        tuple((str(n), int(a), int(b)) for n, a, b in gold),
        (str(near[0]), int(near[1]), int(near[2])) if isinstance(near, list) else None,
    )


def pieces_at(places: Sequence[Place], pieces: Sequence[Piece]) -> tuple[int, ...]:
    """Give the rows of the pieces that hold a line of one of the places."""
    return tuple(
        row
        for row, piece in enumerate(pieces)
        if any(
            piece.document == name and any(a < end and start < b for a, b in piece.spans)
            for name, start, end in places
        )
    )
