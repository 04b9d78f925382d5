"""A generation on disk: one immutable build of the index, its manifest, and the current pointer.

Nothing is unpickled: vectors are FAISS's own format, passages JSON lines, BM25 npy and JSON.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from guidelines.catalogue import Status
from guidelines.home import Home, sync, write_atomic
from guidelines.problem import Problem
from retrieval.abbreviations import abbreviations
from retrieval.embed import Vectors
from retrieval.passages import Line, Passage
from retrieval.strength import Grade

SCHEMA = 2
PASSAGES, VECTORS, MANIFEST = "passages.jsonl", "vectors.faiss", "manifest.json"
# The names of the texts that were embedded, row by row: a vector is used again for its text only.
TEXTS, ABBREVIATIONS = "texts.sha256", "abbreviations.json"
LEXICAL, PAGE_LEXICAL = "lexical", "lexical-pages"
# What a manifest says besides what went in and what came out.
_NOT_HASHED = ("id", "created", "embedded", "seconds", "gate")


@dataclass(frozen=True)
class Manifest:
    """What a generation was made from, and the hashes of its files."""

    schema: int
    id: str
    created: str
    embedder: str
    embedder_sha256: str
    dimension: int
    chunking: int
    guidelines: dict[str, str]
    titles: dict[str, str]
    statuses: dict[str, Status]
    counts: dict[str, int]
    passages: int
    files: dict[str, str]
    # The cross-encoder that orders the best passages anew; empty: none.
    reranker: str = ""
    reranker_sha256: str = ""
    embedded: int = 0
    seconds: float = 0.0
    gate: dict[str, Any] = field(default_factory=dict)
    # Pages that could not be read: guideline -> page -> reason. They are read again at each build.
    lost: dict[str, dict[str, str]] = field(default_factory=dict)
    # Pages in doubt that OCR could not judge, in the same form; a build with changes tries again.
    unproofed: dict[str, dict[str, str]] = field(default_factory=dict)


def generations(home: Home) -> Path:
    """Give the folder that holds one folder a generation."""
    return home.index / "generations"


def pointer(home: Home) -> Path:
    """Give the file that names the current generation and, below it, the one before."""
    return home.index / "CURRENT"


def current_id(home: Home) -> str | None:
    """Give the current generation's id, or None where there is no index yet."""
    return next(iter(_pointed(home)), None)


def predecessor_id(home: Home) -> str | None:
    """Give the generation that was current before, or None."""
    return next(iter(_pointed(home)[1:]), None)


def _pointed(home: Home) -> list[str]:
    try:
        return pointer(home).read_text("ascii").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as fault:
        raise Problem(
            f"index pointer {pointer(home)}", f"cannot be read: {fault}", "mend or remove that file"
        ) from fault


def promote(home: Home, generation: str) -> None:
    """Swap the pointer: readers see the old generation or the new one, never half of either."""
    before = [g for g in _pointed(home) if g != generation]
    write_atomic(pointer(home), "".join(f"{g}\n" for g in (generation, *before[:1])).encode())


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest.

    Raises:
        Problem: it is missing, torn, or of a newer format.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text("utf-8"))
        if fields["schema"] > SCHEMA:
            raise Problem(
                f"index generation {folder.name}",
                f"has format {fields['schema']}, newer than this program's {SCHEMA}",
                "update clinicite, or clinicite index build",
            )
        return Manifest(**fields)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Problem(
            f"index generation {folder.name}", f"has no readable manifest: {fault}", _REBUILD
        ) from fault


_REBUILD = "clinicite index build"
# When, how and how well it was made: the same index is the same generation.
_UNSEALED = ("id", "created", "embedded", "seconds", "gate")
# Part of the id only where there are any.
_OPTIONAL = ("reranker", "reranker_sha256", "lost", "unproofed")


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest's hash, and the manifest with the generation's name.

    Raises:
        Problem: a file is missing, torn, altered or cannot be read; told by its name.
    """
    what = f"index generation {folder.name}"
    if not authentic(folder, manifest):
        raise Problem(what, f"its file {MANIFEST} is altered", _REBUILD)
    try:
        for name in manifest.files:
            if not sound(folder, manifest, name):
                raise Problem(what, f"its file {name} is missing, torn or altered", _REBUILD)
    except OSError as fault:
        why = f"its file {fault.filename} cannot be read: {fault.strerror}"
        raise Problem(what, why, "let this user read it") from fault


def authentic(folder: Path, manifest: Manifest) -> bool:
    """Tell whether the manifest is the one its generation was named after."""
    return folder.name == manifest.id == _identity(_sealed(manifest))


def _sealed(manifest: Manifest) -> dict[str, Any]:
    """Give what the generation's id was made of."""
    return {
        name: value
        for name, value in vars(manifest).items()
        if name not in _UNSEALED and (value or name not in _OPTIONAL)
    }


