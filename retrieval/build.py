"""From the library to a promoted generation; reuses what an unchanged PDF gave before."""

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home, sync, writing
from guidelines.problem import Problem
from retrieval import journal, releases, seen, store
from retrieval.cpu import no_collection
from retrieval.embed import Embedder, Progress, Vectors
from retrieval.gate import Gate, golden_questions, judge, trial
from retrieval.journal import text_keys
from retrieval.lexical import Lexical, terms
from retrieval.lock import sole_builder
from retrieval.material import passages_from, previous_one, unfinished, vectors_for
from retrieval.passages import CHUNKING, Passage, page_rows, search_text
from retrieval.search import Index
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
        journal.drop(unfinished(home))
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
    previous = previous_one(home, embedder, {e.sha256 for e in entries})
    read = passages_from(home, entries, previous.passages, on_read)
    passages = read.passages
    titles = {e.id: e.title for e in entries}
    texts = [search_text(p, titles[p.guideline]) for p in passages]
    keyed = dict(zip(text_keys(texts), texts, strict=True))
    started = time.monotonic()
    vectors, fresh, resumed = vectors_for(home, embedder, keyed, previous.vectors, on_embed)
    seconds = time.monotonic() - started
    store.generations(home).mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=store.generations(home)))
    try:
        with no_collection():
            _write(folder, passages, vectors, keyed)
        reasons = {"lost": read.lost, "unproofed": read.unproofed}
        facts = _facts(embedder, entries, passages) | {k: v for k, v in reasons.items() if v}
        golden = golden_questions(home)
        manifest = store.seal(folder, facts, created, fresh, round(seconds, 1))
        # Without golden questions there is nothing to ask, and no need to read it all again.
        if golden and (
            chosen := trial(home, Index(home, embedder, manifest, folder), reranker, golden)
        ):
            manifest = store.seal(folder, facts | chosen, created, fresh, round(seconds, 1))
        unchanged = store.current_id(home) == manifest.id and _whole(home, manifest.id)
        if not unchanged:
            gate = Gate(0, 0, None, force.strip())
            if golden:
                new = Index(home, embedder, manifest, folder)
                gate = judge(new, *_last(home, embedder), golden, force)
            manifest = replace(manifest, gate=gate.facts())
            store.write_manifest(folder, manifest)
            _publish(home, folder, manifest.id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Built(manifest, unchanged, fresh, len(passages) - fresh - resumed, resumed)


def _write(
    folder: Path, passages: list[Passage], vectors: Vectors, texts: Mapping[str, str]
) -> None:
    """Write a generation's files; `texts` are what the passages are found by, by key."""
    store.write_passages(folder / store.PASSAGES, passages)
    store.write_vectors(folder / store.VECTORS, passages, vectors)
    store.write_abbreviations(folder / store.ABBREVIATIONS, passages)
    store.write_texts(folder / store.TEXTS, list(texts))
    found = [terms(text) for text in texts.values()]
    Lexical.of(found).save(folder / store.LEXICAL)
    by_page = [[t for row in rows for t in found[row]] for rows in page_rows(passages)]
    Lexical.of(by_page).save(folder / store.PAGE_LEXICAL)


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


def _last(home: Home, embedder: Embedder) -> tuple[Index | None, str]:
    """Open the generation in use; one that cannot serve is no yardstick, and it is said why."""
    if store.current_id(home) is None:
        return None, ""
    try:
        return Index.open(home, embedder), ""
    except Problem as problem:
        return None, f"{problem.what} {problem.why}"
