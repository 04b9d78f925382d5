"""A generation on disk: one immutable build of the index, its manifest, and the current pointer.

Nothing is unpickled: vectors are FAISS's own format, passages JSON lines, BM25 npy and JSON.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from guidelines.home import Home, write_atomic
from guidelines.problem import Problem
from retrieval.embed import Vectors
from retrieval.passages import Line, Passage

SCHEMA = 1
PASSAGES, VECTORS, MANIFEST = "passages.jsonl", "vectors.faiss", "manifest.json"
LEXICAL, PAGE_LEXICAL = "lexical", "lexical-pages"


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
    statuses: dict[str, str]
    counts: dict[str, int]
    passages: int
    files: dict[str, str]
    embedded: int = 0
    seconds: float = 0.0
    gate: dict[str, Any] = field(default_factory=dict)
    # Pages that could not be read: guideline -> page -> reason. They are read again at each build.
    lost: dict[str, dict[str, str]] = field(default_factory=dict)


def generations(home: Home) -> Path:
    """Give the folder that holds one folder a generation."""
    return home.index / "generations"


def pointer(home: Home) -> Path:
    """Give the file that names the current generation."""
    return home.index / "CURRENT"


def current_id(home: Home) -> str | None:
    """Give the current generation's id, or None where there is no index yet."""
    try:
        return pointer(home).read_text("ascii").strip() or None
    except FileNotFoundError:
        return None


def promote(home: Home, generation: str) -> None:
    """Swap the pointer: readers see the old generation or the new one, never half of either."""
    write_atomic(pointer(home), f"{generation}\n".encode("ascii"))


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


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest's hash; a torn or altered one is refused by name."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            raise Problem(
                f"index generation {folder.name}",
                f"its file {name} is missing, torn or altered",
                _REBUILD,
            )


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Write one JSON line a passage."""
    with path.open("w", encoding="utf-8") as out:
        for passage in passages:
            out.write(json.dumps(asdict(passage), ensure_ascii=False) + "\n")


def read_passages(path: Path) -> list[Passage]:
    """Read what `write_passages` wrote."""
    with path.open(encoding="utf-8") as rows:
        return [_passage(json.loads(row)) for row in rows]


def _passage(fields: dict[str, Any]) -> Passage:
    lines = tuple(
        Line(**{**line, "spans": tuple((a, b) for a, b in line["spans"])})
        for line in fields["lines"]
    )
    return Passage(**{**fields, "section": tuple(fields["section"]), "lines": lines})


def faiss_id(passage_id: str) -> int:
    """Give a passage's 63-bit FAISS id: stable however rows are added or removed."""
    return int(passage_id[:15], 16)


def write_vectors(path: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    """Write an exact inner-product index with ids from the passages' content."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    ids = np.array([faiss_id(p.id) for p in passages], np.int64)
    index.add_with_ids(vectors, ids)
    faiss.write_index(index, str(path))


def read_vectors(path: Path) -> Any:
    """Read the FAISS index."""
    return faiss.read_index(str(path))


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
    identity = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    manifest = Manifest(id=identity, created=created, embedded=embedded, seconds=seconds, **content)
    for name in files:
        _fsync(folder / name)
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest whole."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomic(folder / MANIFEST, text.encode())


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