def _identity(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def sound(folder: Path, manifest: Manifest, *names: str) -> bool:
    """Tell whether the manifest has these files and they are as it says."""
    return all(
        n in manifest.files
        and (folder / n).is_file()
        and sha256_of(folder / n) == manifest.files[n]
        for n in names
    )


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Write one JSON line a passage."""
    with path.open("w", encoding="utf-8") as out:
        for passage in passages:
            # Not `asdict`, which copies every span: a third of the time.
            row = {**vars(passage), "lines": [_row(line) for line in passage.lines]}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_abbreviations(path: Path, passages: Sequence[Passage]) -> None:
    """Write each guideline's own abbreviations with their long forms."""
    by_guideline: dict[str, list[Passage]] = {}
    for passage in passages:
        by_guideline.setdefault(passage.guideline, []).append(passage)
    found = {name: abbreviations(of) for name, of in by_guideline.items()}
    path.write_text(json.dumps(found, ensure_ascii=False, indent=0), "utf-8")


def read_abbreviations(path: Path) -> dict[str, dict[str, str]]:
    """Read what `write_abbreviations` wrote."""
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found


def _row(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "spans": line.spans,
        "text": line.text,
        "suspect": line.suspect,
        "whole": line.whole,
        "grade": None if line.grade is None else vars(line.grade),
    }


def read_passages(path: Path) -> list[Passage]:
    """Read what `write_passages` wrote."""
    with path.open(encoding="utf-8") as rows:
        return [_passage(json.loads(row)) for row in rows]


def _passage(fields: dict[str, Any]) -> Passage:
    lines = tuple(
        Line(**{**line, "spans": _spans(line["spans"]), "grade": _grade(line["grade"])})
        for line in fields["lines"]
    )
    return Passage(**{**fields, "section": tuple(fields["section"]), "lines": lines})


def _grade(fields: dict[str, Any] | None) -> Grade | None:
    return None if fields is None else Grade(**{**fields, "spans": _spans(fields["spans"])})


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)


def faiss_id(passage_id: str) -> int:
    """Give a passage's FAISS id, of 60 bits: stable however rows are added or removed."""
    return int(passage_id[:15], 16)


def write_vectors(path: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    """Write an exact inner-product index with ids from the passages' content."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    ids = np.array([faiss_id(p.id) for p in passages], np.int64)
    index.add_with_ids(vectors, ids)
    # FAISS's own writer tells a full disk as a RuntimeError about a C++ line.
    path.write_bytes(faiss.serialize_index(index).data)


def read_vectors(path: Path) -> Any:
    """Read the FAISS index."""
    return faiss.read_index(str(path))


def write_texts(path: Path, keys: Sequence[str]) -> None:
    """Write the names of the texts that the vectors were made from, a line a row."""
    path.write_text("".join(f"{key}\n" for key in keys), "ascii")


def vectors_by_text(folder: Path) -> dict[str, Vectors]:
    """Give a generation's vectors by the names of the texts they were made from."""
    index = read_vectors(folder / VECTORS)
    rows = faiss.downcast_index(index.index).reconstruct_n(0, index.ntotal)
    return dict(zip((folder / TEXTS).read_text("ascii").split(), rows, strict=True))


def seal(
    folder: Path, facts: dict[str, Any], created: str, embedded: int, seconds: float
) -> Manifest:
    """Hash and fsync every file of a finished folder and write its manifest.

    The id is the hash of what went in and what came out, without the time and the work it took.
    """
    files = {
        str(path.relative_to(folder)): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    content = {"schema": SCHEMA, **facts, "files": files}
    manifest = Manifest(
        id=_identity(content), created=created, embedded=embedded, seconds=seconds, **content
    )
    for path in (folder, *folder.rglob("*")):
        sync(path)
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest whole."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomic(folder / MANIFEST, text.encode())
