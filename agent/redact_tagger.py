"""Weighs the features of tokens: which identifier, if any, each belongs to; pure.

The weights are linear, whole numbers, and stand in identifiers.json (see weights.md for where they
come from); `clinicite finetune identifiers` makes them. Sums of whole numbers do not depend on the
order, so a stream is judged as its whole is.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from agent.redact_features import BITS, TAGS, features
from agent.redact_tokens import Token

WEIGHTS = "identifiers.json"


@dataclass(frozen=True)
class Tagger:
    """A row of weights a feature, a column a tag, and a bias a tag."""

    weights: NDArray[np.int8]
    bias: NDArray[np.int32]

    def best(self, tokens: Sequence[Token], begin: int, stop: int, skipped: int) -> list[list[int]]:
        """Give for each token the best tag, by the tag of the token before it."""
        plain, after = features(tokens, begin, stop, skipped)
        # Some sixty weights of eight bits: sixteen bits hold their sum.
        base = self.weights.take(plain, 0).sum(1, dtype=np.int16) + self.bias
        moved = self.weights.take(after, 0).sum(2, dtype=np.int16)
        found: list[list[int]] = (moved + base[:, None, :]).argmax(2).tolist()
        return found


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """Read the weights once."""
    listed = json.loads((files("agent") / WEIGHTS).read_text("utf-8"))
    raw = zlib.decompress(base64.urlsafe_b64decode(listed["weights"]))
    weights = np.frombuffer(raw, np.int8).reshape(1 << BITS, len(TAGS))
    return Tagger(weights, np.array(listed["bias"], np.int32))
