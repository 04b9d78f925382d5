"""Trains the weights by which the redactor judges tokens; knows nothing of how they are used.

Logistic regression over what agent/redact_features.py gives, the tag before as annotated. The
annotated texts are ours (guards/identifiers.jsonl, .txt); what has no identifiers is our questions
and lists, and the terms of the thesaurus and the therapies.
"""

import base64
import json
import random
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from agent.redact_facts import facts
from agent.redact_features import BITS, TAGS, features
from agent.redact_tokens import cut
from agent.redact_words import FIRST, flags_of, named
from finetune.guard_texts import HERE, cases, listed
from finetune.made import filled, renumbered
from finetune.variants import Marked, invented, unlisted, variant

_BUCKETS = 1 << BITS
VARIANTS, MADE, HONEST, UNHEARD = 5, 12, 10000, 50
_SEEN = 3
_RIDGE = 0.3
_IDENTIFIED, _HONEST = 2.0, 1.5
# Added to the score of "no identifier" where none has begun: chosen on half A and the honest texts.
_CARE = 0.5
_KINDS = {"other number": "number"}
_CASES = (
    "identifiers", "alarming", "absolutist", "crisis", "harm", "number", "polarity", "population",
    "scope", "strength", "therapy", "thinking_leak",
)  # fmt: skip
# Of the cases of other guards, some speak of somebody by name.
_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|DOB|MRN)\b|@|李某")
_TEMPLATES = (
    "{}", "{}?", "{} dose", "{} in pregnancy", "which {}", "is {} indicated", "{} vs placebo",
    "stop {}?", "{} after 48 h", "{} 2", "{}, next step?", "started on {} yesterday",
    "Patient has {}", "known {}", "{} score 4", "{}'s", "Is it {} or not?", "pt on {}",
)  # fmt: skip
_EPONYMS = (
    "{}'s disease", "{} syndrome", "{}'s sign positive", "{} sign", "{} test", "{} score 3",
    "{} criteria", "{}", "{} fracture", "{}'s", "positive {}", "the {} classification",
    "{} grade 2",    "What is {}'s?", "modified {} 4", "{} stage II", "{} catheter", "{} tube",
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Features, the tag and the weight of each token."""

    matrix: csr_matrix
    tags: NDArray[np.int64]
    weight: NDArray[np.float64]


def annotated() -> list[Marked]:
    """Read our annotated texts."""
    folder = HERE / "guards"
    rows = [json.loads(r) for r in (folder / "identifiers.jsonl").read_text("utf-8").splitlines()]
    return [
        Marked(row["text"], tuple((a, b, _KINDS.get(k, k)) for a, b, k in row["spans"]))
        for row in rows
    ]


def patterns() -> tuple[list[str], list[str]]:
    """Read the patterns of made.py: those with identifiers, and those without."""
    lines = (HERE / "guards" / "identifiers.txt").read_text("utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("# ")]
    cut_at = lines.index("[plain]")
    return lines[1:cut_at], [line.replace("\\n", "\n") for line in lines[cut_at + 1 :]]


def plain(dice: random.Random) -> list[str]:
    """Gather texts without identifiers."""
    terms = files("retrieval").joinpath("thesaurus.tsv").read_text("utf-8").splitlines()
    forms = [f for row in terms for f in re.split(r"\t| \| ", row) if f]
    therapies = files("agent").joinpath("therapies.txt").read_text("utf-8").splitlines()
    forms += [f.strip("- ") for row in therapies for f in row.split(" | ") if f[:1] != "#"]
    found = [dice.choice(_TEMPLATES).format(_cased(f, dice)) for f in forms]
    for word in str(named()["eponyms"]).split():
        found += [t.format(word.title()) for t in dice.sample(_EPONYMS, 3)]
    for word in str(named()["brands"]).split():
        found += [t.format(word.title()) for t in dice.sample(_TEMPLATES, 2)]
    return found


def asked() -> list[str]:
    """Give what was asked or written for other guards and names nobody."""
    folder = HERE / "guards"
    found = [w for name in ("harm", "scope") for w, _ in listed(name)]
    for path in sorted((HERE / "questions").glob("*.jsonl")):
        found += [row["question"] for row in _read(path)]
    for name in ("asked", "danger", "planted"):
        found += [
            row["text"] for row in _read(folder / f"{name}.jsonl") if _is_nobodys(row["text"])
        ]
    return found


def _is_nobodys(text: str) -> bool:
    names = any(flags_of(w) & FIRST for w in re.findall(r"[A-Z][a-z]+", text))
    return not (
        names or _PERSON.search(text) or re.search(r"\d{5}|[^\x00-\u9fff\u2000-\u206f]", text)
    )


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]


def _cased(form: str, dice: random.Random) -> str:
    return dice.choice([form, form, form.title(), form.capitalize(), form.upper()])


def honest(folder: Path) -> list[str]:
    """Read what the dev half of the tests' cases holds that identifies nobody."""
    found: set[str] = set()
    for name in _CASES:
        for row in cases(folder, name):
            if name != "identifiers" or row["expect"] == "pass":
                said = [row.get(key) for key in ("text", "question", "claim", "thinking", "answer")]
                said += row.get("lines") or []
                found |= {one for one in said if one}
    return sorted(one for one in found if not _PERSON.search(one))


def gather(marked: Sequence[Marked], folder: Path, seed: int = 0) -> list[Marked]:
    """Put together what is trained on; `folder` holds the tests' cases."""
    dice = random.Random(seed)
    others = dice.sample(plain(dice), HONEST) + asked()
    found = list(marked) + [Marked(text, ()) for text in others]
    found += [unlisted(Marked(text, ()), dice) for text in others]
    aside = asked() + [one.text for one in marked if not one.spans]
    identified, without = patterns()
    for form in (*_TEMPLATES, *_EPONYMS) * UNHEARD:
        # A word that nobody listed, where a drug or a disease stands, is none of a person's.
        found.append(Marked(form.format(invented(dice).title()), ()))
    for text in honest(folder):
        found += [Marked(text, ()), Marked(renumbered(text, dice), ())]
        found += [unlisted(Marked(text, ()), dice) for _ in range(2)]
    for line in identified:
        for _ in range(MADE):
            text, spans = filled(line, dice)
            found.append(variant(Marked(text, tuple(spans)), dice, aside, renamed=False))
    for line in without:
        found.append(Marked(line, ()))
        found += [
            variant(Marked(renumbered(line, dice), ()), dice, aside) for _ in range(MADE // 3)
        ]
    for one in marked:
        made = [variant(one, dice, aside) for _ in range(VARIANTS if one.spans else 1)]
        found += [unlisted(m, dice) if dice.random() < 0.5 else m for m in made]
        if not one.spans:
            found.append(unlisted(one, dice))
    return found


def tabled(found: Iterable[Marked]) -> Rows:
    """Turn texts into rows; a word of a span stands twice, once as if the one before was missed."""
    cells: list[NDArray[np.int64]] = []
    tags: list[int] = []
    weights: list[float] = []
    for one in found:
        tokens, _ = cut(one.text, 0, True, closed=True)
        if not tokens:
            continue
        said = [_tag_of(t.start, t.end, one) for t in tokens]
        alone, after = features(tokens, 0, len(tokens), 0)
        before, counted = 0, len(weights)
        for i, tag in enumerate(said):
            if not (before == 0 and tag == 0 and facts(tokens[i]).inert):
                for was, weight in ((before, 1.0), (0, 0.3)):
                    if weight == 1.0 or (before and tag == before and tokens[i].kind in "wh"):
                        row = np.concatenate([alone[i], after[i, was]])
                        cells.append(row)
                        tags.append(tag)
                        weights.append(weight * (_IDENTIFIED if tag else 1.0))
            before = tag
        for k in range(counted, len(weights)):
            weights[k] *= 1.0 if one.spans else _HONEST
    width = cells[0].size
    ends = np.arange(0, (len(cells) + 1) * width, width)
    flat = np.concatenate(cells)
    matrix = csr_matrix(
        (np.ones(flat.size, np.float32), flat.astype(np.int32), ends), shape=(len(cells), _BUCKETS)
    )
    return Rows(matrix, np.array(tags), np.array(weights))


def _tag_of(start: int, end: int, one: Marked) -> int:
    for a, b, kind in one.spans:
        if start < b and a < end:
            return TAGS.index(kind)
    return 0


def train(rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the weights of each tag, of the features that stand in several rows."""
    often = np.flatnonzero(np.bincount(rows.matrix.indices, minlength=_BUCKETS) >= _SEEN)
    matrix = rows.matrix[:, often]
    count, kinds = len(rows.tags), len(TAGS)
    wanted = np.zeros((count, kinds), np.float32)
    wanted[np.arange(count), rows.tags] = 1
    weight = rows.weight.astype(np.float32)[:, None]
    turned = matrix.T.tocsr()

    def loss(p: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        table = p[kinds:].reshape(often.size, kinds)
        score = matrix @ table.astype(np.float32) + p[:kinds].astype(np.float32)
        score -= score.max(1, keepdims=True)
        power = np.exp(score)
        total = power.sum(1, keepdims=True)
        cost = (weight[:, 0] * (np.log(total[:, 0]) - score[wanted > 0])).sum(dtype=np.float64)
        pull = weight * (power / total - wanted)
        slope = (turned @ pull).astype(np.float64) + _RIDGE * table
        cost += _RIDGE / 2 * float((table * table).sum())
        return float(cost), np.concatenate([pull.sum(0, dtype=np.float64), slope.ravel()])

    start = np.zeros(kinds * (often.size + 1))
    options = {"maxiter": 80, "maxcor": 6}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    weights = np.zeros((_BUCKETS, kinds))
    weights[often] = found[kinds:].reshape(often.size, kinds)
    return weights, found[:kinds]


def write(path: Path, weights: NDArray[np.float64], bias: NDArray[np.float64]) -> None:
    """Write the weights, eight bits each, as one JSON document."""
    step = float(np.quantile(np.abs(weights[weights != 0]), 0.9995)) / 127
    eight = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    eight[np.abs(eight) < 3] = 0
    packed = base64.urlsafe_b64encode(zlib.compress(eight.tobytes(), 9)).decode()
    document = {
        "care": _CARE,
        "step": step,
        "bias": [round(b / step) for b in bias],
        "weights": packed,
    }
    path.write_text(json.dumps(document, indent=0) + "\n", "utf-8")
