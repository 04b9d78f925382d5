"""Makes what the guards read: n-gram weights, the encoder at eight bits, and how both are weighed.

Logistic regression on hashed n-grams, and on top of it and the encoder's logits (Wolpert, "Stacked
generalization", 1992), all on scores of texts held out fold by fold. Knows nothing of how the
guards use it.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from agent.disguise import unmasked
from agent.ngrams import BUCKETS, grams, hashed, tokens
from finetune.guard_net import FOLDS, Scores
from finetune.guard_texts import HEADS, Text

# The share of honest texts, written to look like the others, that a head may take for them where
# it was not trained on them. Help shown too often costs a glance, a line set aside another line.
FALSE = {
    "harm": 0.035, "instruct": 0.03, "scope": 0.03,
    "emergency": 0.06, "self-harm": 0.08, "planted": 0.06, "leak": 0.05,
}  # fmt: skip
# Texts that the n-grams alone score below all but this share of what a head seeks are not read by
# the encoder where they come by the hundred.
_UNREAD = 0.02
_POSITIVE = 3.0
_RIDGE = 0.03
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Head:
    """How one judgement is weighed, and how it does on near texts held out of its training."""

    name: str
    grams: Floats
    bias: float
    net_weight: float
    gram_weight: float
    offset: float
    least: float
    caught: float
    false: float
    positive: int
    honest: int


def fit(texts: Sequence[Text], net: Scores, false: dict[str, float]) -> list[Head]:
    """Fit the n-grams of each head and the weights of both readers; `net` is held out by fold."""
    matrix = _matrix(unmasked(text.words) for text in texts)
    folds = np.array([text.group % FOLDS for text in texts])
    near = np.array([text.near for text in texts])
    return [
        _head(name, texts, matrix, net[:, HEADS.index(name)], folds, near, share)
        for name, share in false.items()
    ]


def _head(
    name: str,
    texts: Sequence[Text],
    matrix: csr_matrix,
    net: NDArray[np.float32],
    folds: NDArray[np.int64],
    near: Flags,
    share: float,
) -> Head:
    known = np.array([name in text.known for text in texts])
    yes = np.array([text.known.get(name, False) for text in texts])
    weight = np.array([text.weight for text in texts]) * np.where(yes, _POSITIVE, 1.0)
    held = np.zeros(len(texts))
    for k in range(FOLDS):
        rows, others = known & (folds == k), known & (folds != k)
        fitted, bias = _fit(matrix[others], yes[others], weight[others], _RIDGE)
        held[rows] = matrix[rows] @ fitted + bias
    sure = known & near
    both = csr_matrix(np.c_[net[sure], held[sure]])
    balance = np.where(yes[sure], 0.5 / yes[sure].mean(), 0.5 / (1 - yes[sure].mean()))
    (one, two), _ = _fit(both, yes[sure], balance, 1.0)
    score = one * net + two * held
    honest = np.sort(score[sure & ~yes])
    threshold = float(honest[int(np.ceil(len(honest) * (1 - share))) - 1]) + 1e-3
    fitted, bias = _fit(matrix[known], yes[known], weight[known], _RIDGE)
    return Head(
        name, fitted, bias, float(one), float(two), -threshold,
        float(np.quantile(held[known & yes], _UNREAD)),
        float((score[sure & yes] >= threshold).mean()), float((honest >= threshold).mean()),
        int((sure & yes).sum()), len(honest),
    )  # fmt: skip


def write_grams(path: Path, heads: Sequence[Head]) -> None:
    """Write the n-grams' weights, eight bits each, as one JSON document."""
    document = {}
    for head in heads:
        scale = float(np.abs(head.grams).max() / 127)
        eight = np.round(head.grams / scale).astype(np.int8)
        document[head.name] = {
            "scale": scale, "bias": head.bias,
            "weights": base64.urlsafe_b64encode(eight.tobytes()).decode(),
        }  # fmt: skip
    path.write_text(json.dumps(document, indent=0) + "\n", "utf-8")


def write_scales(path: Path, heads: Sequence[Head]) -> None:
    """Write how the two readers of each head are weighed."""
    scales = {
        head.name: {
            "net": round(head.net_weight, 5), "grams": round(head.gram_weight, 5),
            "offset": round(head.offset, 5), "least": round(head.least, 5),
        }
        for head in heads
    }  # fmt: skip
    path.write_text(json.dumps(scales, indent=1) + "\n", "utf-8")


def _matrix(words: Iterable[str]) -> csr_matrix:
    rows = [grams(hashed(tokens(text))) for text in words]
    values = [np.full(r.size, 1 / np.sqrt(max(r.size, 1))) for r in rows]
    ends = np.cumsum([0, *(r.size for r in rows)])
    return csr_matrix(
        (np.concatenate(values), np.concatenate(rows), ends), shape=(len(rows), BUCKETS)
    )


def _fit(matrix: csr_matrix, yes: Flags, weight: Floats, ridge: float) -> tuple[Floats, float]:
    sign = np.where(yes, 1.0, -1.0)

    def loss(p: Floats) -> tuple[float, Floats]:
        margin = sign * (matrix @ p[:-1] + p[-1])
        # exp of a large margin overflows to infinity, and the pull is then zero, as it should be
        with np.errstate(over="ignore"):
            pull = -weight * sign / (1 + np.exp(margin))
        cost = (weight * np.logaddexp(0, -margin)).sum() + ridge / 2 * (p[:-1] @ p[:-1])
        return float(cost), np.append(matrix.T @ pull + ridge * p[:-1], pull.sum())

    start = np.zeros(matrix.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:-1], float(found[-1])
