"""Weighs a text's whole wording: how sure it is that it asks for harm, instructs, tells of danger.

An encoder of some million weights, for what is said in words never seen, and n-grams, for spelling
and Chinese, read the text; their sum is a margin, and a judgement holds from zero on. See
models/guards/README.md for where the weights come from. Knows no guard.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from agent import ngrams
from retrieval.int8 import Int8

MODEL = "models/guards"
# In the order of the encoder's logits.
HEADS = ("harm", "instruct", "scope", "emergency", "self-harm", "planted")
# A longer text is judged by its windows, which overlap by half, so that padding cannot wash a
# request out.
WINDOW = 420
MOST = 12


@dataclass(frozen=True)
class Scale:
    """How the two readers of a judgement are added up.

    `least` is the n-grams' score under which all but a fiftieth of what is sought never falls.
    """

    net: float
    grams: float
    offset: float
    least: float


def holding(text: str, *names: str) -> tuple[str, ...]:
    """Name the judgements, of those asked for, that hold somewhere in a folded text."""
    found = margins(text)
    return tuple(name for name in names if found[name] >= 0)


@lru_cache(maxsize=1024)
def margins(text: str) -> Mapping[str, float]:
    """Give each judgement's margin over a folded text, the highest of its windows."""
    rows = [dict(zip(HEADS, row, strict=True)) for row in _model().run(_suspects(windows(text)))]
    read = ngrams.scores(text, *HEADS)
    return {
        name: scale.net * max(float(row[name]) for row in rows)
        + scale.grams * read[name]
        + scale.offset
        for name, scale in _scales().items()
    }


def perhaps(text: str, name: str) -> bool:
    """Tell, at a hundredth of the cost, whether a judgement could hold for a folded text at all."""
    return ngrams.scores(text, name)[name] >= _scales()[name].least


def _suspects(pieces: list[str]) -> list[str]:
    """Give the pieces of a text that the encoder reads: of very many those that n-grams suspect."""
    if len(pieces) <= MOST:
        return pieces
    worst = [max(_margin_of(ngrams.scores(piece, *HEADS))) for piece in pieces]
    order = sorted(range(len(pieces)), key=lambda at: -worst[at])
    return [pieces[at] for at in sorted(order[:MOST])]


def _margin_of(read: Mapping[str, float]) -> list[float]:
    return [scale.grams * read[name] + scale.offset for name, scale in _scales().items()]


def windows(text: str) -> list[str]:
    """Cut a text that is long into pieces of WINDOW characters that overlap by half."""
    starts = range(0, max(len(text) - WINDOW // 2, 1), WINDOW // 2)
    return [text[at : at + WINDOW] for at in starts]


def ready() -> None:
    """Load the model, so that the first question does not wait for it."""
    margins("is the model there?")


@lru_cache(maxsize=1)
def _model() -> Int8:
    return Int8(Path(str(files("agent") / MODEL)))


@lru_cache(maxsize=1)
def _scales() -> Mapping[str, Scale]:
    listed = json.loads((files("agent") / MODEL / "scales.json").read_text("utf-8"))
    return {name: Scale(**one) for name, one in listed.items()}
