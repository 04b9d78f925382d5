"""Reads a text as hashed n-grams and weighs them; knows nothing of what is judged.

English words and Chinese characters are the tokens. The weights are linear and stand in
weights.json (see weights.md for where they come from); `clinicite finetune guards` makes them.
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

WEIGHTS = "weights.json"
BUCKETS = 1 << 15
REACH = 4
# A longer text is judged by its windows, so that padding cannot wash a request out.
WINDOW = 80
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|[?!]|[\u3400-\u9fff]|[^\W\d_]+")
_STEM = 5
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Linear:
    """One judgement: it holds where the score reaches the threshold."""

    weights: NDArray[np.float32]
    bias: float
    threshold: float

    def score(self, ids: Ids) -> float:
        """Give the weighted mean of the n-grams, scaled by the root of their number."""
        return float(self.weights[ids].sum() / np.sqrt(max(ids.size, 1)) + self.bias)


def tokens(text: str) -> list[str]:
    """Cut a text into lower-case words, runs of digits (each digit 0) and Chinese characters."""
    found = _TOKEN.findall(text.lower())
    return ["0" * len(t) if t[0].isdigit() else t for t in found]


def grams(words: list[str]) -> Ids:
    """Hash words, neighbours, and pairs of word beginnings up to REACH apart; each bucket once."""
    if not words:
        return np.zeros(0, np.int64)
    whole = np.array([crc32(w.encode()) for w in words], np.uint64)
    stems = np.array([crc32(w[:_STEM].encode()) for w in words], np.uint64)
    parts = [whole * np.uint64(3), stems * np.uint64(5)]
    parts.append(_joined(whole[:-1], whole[1:], 7))
    parts.append(_joined(_joined(whole[:-2], whole[1:-1], 11), whole[2:], 13))
    for apart in range(1, REACH + 1):
        parts.append(_joined(stems[:-apart], stems[apart:], 17))
    mixed = np.concatenate(parts) * np.uint64(0x9E3779B97F4A7C15)
    return np.unique((mixed >> np.uint64(49)).astype(np.int64))


def _joined(one: NDArray[np.uint64], other: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    return one * np.uint64(0x100000001B3) ^ other * np.uint64(0xC2B2AE3D27D4EB4F + 2 * salt)


def holds(name: str, text: str) -> bool:
    """Tell whether a judgement of weights.json holds for a text or for a window of it."""
    return score(name, text) >= judgements()[name].threshold


def score(name: str, text: str) -> float:
    """Give the highest score of a judgement over the windows of a text."""
    judge, words = judgements()[name], tokens(text)
    starts = range(0, max(len(words) - WINDOW // 2, 1), WINDOW // 2)
    return max(judge.score(grams(words[at : at + WINDOW])) for at in starts)


@lru_cache(maxsize=1)
def judgements() -> Mapping[str, Linear]:
    """Read the weights once: eight bits a bucket, with one scale a judgement."""
    listed = json.loads((files("agent") / WEIGHTS).read_text("utf-8"))
    return {
        name: Linear(
            np.frombuffer(base64.urlsafe_b64decode(one["weights"]), np.int8).astype(np.float32)
            * np.float32(one["scale"]),
            one["bias"],
            one["threshold"],
        )
        for name, one in listed.items()
    }
