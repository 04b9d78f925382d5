"""From the library to a promoted generation; reuses what an unchanged PDF gave before."""

import fcntl
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.problem import Problem
from guidelines.reading import lost, read_pages
from retrieval import store
from retrieval.embed import Embedder, Progress, Vectors
from retrieval.gate import golden_questions, judge
from retrieval.lexical import Lexical
from retrieval.passages import CHUNKING, Passage, cut, page_rows
from retrieval.search import Index
from retrieval.store import Manifest


@dataclass(frozen=True)
class Built:
    """What a build did."""

    manifest: Manifest
    unchanged: bool
    embedded: int
    reused: int


def search_text(passage: Passage, title: str) -> str:
    """Give the text a passage is found by: its guideline's title and headings, then its words."""
    words = passage.text.replace("\ufffd", " ")
    return f"{title}. {' › '.join(passage.section[-3:])}. {words}"


def build(
    home: Home,
    embedder: Embedder,
    created: str,
    on_read: Callable[[str], None],
    on_embed: Progress,
    force: str = "",
) -> Built:
    """Build the generation the catalogue asks for and promote it, if the gate lets it pass.

    Raises:
        Problem: the library is empty, a catalogued PDF is missing or changed, or the golden
            questions' pages are found less often than before and `force` gives no reason.
    """
    entries = [e for e in catalogue.load(home).values() if e.status != "retired"]
    if not entries:
        raise Problem("the library", "has no guideline to index", "clinicite library add FILE.pdf")
    with _locked(home):
        _sweep(home)
        previous = _previous(home, embedder)
        passages, gone = _passages(home, entries, previous.passages, on_read)
        titles = {e.id: e.title for e in entries}
        texts = [search_text(p, titles[p.guideline]) for p in passages]
        started = time.monotonic()
        vectors, fresh = _vectors(embedder, passages, texts, titles, previous, on_embed)
        seconds = time.monotonic() - started
        folder = Path(tempfile.mkdtemp(prefix=".building-", dir=store.generations(home)))
        try:
            store.write_passages(folder / store.PASSAGES, passages)
            store.write_vectors(folder / store.VECTORS, passages, vectors)
            Lexical.build(texts).save(folder / store.LEXICAL)
            by_page = [" ".join(texts[row] for row in rows) for rows in page_rows(passages)]
            Lexical.build(by_page).save(folder / store.PAGE_LEXICAL)
            facts = _facts(embedder, entries, passages) | ({"lost": gone} if gone else {})
            manifest = store.seal(folder, facts, created, fresh, round(seconds, 1))
            target = store.generations(home) / manifest.id
            unchanged = target.exists() and store.current_id(home) == manifest.id
            if not unchanged:
                new = Index(home, embedder, manifest, folder)
                gate = judge(new, _last(home, embedder), golden_questions(home), force)
                manifest = replace(manifest, gate=gate.facts())
                store.write_manifest(folder, manifest)
                if not target.exists():
                    os.rename(folder, target)
                store.promote(home, manifest.id)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Built(manifest, unchanged, fresh, len(passages) - fresh)


def _facts(embedder: Embedder, entries: list[Guideline], passages: list[Passage]) -> dict[str, Any]:
    counts = Counter(p.guideline for p in passages)
    return {
        "embedder": embedder.name,
        "embedder_sha256": embedder.fingerprint(),
        "dimension": embedder.dimension,
        "chunking": CHUNKING,
        "guidelines": {e.id: e.sha256 for e in entries},
        "titles": {e.id: e.title for e in entries},
        "statuses": {e.id: e.status for e in entries},
        "counts": {e.id: counts[e.id] for e in entries},
        "passages": len(passages),
    }


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    store.generations(home).mkdir(parents=True, exist_ok=True)
    with (home.index / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise Problem(
                f"index in {home.index}", "is being built by another process", "wait for it to end"
            ) from fault
        yield


def _sweep(home: Home) -> None:
    """Remove what a killed build left: half a generation is never a generation."""
    for left in store.generations(home).glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in home.index.glob(f".{store.pointer(home).name}.*"):
        left.unlink(missing_ok=True)


def _last(home: Home, embedder: Embedder) -> Index | None:
    """Open the generation in use; one that cannot serve is no yardstick."""
    try:
        return Index.open(home, embedder)
    except Problem:
        return None


@dataclass(frozen=True)
class _Previous:
    """What the current generation has to offer: passages by PDF hash, vectors by passage id."""

    passages: dict[str, list[Passage]]
    vectors: dict[str, Vectors]
    titles: dict[str, str]


def _previous(home: Home, embedder: Embedder) -> _Previous:
    """Read the current generation; one that cannot be trusted offers nothing."""
    nothing = _Previous({}, {}, {})
    current = store.current_id(home)
    if current is None:
        return nothing
    folder = store.generations(home) / current
    try:
        manifest = store.read_manifest(folder)
        store.verify(folder, manifest)
    except Problem:
        return nothing
    if manifest.chunking != CHUNKING:
        return nothing
    by_file: dict[str, list[Passage]] = {sha: [] for sha in manifest.guidelines.values()}
    for passage in store.read_passages(folder / store.PASSAGES):
        by_file[passage.sha256].append(passage)
    # A lost page may come back with more time or memory: its guideline is read again.
    again = {manifest.guidelines[name] for name in manifest.lost}
    kept = {sha: found for sha, found in by_file.items() if sha not in again}
    if manifest.embedder_sha256 != embedder.fingerprint():
        return _Previous(kept, {}, {})
    index = store.read_vectors(folder / store.VECTORS)
    vectors = {
        p.id: index.reconstruct(store.faiss_id(p.id)) for found in by_file.values() for p in found
    }
    return _Previous(kept, vectors, manifest.titles)


def _passages(
    home: Home,
    entries: list[Guideline],
    old: dict[str, list[Passage]],
    on_read: Callable[[str], None],
) -> tuple[list[Passage], dict[str, dict[str, str]]]:
    """Cut what is new and keep the rest; the second value is the lost pages by guideline."""
    found: list[Passage] = []
    gone: dict[str, dict[str, str]] = {}
    for entry in entries:
        path = catalogue.file_of(home, entry)
        if not path.is_file() or store.sha256_of(path) != entry.sha256:
            raise Problem(
                f"guideline {entry.id!r}",
                f"its PDF {path} is missing or its bytes have changed",
                f"clinicite library retire {entry.id}, then add the PDF again",
            )
        kept = old.get(entry.sha256)
        if kept is not None and all(p.guideline == entry.id for p in kept):
            found += kept
        else:
            on_read(entry.id)
            pages = list(read_pages(path))
            found += cut(pages, entry.id, entry.sha256)
            if missing := lost(pages):
                gone[entry.id] = missing
    return found, gone


def _vectors(
    embedder: Embedder,
    passages: list[Passage],
    texts: list[str],
    titles: dict[str, str],
    previous: _Previous,
    on_embed: Progress,
) -> tuple[Vectors, int]:
    """Give a vector a passage, kept where its words and its guideline's title are the same."""
    vectors = np.zeros((len(passages), embedder.dimension), np.float32)
    fresh = []
    for row, passage in enumerate(passages):
        kept = previous.vectors.get(passage.id)
        title = previous.titles.get(passage.guideline)
        if kept is not None and title == titles[passage.guideline]:
            vectors[row] = kept
        else:
            fresh.append(row)
    vectors[fresh] = embedder.encode([texts[row] for row in fresh], on_embed)
    return vectors, len(fresh)
