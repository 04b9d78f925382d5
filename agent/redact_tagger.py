"""Weighs the features of tokens: which identifier, if any, each belongs to; pure.

The weights are linear, whole numbers, and stand in identifiers.json (identifiers.md says where they
come from); `clinicite finetune identifiers` makes them. A token is judged together with the next
one, row by row, so that a stream is judged as its whole is.
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
    step: float
    care: float

    def best(
        self, tokens: Sequence[Token], begin: int, stop: int, skipped: int, joined: Sequence[bool]
    ) -> tuple[list[list[int]], list[int]]:
        """Give for each token the best tag, by the tag of the token before it.

        Beside it, the best tag of the next token if this one is hidden as nothing, or 0.

        Args:
            tokens: What is there.
            begin: The first token to judge.
            stop: The first not to judge.
            skipped: How many tokens of the text stood before these.
            joined: Of each token, whether it is judged together with the one after it; the last
                of them then stands after `stop`.
        """
        extra = int(joined[-1])
        plain, after = features(tokens, begin, stop + extra, skipped)
        # Some sixty weights of eight bits: sixteen bits hold their sum.
        base = self.weights.take(plain, 0).sum(1, dtype=np.int16) + self.bias
        moved = self.weights.take(after, 0).sum(2, dtype=np.int16)
        score = (moved + base[:, None, :]) * self.step
        score[:, 0, 0] += self.care
        score -= score.max(2, keepdims=True)
        score -= np.log(np.exp(score).sum(2, keepdims=True))
        # The likelihood of the best tag after each tag, where the next token is judged too.
        then = np.zeros((stop - begin, score.shape[1]))
        later = score.max(2)[1:]
        then[: len(later)] = later
        then[~np.array(joined)] = 0.0
        found: list[list[int]] = (score[: stop - begin] + then[:, None, :]).argmax(2).tolist()
        next_ = np.zeros(stop - begin, np.int64)
        next_[: len(later)] = score[1:, 0].argmax(1)
        next_[~np.array(joined)] = 0
        return found, next_.tolist()


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """Read the weights once."""
    listed = json.loads((files("agent") / WEIGHTS).read_text("utf-8"))
    raw = zlib.decompress(base64.urlsafe_b64decode(listed["weights"]))
    weights = np.frombuffer(raw, np.int8).reshape(1 << BITS, len(TAGS))
    return Tagger(weights, np.array(listed["bias"], np.int32), listed["step"], listed["care"])
