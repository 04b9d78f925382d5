"""Reads a text as hashed n-grams and weighs them; knows nothing of what is judged.

English words and Chinese characters are the tokens. The weights are linear and stand in
models/guards/grams.json (its README says where they come from).
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "models/guards/grams.json"
BUCKETS = 1 << 15
REACH = 4
# A longer text is judged by its windows, so that padding cannot wash a request out; they overlap
# but in a very long one.
WINDOW = 160
_VERY_LONG = 2000
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|[?!]|[\u3400-\u9fff]|[^\W\d_]+")
_STEM = 5
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Linear:
    """The weights of one judgement."""

    weights: NDArray[np.float32]
    bias: float

    def score(self, ids: Ids) -> float:
        """Give the weighted mean of the n-grams, scaled by the root of their number."""
        return float(self.weights[ids].sum() / np.sqrt(max(ids.size, 1)) + self.bias)


def tokens(text: str) -> list[str]:
    """Cut a text into lower-case words, runs of digits (each digit 0) and Chinese characters."""
    found = _TOKEN.findall(text.lower())
    return ["0" * len(t) if t[0].isdigit() else t for t in found]


def hashed(words: list[str]) -> NDArray[np.uint64]:
    """Hash each word and its beginning: two rows."""
    whole = [crc32(w.encode()) for w in words]
    stems = [crc32(w[:_STEM].encode()) for w in words]
    return np.array([whole, stems], np.uint64)


def grams(hashes: NDArray[np.uint64]) -> Ids:
    """Give the buckets of words, neighbours, and beginnings up to REACH apart; each once."""
    whole, stems = hashes
    pairs = _joined(whole[:-1], whole[1:], 7)
    parts = [whole * np.uint64(3), stems * np.uint64(5), pairs]
    parts.append(_joined(_joined(whole[:-2], whole[1:-1], 11), whole[2:], 13))
    parts += [_joined(stems[:-apart], stems[apart:], 17) for apart in range(1, REACH + 1)]
    mixed = np.concatenate(parts) * np.uint64(0x9E3779B97F4A7C15)
    seen = np.zeros(BUCKETS, np.bool_)
    seen[(mixed >> np.uint64(49)).astype(np.int64)] = True
    return np.flatnonzero(seen)


def _joined(one: NDArray[np.uint64], other: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    return one * np.uint64(0x100000001B3) ^ other * np.uint64(0xC2B2AE3D27D4EB4F + 2 * salt)


def scores(text: str, *names: str) -> dict[str, float]:
    """Give the highest score of each judgement over the windows of a text."""
    words = hashed(tokens(text))
    step = WINDOW // 2 if words.shape[1] < _VERY_LONG else WINDOW
    starts = range(0, max(words.shape[1] - WINDOW + step, 1), step)
    windows = [grams(words[:, at : at + WINDOW]) for at in starts]
    return {name: max(judgements()[name].score(ids) for ids in windows) for name in names}


@lru_cache(maxsize=1)
def judgements() -> Mapping[str, Linear]:
    """Read the weights once: eight bits a bucket, with one scale a judgement."""
    listed = json.loads((files("agent") / WEIGHTS).read_text("utf-8"))
    return {
        name: Linear(
            np.frombuffer(base64.urlsafe_b64decode(one["weights"]), np.int8).astype(np.float32)
            * np.float32(one["scale"]),
            one["bias"],
        )
        for name, one in listed.items()
    }
