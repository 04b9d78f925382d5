"""From the library to a promoted generation; reuses what an unchanged PDF gave before."""

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home, sync, writing
from guidelines.problem import Problem
from guidelines.reading import lost
from retrieval import journal, releases, seen, store
from retrieval.embed import Embedder, Progress, Vectors
from retrieval.gate import golden_questions, judge, trial
from retrieval.journal import Journal, text_keys
from retrieval.lexical import Lexical
from retrieval.lock import sole_builder
from retrieval.passages import CHUNKING, Passage, page_rows, search_text
from retrieval.search import Index
from retrieval.source import pages_and_passages
from retrieval.store import Manifest


@dataclass(frozen=True)
class Built:
    """What a build did.

    Passages were `embedded` now, `resumed` from a build that was broken off, or `reused` from
    the generation before.
    """

    manifest: Manifest
    unchanged: bool
    embedded: int
    reused: int
    resumed: int = 0


def build(
    home: Home,
    embedder: Embedder,
    created: str,
    on_read: Callable[[str], None],
    on_embed: Progress,
    force: str = "",
    reranker: str = "",
) -> Built:
    """Build the generation the catalogue asks for and promote it, if the gate lets it pass.

    Raises:
        Problem: the library is empty, a catalogued PDF is missing or changed, or the golden
            questions' pages are found less often than before and `force` gives no reason.
    """
    entries = [e for e in catalogue.load(home).values() if e.status != "retired"]
    if not entries:
        raise Problem("the library", "has no guideline to index", "clinicite library add FILE.pdf")
    with writing(f"index in {home.index}", "clinicite index build"), sole_builder(home, created):
        releases.sweep(home)
        files, asked = seen.stamps(home, entries), seen.asked(home, entries, embedder, reranker)
        same = seen.unchanged(home, asked, entries, files)
        if same is not None:
            built = Built(same, True, 0, same.passages)
        else:
            built = _build(home, entries, embedder, created, on_read, on_embed, force, reranker)
            seen.remember(home, asked, built.manifest.id, files)
        journal.drop(_unfinished(home))
    return built


