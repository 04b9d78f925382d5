"""What a judge said of pairs of evidence and claim, recorded so that scoring asks no model.

A pair that the judge failed on is recorded as such: it leaves its sample unscored, never a zero.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from guidelines.problem import Problem

Label = Literal["full", "partial", "none", "contradict"]
LABELS: tuple[Label, ...] = get_args(Label)
VERDICTS, CARD = "verdicts.jsonl", "card.json"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """One verdict: the label, None where the judge answered nonsense, and what it said."""

    label: Label | None
    said: str = ""


class Judge(Protocol):
    """Says whether evidence supports a claim."""

    name: str

    async def judge(self, evidence: str, claim: str) -> Judged:
        """Judge one pair."""
        ...


def key(evidence: str, claim: str) -> str:
    """Name a pair by its words."""
    words = json.dumps([evidence, claim], ensure_ascii=True)
    return hashlib.sha256(words.encode("ascii")).hexdigest()


@dataclass
class Verdicts:
    """The verdicts of one judge; what was looked for and is not there is kept in `missing`."""

    judge: str
    known: Mapping[str, Label | None]
    missing: dict[str, Pair] = field(default_factory=dict)

    def label(self, evidence: str, claim: str) -> Label | None:
        """Give the label of a pair; None where the judge failed, or was not asked yet."""
        name = key(evidence, claim)
        if name not in self.known:
            self.missing[name] = (evidence, claim)
            return None
        return self.known[name]


def read(folder: Path) -> Verdicts:
    """Read recorded verdicts.

    Raises:
        Problem: there are none, a line does not fit, or two judges wrote into one file.
    """
    path = folder / VERDICTS
    if not path.is_file():
        raise Problem(f"verdicts in {folder}", "there are none", "clinicite eval judge RUN")
    known: dict[str, Label | None] = {}
    judges: set[str] = set()
    rows = path.read_text("utf-8").split("\n")
    for number, row in enumerate(rows, start=1):
        if not row:
            continue
        try:
            fields = json.loads(row)
            if fields["label"] not in (*LABELS, None):
                raise ValueError(f"label {fields['label']!r}")
            known[fields["pair"]] = fields["label"]
            judges.add(fields["judge"])
        except (ValueError, KeyError, TypeError) as fault:
            if number == len(rows):
                break  # torn by a kill; asked again
            raise Problem(f"{path} line {number}", f"does not fit: {fault}", "remove it") from fault
    if len(judges) > 1:
        raise Problem(f"verdicts {path}", f"are of {len(judges)} judges", "give each a folder")
    return Verdicts(next(iter(judges), ""), known)


def line_of(judge: str, pair: Pair, judged: Judged) -> str:
    """Write a verdict as its line; the words stay in the run, the line names them by hash."""
    fields: dict[str, Any] = {
        "judge": judge, "pair": key(*pair), "label": judged.label, "said": judged.said[:200],
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False) + "\n"
