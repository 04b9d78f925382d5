"""What a probe changes before a question is asked again; one row of a plan each. Pure.

A plan is a benchmark whose rows say besides what is changed, so a probe is a run like any other.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from evals.records import Record
from guidelines.problem import Problem
from retrieval.golden import Sample

Kind = Literal["delete", "edit", "plant", "swap", "shuffle", "logprob"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Those in which a seed decides something.
DRAWN: tuple[Kind, ...] = ("plant", "shuffle")
Edit = Literal["dose", "threshold", "polarity", "drug"]
EDITS: tuple[Edit, ...] = get_args(Edit)


@dataclass(frozen=True)
class Change:
    """What is changed for one question, and of which answer it was made.

    Args:
        kind: Of the probe.
        sample: The question's id in the run.
        of: `fingerprint` of the answer that was probed.
        passages: delete: those taken away; logprob: those cited.
        line: edit, plant: the words of a cited line.
        edited: edit: its words after; plant: the words that are inserted.
        edit: What was edited in it.
        old: edit: what it said.
        new: edit: what it says.
        files: plant: those the answer cites; swap: the one cited, and that of the other edition.
        draw: plant, shuffle: what the place or the order is drawn from.
    """

    kind: Kind
    sample: str
    of: str
    passages: tuple[str, ...] = ()
    line: str = ""
    edited: str = ""
    edit: str = ""
    old: str = ""
    new: str = ""
    files: tuple[str, ...] = ()
    draw: str = ""


Plan = Mapping[str, tuple[Sample, Change]]


def fingerprint(record: Record) -> str:
    """Hash what an answer claims and cites: a probe of another answer says nothing of this one."""
    answer = record.answer or {}
    told = {name: answer.get(name) for name in ("abstained", "claims")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def rows(plan: Iterable[tuple[Sample, Change]]) -> bytes:
    """Write a plan: a benchmark's rows, each with its change."""
    return "".join(
        json.dumps({**asdict(sample), "change": asdict(change)}, ensure_ascii=False) + "\n"
        for sample, change in plan
    ).encode()


def read(path: Path) -> dict[str, Change]:
    """Read the changes of a plan, by the id of its row.

    Raises:
        Problem: a row does not fit, with its number.
    """
    found: dict[str, Change] = {}
    for number, row in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            fields = json.loads(row)
            found[fields["id"]] = _change(fields["change"])
        except (ValueError, KeyError, TypeError) as fault:
            raise Problem(
                f"plan {path} line {number}", f"does not fit: {fault!r}", "probe again"
            ) from fault
    return found


def _change(fields: dict[str, Any]) -> Change:
    if fields["kind"] not in KINDS:
        raise ValueError(f"kind {fields['kind']!r}")
    return Change(
        **{**fields, "passages": tuple(fields["passages"]), "files": tuple(fields["files"])}
    )
