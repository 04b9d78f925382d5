"""Weighs a text's whole wording: does it ask for harm, instruct, tell of danger, think aloud.

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

from tokenizers import Tokenizer

from agent import ngrams
from retrieval.int8 import Int8

MODEL = "models/guards"
# In the order of the encoder's logits.
HEADS = ("harm", "instruct", "scope", "emergency", "self-harm", "planted", "leak")
# A longer text is judged by its windows of as many tokens as the encoder takes. They overlap by
# half, so that padding cannot wash a request out and no character goes unread. Of very many, read
# the most suspected:
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
    """Cut a text that is long into pieces that the encoder reads whole, and that overlap."""
    encoded = _cutter().encode(text, add_special_tokens=False)
    parts = [encoded, *encoded.overflowing]
    if len(parts) == 1:
        return [text]
    return [text[part.offsets[0][0] : part.offsets[-1][1]] for part in parts]


def ready() -> None:
    """Load the model, so that the first question does not wait for it."""
    margins("is the model there?")


@lru_cache(maxsize=1)
def _model() -> Int8:
    return Int8(Path(str(files("agent") / MODEL)))


@lru_cache(maxsize=1)
def _cutter() -> Tokenizer:
    """Give the encoder's tokenizer, set to cut and not to drop what is too long."""
    cutter = Tokenizer.from_str(_model().tokenizer.to_str())
    # Half a word at a piece's edge may take a token more than it did in the whole.
    room = _model().tokenizer.truncation["max_length"] - 10
    cutter.enable_truncation(room, stride=room // 2)
    return cutter


@lru_cache(maxsize=1)
def _scales() -> Mapping[str, Scale]:
    listed = json.loads((files("agent") / MODEL / "scales.json").read_text("utf-8"))
    return {name: Scale(**one) for name, one in listed.items()}
