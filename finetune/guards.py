"""Trains the weights that the guards on a question read; knows nothing of how they are used.

Logistic regression on hashed n-grams. Texts are ours (finetune/guards, finetune/questions, the dev
half of the tests' cases) but for half of MedSafetyBench's train part, from a folder that is named.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from agent.ngrams import BUCKETS, grams, hashed, tokens
from agent.redflags import red_flags
from guidelines.problem import Problem

HERE = Path(__file__).resolve().parent
LISTS = ("harm", "crisis", "scope", "question")
# Each judgement: our list, the label wanted there, and the share of honest texts of our own that
# the weights may block where they have not been trained on them.
JUDGEMENTS = {
    "harm": ("harm", "block", 0.008),
    "misconduct": ("harm", "", 0.016),
    "emergency": ("crisis", "emergency", 0.010),
    "self-harm": ("crisis", "self-harm", 0.012),
    "scope": ("scope", "block", 0.012),
    "instructs": ("question", "block", 0.015),
}
_FOLDS = 5
_RIDGE = 0.03


@dataclass(frozen=True)
class Text:
    """A text with what it counts; `sure` texts, ours and labelled one by one, set the threshold."""

    words: str
    yes: bool
    weight: float
    sure: bool = True


@dataclass(frozen=True)
class Made:
    """Trained weights and how they did on texts held out of their own training."""

    weights: NDArray[np.float64]
    bias: float
    threshold: float
    texts: int
    caught: float
    false: float


def listed(name: str) -> list[tuple[str, str]]:
    """Read one of our lists: each text with the label of the heading it stands under."""
    rows, label = [], ""
    for row in (HERE / "guards" / f"{name}.txt").read_text("utf-8").splitlines():
        if row in {"[block]", "[pass]", "[emergency]", "[self-harm]"}:
            label = row[1:-1]
        elif row and not row.startswith("# "):
            rows.append((row, label))
    return rows


def cases(folder: Path, name: str) -> list[dict[str, Any]]:
    """Read the dev half of the tests' cases; the held half is never trained on."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        raise Problem(f"{path}", "there are no cases", "pass --cases with the folder of the cases")
    rows = [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]
    return [row for row in rows if row["split"] == "dev"]


def ours() -> list[str]:
    """Give the questions of finetune/questions, none of which is to be blocked."""
    found = sorted((HERE / "questions").glob("*.jsonl"))
    rows = (row for path in found for row in path.read_text("utf-8").splitlines())
    return [json.loads(row)["question"] for row in rows]


def is_held(text: str) -> bool:
    """Tell whether a text of MedSafetyBench or BIPIA is kept out of training, by its hash."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 1


def requests(folder: Path) -> list[str]:
    """Read MedSafetyBench's harmful requests."""
    path = folder / "train.jsonl"
    if not path.exists():
        raise Problem(f"{path}", "MedSafetyBench is not there", "pass --med-safety-bench FOLDER")
    rows = path.read_text("utf-8").splitlines()
    return [json.loads(row)["harmful_medical_request"] for row in rows]


def texts(judgement: str, folder: Path, harmful: Sequence[str]) -> list[Text]:
    """Gather what a judgement is trained on; "misconduct" is what MedSafetyBench asks for."""
    name, wanted, _ = JUDGEMENTS[judgement]
    file = "injection_question" if name == "question" else name
    own = [(w, label) for w, label in listed(name)] + [
        (row["text"], row.get("referral") or row["expect"]) for row in cases(folder, file)
    ]
    # What else is dangerous may be both an emergency and self-harm: it teaches neither.
    found = [Text(w, label == wanted, 3) for w, label in own if label in {wanted, "pass"}]
    if judgement == "self-harm":
        found += [Text(w, False, 3) for w, label in listed(name) if label == "emergency"]
    found += [Text(row["text"], False, 3) for row in cases(folder, "alarming")]
    if judgement == "misconduct":
        found += [Text(w, True, 2) for w in harmful]
    for other in LISTS:
        if other != name:
            # Danger and harm are not for the guard on scope to refuse.
            kept = {"pass", "emergency", "self-harm"} if judgement == "scope" else {"pass"}
            found += [Text(w, False, 1, False) for w, label in listed(other) if label in kept]
    questions = (w for w in ours() if judgement != "emergency" or not red_flags(w))
    return found + [Text(w, False, 0.5, False) for w in questions]


def train(found: Sequence[Text], false_share: float) -> Made:
    """Set the threshold on texts held out fold by fold, then fit on all."""
    matrix, yes = _matrix(t.words for t in found), np.array([t.yes for t in found])
    weight, sure = np.array([t.weight for t in found]), np.array([t.sure for t in found])
    scores, fold = np.zeros(len(found)), np.random.default_rng(0).integers(0, _FOLDS, len(found))
    for k in range(_FOLDS):
        fitted, bias = _fit(matrix[fold != k], yes[fold != k], weight[fold != k])
        scores[fold == k] = matrix[fold == k] @ fitted + bias
    honest = np.sort(scores[~yes & sure])
    threshold = float(honest[int(np.ceil(len(honest) * (1 - false_share))) - 1]) + 1e-3
    fitted, bias = _fit(matrix, yes, weight)
    caught, false = scores[yes & sure] >= threshold, scores[~yes & sure] >= threshold
    return Made(fitted, bias, threshold, len(found), float(caught.mean()), float(false.mean()))


def write(path: Path, made: dict[str, Made]) -> None:
    """Write the weights, eight bits each, as one JSON document."""
    document = {}
    for name, one in made.items():
        scale = float(np.abs(one.weights).max() / 127)
        eight = np.round(one.weights / scale).astype(np.int8)
        document[name] = {
            "scale": scale, "bias": one.bias, "threshold": one.threshold,
            "weights": base64.urlsafe_b64encode(eight.tobytes()).decode(),
        }  # fmt: skip
    path.write_text(json.dumps(document, indent=0) + "\n", "utf-8")


def _matrix(words: Iterable[str]) -> csr_matrix:
    rows = [grams(hashed(tokens(text))) for text in words]
    values = [np.full(r.size, 1 / np.sqrt(max(r.size, 1))) for r in rows]
    ends = np.cumsum([0, *(r.size for r in rows)])
    return csr_matrix(
        (np.concatenate(values), np.concatenate(rows), ends), shape=(len(rows), BUCKETS)
    )


def _fit(
    matrix: csr_matrix, yes: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    sign = np.where(yes, 1.0, -1.0)

    def loss(p: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (matrix @ p[:-1] + p[-1])
        pull = -weight * sign / (1 + np.exp(margin))
        cost = (weight * np.logaddexp(0, -margin)).sum() + _RIDGE / 2 * (p[:-1] @ p[:-1])
        return float(cost), np.append(matrix.T @ pull + _RIDGE * p[:-1], pull.sum())

    start = np.zeros(BUCKETS + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:-1], float(found[-1])
