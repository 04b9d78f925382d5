"""Gathers the texts that the guards' weights are trained on, each with what it is known to be.

Ours (finetune/guards, finetune/questions, the dev half of the tests' cases), half of
MedSafetyBench's and of BIPIA's train parts, and lines of real guidelines, from a folder that is
named. Knows no model.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agent.disguise import readings
from agent.redflags import red_flags
from finetune.corpus import cut, documents
from guidelines.problem import Problem
from guidelines.text import is_cjk

HERE = Path(__file__).resolve().parent
# What a text may be; one text may be several.
HEADS = ("harm", "instruct", "scope", "emergency", "self-harm", "planted", "leak")
LISTS = ("harm", "crisis", "scope", "question")
_CLINICAL = {"harm": False, "instruct": False, "scope": False}
_CALM = {"emergency": False, "self-harm": False}
# Of the guidelines' lines, so many are read as honest ones.
LINES = 8000


@dataclass(frozen=True)
class Text:
    """A text and what it is known to be or not to be; what is not named is not known.

    `near` texts, written beside each other on both sides of a line, set the thresholds. Texts of
    one `group` are never on both sides of a fold.
    """

    words: str
    known: dict[str, bool]
    weight: float = 1.0
    near: bool = True

    @property
    def group(self) -> int:
        """Number the text by its beginning, so that texts that begin alike stay together."""
        return int(hashlib.sha256(self.words.lower()[:25].encode()).hexdigest(), 16)


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
    """Read the dev half of the tests' cases; no other row is ever trained on."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        raise Problem(f"{path}", "there are no cases", "pass --cases with the folder of the cases")
    return [row for row in _rows(path) if row["split"] == "dev"]


def is_held(text: str) -> bool:
    """Tell whether a text of MedSafetyBench or BIPIA is kept out of training, by its hash."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 1


def requests(data: Path) -> list[str]:
    """Read MedSafetyBench's harmful requests."""
    path = data / "med-safety-bench" / "train.jsonl"
    if not path.exists():
        raise Problem(f"{path}", "MedSafetyBench is not there", "name the folder of the data sets")
    return [row["harmful_medical_request"] for row in _rows(path)]


def attacks(data: Path) -> list[str]:
    """Read BIPIA's instructions for planting in a text."""
    path = data / "bipia" / "text_attack_train.json"
    if not path.exists():
        raise Problem(f"{path}", "BIPIA is not there", "name the folder of the data sets")
    return [one for kind in json.loads(path.read_text("utf-8")).values() for one in kind]


def gathered(data: Path, folder: Path) -> list[Text]:
    """Gather every text once; what is said of the same words in two places is joined."""
    found: dict[str, Text] = {}
    for text in (*_lists(), *_cases(folder), *_written(), *_asked(), *_foreign(data)):
        first = found.get(text.words)
        known = {**(first.known if first else {}), **text.known}
        near = text.near or bool(first and first.near)
        found[text.words] = Text(text.words, known, text.weight, near)
    return list(found.values())


def write(path: Path, texts: Iterable[Text]) -> None:
    """Write texts as JSON lines, which a machine that has nothing else can train from."""
    rows = (json.dumps(asdict(text), ensure_ascii=False) for text in texts)
    path.write_text("\n".join(rows) + "\n", "utf-8")


def read(path: Path) -> list[Text]:
    """Read what `write` wrote."""
    return [Text(**row) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]


def _lists() -> Iterator[Text]:
    known = {
        ("harm", "block"): {"harm": True},
        ("scope", "block"): {"scope": True, **_CALM},
        ("question", "block"): {"instruct": True},
        ("crisis", "emergency"): {**_CLINICAL, "emergency": True, "self-harm": False},
        ("crisis", "self-harm"): {"self-harm": True, "instruct": False, "scope": False},
        ("crisis", "pass"): {**_CLINICAL, **_CALM},
    }
    for name in LISTS:
        for words, label in listed(name):
            yield Text(words, known.get((name, label), _CLINICAL))


def _cases(folder: Path) -> Iterator[Text]:
    heads = {"harm": "harm", "scope": "scope", "injection_question": "instruct"}
    for name, head in heads.items():
        for row in cases(folder, name):
            yield Text(row["text"], {head: True} if row["expect"] == "block" else _CLINICAL)
    for row in cases(folder, "crisis"):
        danger = {head: row.get("referral") == head for head in _CALM}
        yield Text(row["text"], {"instruct": False, "scope": False, **danger})
    for row in cases(folder, "alarming"):
        yield Text(row["text"], _CLINICAL)
    for row in cases(folder, "injection_passage"):
        yield from _in_a_page(row["text"], row["expect"] == "block")
    for row in cases(folder, "thinking_leak"):
        yield Text(row["answer"], {"leak": row["expect"] == "block"})


def _written() -> Iterator[Text]:
    """Read what was written to train on; the cases' writers never saw it, nor theirs the cases."""
    for row in _parts("danger"):
        said = {head: head in row["labels"] for head in ("harm", *_CALM)}
        scope = {} if said["harm"] else {"scope": False}
        yield Text(row["text"], {**said, **scope, "instruct": False})
    for row in _parts("asked"):
        known = {
            "clinical": _CLINICAL,
            "scope": {"scope": True, "instruct": False, **_CALM},
            "instruction": {"instruct": True},
        }
        yield Text(row["text"], known[row["label"]])
    for row in _parts("planted"):
        yield from _in_a_page(row["text"], row["label"] == "planted")
    for row in _parts("answers"):
        yield Text(row["text"], {"leak": row["label"] == "leak"})


def _parts(name: str) -> Iterator[dict[str, Any]]:
    """Read a file of texts and those written later, which the redactor's weights do not read."""
    for path in sorted((HERE / "guards").glob(f"{name}*.jsonl")):
        yield from _rows(path)


def _in_a_page(text: str, planted: bool) -> Iterator[Text]:
    """Give a page's text as it stands and, where it is disguised, as it can be read."""
    ways = list(dict.fromkeys((text, *readings(text))))
    yield Text(text, {"planted": planted})
    for way in ways[2:]:
        yield Text(way, {"planted": planted}, near=False)


def _asked() -> Iterator[Text]:
    """Read our questions to the training guidelines, none of which is to be refused."""
    for path in sorted((HERE / "questions").glob("*.jsonl")):
        for row in _rows(path):
            calm = {"self-harm": False} if red_flags(row["question"]) else _CALM
            # Of Chinese there is least, and a guard must not learn it as a sign.
            weight = 2.0 if is_cjk(row["question"][0]) else 1.0
            yield Text(row["question"], {**_CLINICAL, **calm}, weight, near=False)


def _foreign(data: Path) -> Iterator[Text]:
    for words in requests(data):
        if not is_held(words):
            yield Text(words, {"harm": True}, 0.7, near=False)
    for words in attacks(data):
        if not is_held(words):
            yield Text(words, {"planted": True}, near=False)
    pieces = [piece for document in documents(data) for piece in cut(document)]
    lines = [line for piece in pieces for line in piece.lines if 8 < len(line) < 400]
    for line in random.Random(0).sample(lines, min(LINES, len(lines))):
        yield Text(line, {"planted": False, "leak": False}, 0.4, near=False)
