"""What a build is made of: passages and vectors, from the generation before where nothing changed.

Knows nothing of how a generation is written or promoted.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.embed import Embedder, Progress, Vectors
from retrieval.journal import Journal
from retrieval.kept import drop, save
from retrieval.passages import CHUNKING, Passage
from retrieval.source import passages_of
from retrieval.store import Manifest


def unfinished(home: Home) -> Path:
    """Give the folder of what a broken-off build leaves to the next one."""
    return home.index / ".work"


@dataclass(frozen=True)
class Previous:
    """What the current generation has to offer: passages by PDF hash, vectors by text."""

    passages: dict[str, list[Passage]]
    vectors: dict[str, Vectors]


# Why pages of a guideline are not as they should be: by its id, then by the page's number.
Reasons = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Read:
    """All passages; the pages that cannot be read, and those that OCR could not judge."""

    passages: list[Passage]
    lost: Reasons
    unproofed: Reasons


def previous_one(home: Home, embedder: Embedder, wanted: set[str]) -> Previous:
    """Read the current generation, or the one before where its manifest cannot be read.

    A file that is not as it was built offers nothing.
    """
    passages: dict[str, list[Passage]] = {}
    vectors: dict[str, Vectors] = {}
    found = _last_readable(home)
    if found is None:
        return Previous(passages, vectors)
    folder, manifest = found
    # A lost page may come back with more time or memory, and a page that OCR failed on be read
    # after all: such a guideline is read again.
    again = {manifest.guidelines[name] for name in (*manifest.lost, *manifest.unproofed)}
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
    return Previous(passages, vectors)


def _last_readable(home: Home) -> tuple[Path, Manifest] | None:
    for generation in (store.current_id(home), store.predecessor_id(home)):
        if generation is not None:
            folder = store.generations(home) / generation
            with suppress(Problem):
                manifest = store.read_manifest(folder)
                if store.authentic(folder, manifest):
                    return folder, manifest
    return None


def passages_from(
    home: Home,
    entries: list[Guideline],
    old: dict[str, list[Passage]],
    on_read: Callable[[str], None],
) -> Read:
    """Cut what is new and keep the rest."""
    found: list[Passage] = []
    gone: Reasons = {}
    doubted: Reasons = {}
    for entry in entries:
        path = catalogue.file_of(home, entry)
        if not path.is_file() or store.sha256_of(path) != entry.sha256:
            raise Problem(
                f"guideline {entry.id!r}",
                f"its PDF {path} is missing or its bytes have changed",
                f"clinicite library add {entry.file} --id {entry.id} (the same PDF again)",
            )
        kept = old.get(entry.sha256)
        if kept is not None and all(p.guideline == entry.id for p in kept):
            found += kept
        else:
            source = passages_of(home, path, entry, on_read)
            save(home, entry.id, source.records)
            found += source.passages
            missing = source.lost
            if len(missing) > entry.pages / 2:
                first, why = next(iter(missing.items()))
                raise Problem(
                    f"guideline {entry.id!r}",
                    f"{len(missing)} of its {entry.pages} pages cannot be read: page {first} {why}",
                    f"clinicite library show {entry.id}, or retire it",
                )
            for reasons, whys in ((gone, missing), (doubted, source.unproofed)):
                if whys:
                    reasons[entry.id] = whys
    drop(home, [entry.id for entry in entries])
    return Read(found, gone, doubted)


def vectors_for(
    home: Home,
    embedder: Embedder,
    texts: Mapping[str, str],
    kept: dict[str, Vectors],
    on_embed: Progress,
) -> tuple[Vectors, int, int]:
    """Give a vector a text, by key, and how many were embedded now and by a broken-off build."""
    changed = {k: t for k, t in texts.items() if k not in kept}
    made: dict[str, Vectors] = {}
    fresh = 0
    if changed:
        with Journal(unfinished(home), embedder) as work:
            fresh = work.embed(changed, on_embed)
            made = work.vectors
    vectors = np.zeros((len(texts), embedder.dimension), np.float32)
    for row, key in enumerate(texts):
        vectors[row] = made[key] if key in changed else kept[key]
    return vectors, fresh, len(changed) - fresh
