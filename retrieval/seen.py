"""Whether anything that goes into a build has changed since the last one; reads no passage.

What it keeps is a memo: without it, or with a torn one, a build takes the long way.

A file whose place, size and times are those of the file that was hashed is not hashed again by a
refresh. A disk that turns a bit over leaves them as they are; such a fault is still found, because
a generation is hashed whole whenever it is opened, verified or rolled back to, and by the first
refresh of each day. Whoever finds one drops the memo, so that the next build mends it.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import guidelines
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home, write_atomic
from guidelines.ocr import engines
from guidelines.problem import Problem
from retrieval import store
from retrieval.embed import Embedder
from retrieval.golden import golden_file
from retrieval.passages import CHUNKING
from retrieval.store import Manifest

# What turns bytes into text and words into an index, besides our own code.
_LIBRARIES = ("pypdfium2", "bm25s", "PyStemmer", "faiss-cpu", "numpy")
# A file changed within this of being looked at may change again without a new time stamp.
_DOUBT_NS = 2_000_000_000
# So long a generation's files are known by their stamps.
_DAY_NS = 86_400_000_000_000

Stamps = dict[str, list[int]]


def asked(home: Home, entries: Sequence[Guideline], embedder: Embedder, reranker: str) -> str:
    """Hash all that decides what a build gives: editions, models, golden file and program."""
    golden = golden_file(home)
    facts = {
        "schema": store.SCHEMA,
        "chunking": CHUNKING,
        "program": program(),
        "ocr": engines(),
        "embedder": [embedder.name, embedder.fingerprint()],
        "reranker": [reranker, store.sha256_of(golden) if reranker and golden.is_file() else ""],
        "editions": [[e.id, e.sha256, e.title, e.status] for e in entries],
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@lru_cache(maxsize=1)
def program() -> str:
    """Hash the code that reads, cuts and indexes: a new version builds anew, and compares."""
    digest = hashlib.sha256()
    for package in (Path(guidelines.__file__).parent, Path(__file__).parent):
        for path in sorted(package.glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def stamps(home: Home, entries: Sequence[Guideline]) -> Stamps:
    """Give each PDF's place, size and times, to be taken before its bytes are hashed."""
    return _stamps((e.sha256, catalogue.file_of(home, e)) for e in entries)


def _stamps(files: Iterable[tuple[str, Path]]) -> Stamps:
    """Stamp files; one that was changed only just now has none: it could change again unnoticed."""
    found: Stamps = {}
    for name, path in files:
        with suppress(OSError):
            facts = path.stat()
            if max(facts.st_mtime_ns, facts.st_ctime_ns) < time.time_ns() - _DOUBT_NS:
                found[name] = [
                    facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
                ]  # fmt: skip
    return found


def unchanged(home: Home, key: str, entries: Sequence[Guideline], now: Stamps) -> Manifest | None:
    """Give the current generation's manifest if a build would only make the same one again.

    A file is hashed only where its stamp is not that of the file that was hashed before; the
    generation's own files at least once a day.
    """
    current = store.current_id(home)
    memo = _load(home)
    if current is None or (memo.get("asked"), memo.get("generation")) != (key, current):
        return None
    folder = store.generations(home) / current
    try:
        manifest = store.read_manifest(folder)
        index = _stamps((name, folder / name) for name in manifest.files)
        hashed = memo.get("hashed")
        if not (
            _today(hashed) and memo.get("index") == index and len(index) == len(manifest.files)
        ):
            hashed = time.time_ns()
            store.verify(folder, manifest)
        elif not store.authentic(folder, manifest):
            return None
    except Problem:
        return None
    if manifest.lost:
        return None  # a lost page may come back with more time or memory
    kept = memo.get("files")
    known: Stamps = kept if isinstance(kept, dict) else {}
    for entry in entries:
        path = catalogue.file_of(home, entry)
        trusted = entry.sha256 in now and now[entry.sha256] == known.get(entry.sha256)
        if not trusted and (not path.is_file() or store.sha256_of(path) != entry.sha256):
            return None
    if known != now or memo.get("index") != index or memo.get("hashed") != hashed:
        _note(home, {**memo, "files": now, "index": index, "hashed": hashed})
    return manifest


def _today(hashed: object) -> bool:
    """Tell whether a time is not a day ago, nor yet to come."""
    return isinstance(hashed, int) and 0 <= time.time_ns() - hashed < _DAY_NS


def remember(home: Home, key: str, generation: str, files: Stamps) -> None:
    """Note what the current generation was asked for and made from."""
    _note(home, {"asked": key, "generation": generation, "files": files})


def verified(home: Home, folder: Path, manifest: Manifest) -> None:
    """Hash a generation's files; where one is not what it was, drop the memo and raise Problem."""
    try:
        store.verify(folder, manifest)
    except Problem:
        with suppress(OSError):
            _path(home).unlink(missing_ok=True)
        raise


def _note(home: Home, memo: dict[str, Any]) -> None:
    # The generation serves already; without the memo the next build only takes longer.
    with suppress(OSError):
        write_atomic(_path(home), json.dumps(memo).encode())


def _path(home: Home) -> Path:
    return home.index / "seen.json"


def _load(home: Home) -> dict[str, Any]:
    try:
        memo = json.loads(_path(home).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return memo if isinstance(memo, dict) else {}
