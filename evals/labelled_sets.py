"""Sets of evidence and claim that people labelled, read for calibrating a judge; judges nothing."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from evals.calibration import Labelled
from guidelines.problem import Problem

Name = Literal["expertqa-med", "healthver", "scifact"]


def load(name: Name, folder: Path) -> list[Labelled]:
    """Read a set from the folder that holds it.

    Raises:
        Problem: a file is missing or does not fit.
    """
    try:
        found = list(_READ[name](folder))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        why = f"cannot be read: {type(fault).__name__} {fault}"
        raise Problem(f"labelled set {name} in {folder}", why, "check the path") from fault
    if not found:
        raise Problem(f"labelled set {name} in {folder}", "holds no pair", "check the path")
    return found


def _expertqa(folder: Path) -> Iterator[Labelled]:
    """Clinicians' labels of an answer's claims; evidence that is only an address cannot be read."""
    for row in _lines(folder / "claims_dev.jsonl.gz"):
        evidence = [e for e in row["evidence"] or () if len(e.split()) > 8]
        if evidence and row["support"] in ("Complete", "Partial", "Incomplete", "Missing"):
            yield Labelled(
                "\n".join(evidence), row["claim"], row["support"] == "Complete", row["question"]
            )


def _healthver(folder: Path) -> Iterator[Labelled]:
    for row in csv.DictReader(io.StringIO(_text(folder / "healthver_dev.csv.gz"))):
        yield Labelled(row["evidence"], row["claim"], row["label"] == "Supports", row["topic_ip"])


def _scifact(folder: Path) -> Iterator[Labelled]:
    """Train claims with one cited abstract; a claim without evidence in it is not supported."""
    documents = {
        str(row.get("_id", row.get("doc_id", row.get("id")))): row
        for row in _lines(folder / "corpus.jsonl.gz")
    }
    for row in _lines(folder / "claims_train.jsonl"):
        cited = documents[str(row["cited_doc_ids"][0])]
        words = cited.get("sentences") or cited.get("abstract") or [cited.get("text", "")]
        yield Labelled(" ".join(words), row["claim"], row["label"] == "SUPPORT", row["id"])


_READ: dict[str, Callable[[Path], Iterator[Labelled]]] = {
    "expertqa-med": _expertqa, "healthver": _healthver, "scifact": _scifact,
}  # fmt: skip


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in _text(path).splitlines():
        if line.strip():
            yield json.loads(line)


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