def _build(
    home: Home,
    entries: list[Guideline],
    embedder: Embedder,
    created: str,
    on_read: Callable[[str], None],
    on_embed: Progress,
    force: str,
    reranker: str,
) -> Built:
    previous = _previous(home, embedder, {e.sha256 for e in entries})
    passages, gone = _passages(home, entries, previous.passages, on_read)
    titles = {e.id: e.title for e in entries}
    texts = [search_text(p, titles[p.guideline]) for p in passages]
    started = time.monotonic()
    vectors, fresh, resumed = _vectors(home, embedder, texts, previous.vectors, on_embed)
    seconds = time.monotonic() - started
    store.generations(home).mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=store.generations(home)))
    try:
        store.write_passages(folder / store.PASSAGES, passages)
        store.write_vectors(folder / store.VECTORS, passages, vectors)
        store.write_abbreviations(folder / store.ABBREVIATIONS, passages)
        store.write_texts(folder / store.TEXTS, text_keys(texts))
        Lexical.build(texts).save(folder / store.LEXICAL)
        by_page = [" ".join(texts[row] for row in rows) for rows in page_rows(passages)]
        Lexical.build(by_page).save(folder / store.PAGE_LEXICAL)
        facts = _facts(embedder, entries, passages) | ({"lost": gone} if gone else {})
        golden = golden_questions(home)
        manifest = store.seal(folder, facts, created, fresh, round(seconds, 1))
        chosen = trial(home, Index(home, embedder, manifest, folder), reranker, golden)
        if chosen:
            manifest = store.seal(folder, facts | chosen, created, fresh, round(seconds, 1))
        unchanged = store.current_id(home) == manifest.id and _whole(home, manifest.id)
        if not unchanged:
            new = Index(home, embedder, manifest, folder)
            last = _last(home, embedder) if golden else None
            gate = judge(new, last, golden, force)
            manifest = replace(manifest, gate=gate.facts())
            store.write_manifest(folder, manifest)
            _publish(home, folder, manifest.id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Built(manifest, unchanged, fresh, len(passages) - fresh - resumed, resumed)


def _publish(home: Home, folder: Path, generation: str) -> None:
    """Give a finished folder its name, in place of a damaged one if need be, and switch to it."""
    target = store.generations(home) / generation
    if target.exists() and not _whole(home, generation):
        releases.set_aside(target)
    if not target.exists():
        os.rename(folder, target)
        sync(target.parent)
    store.promote(home, generation)


def _whole(home: Home, generation: str) -> bool:
    folder = store.generations(home) / generation
    try:
        store.verify(folder, store.read_manifest(folder))
    except Problem:
        return False
    return True


def _unfinished(home: Home) -> Path:
    """Give the folder of what a broken-off build leaves to the next one."""
    return home.index / ".work"


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


def _last(home: Home, embedder: Embedder) -> Index | None:
    """Open the generation in use; one that cannot serve is no yardstick."""
    try:
        return Index.open(home, embedder)
    except Problem:
        return None


@dataclass(frozen=True)
class _Previous:
    """What the current generation has to offer: passages by PDF hash, vectors by text."""

    passages: dict[str, list[Passage]]
    vectors: dict[str, Vectors]


def _previous(home: Home, embedder: Embedder, wanted: set[str]) -> _Previous:
    """Read the current generation, or the one before where its manifest cannot be read.

    A file that is not as it was built offers nothing.
    """
    passages: dict[str, list[Passage]] = {}
    vectors: dict[str, Vectors] = {}
    found = _last_readable(home)
    if found is None:
        return _Previous(passages, vectors)
    folder, manifest = found
    # A lost page may come back with more time or memory: its guideline is read again.
    again = {manifest.guidelines[name] for name in manifest.lost}
    offered: dict[str, list[Passage]] = {
        s: [] for s in manifest.guidelines.values() if s in wanted - again
    }
    same_rules = manifest.chunking == CHUNKING
    if offered and same_rules and store.sound(folder, manifest, store.PASSAGES):
        passages = offered
        for passage in store.read_passages(folder / store.PASSAGES):
            if passage.sha256 in offered:
                offered[passage.sha256].append(passage)
    same_weights = manifest.embedder_sha256 == embedder.fingerprint()
    if same_weights and store.sound(folder, manifest, store.VECTORS, store.TEXTS):
        vectors = store.vectors_by_text(folder)
    return _Previous(passages, vectors)


def _last_readable(home: Home) -> tuple[Path, Manifest] | None:
    for generation in (store.current_id(home), store.predecessor_id(home)):
        if generation is not None:
            folder = store.generations(home) / generation
            with suppress(Problem):
                return folder, store.read_manifest(folder)
    return None


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
            pages, cut = pages_and_passages(path, entry, home.ocr, on_read)
            found += cut
            missing = lost(pages)
            if len(missing) > entry.pages / 2:
                first, why = next(iter(missing.items()))
                raise Problem(
                    f"guideline {entry.id!r}",
                    f"{len(missing)} of its {entry.pages} pages cannot be read: page {first} {why}",
                    f"clinicite library show {entry.id}, or retire it",
                )
            if missing:
                gone[entry.id] = missing
    return found, gone


def _vectors(
    home: Home,
    embedder: Embedder,
    texts: list[str],
    kept: dict[str, Vectors],
    on_embed: Progress,
) -> tuple[Vectors, int, int]:
    """Give a vector a text, and how many texts were embedded now and by a broken-off build."""
    keys = text_keys(texts)
    changed = {k: t for k, t in zip(keys, texts, strict=True) if k not in kept}
    made: dict[str, Vectors] = {}
    fresh = 0
    if changed:
        with Journal(_unfinished(home), embedder) as work:
            fresh = work.embed(changed, on_embed)
            made = work.vectors
    vectors = np.zeros((len(texts), embedder.dimension), np.float32)
    for row, key in enumerate(keys):
        vectors[row] = made[key] if key in changed else kept[key]
    return vectors, fresh, len(changed) - fresh
