"""What a build would do, before anything is done; changes neither the library nor the index.

What OCR reads on the way is kept, so that the build need not read it again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from retrieval import store
from retrieval.embed import Embedder
from retrieval.journal import text_keys
from retrieval.passages import CHUNKING, Passage, search_text
from retrieval.source import passages_of
from retrieval.store import Manifest

# Passages a second where no generation has been timed yet: our embedder on two busy cores.
_SLOW = 26.0
# Pages a second that two workers on two busy cores read and cut. What OCR read is kept by then.
_PAGES = 80.0

Kind = Literal["added", "changed", "removed", "re-statused", "unchanged"]


@dataclass(frozen=True)
class Change:
    """One guideline's part in the plan.

    `passages` would be embedded: those whose words, headings or title are new. Of a guideline that
    is removed they would be dropped.
    """

    guideline: str
    kind: Kind
    passages: int
    detail: str = ""


@dataclass(frozen=True)
class Plan:
    """All changes, and the seconds that a build is expected to take, those of `reading` in them."""

    changes: tuple[Change, ...]
    seconds: float
    reading: float = 0.0


def plan(home: Home, embedder: str, on_read: Callable[[str], None] = lambda _: None) -> Plan:
    """Compare the catalogue with the current generation.

    Args:
        home: The library and its index.
        embedder: Name of the embedder to be used; other weights than before embed everything anew.
        on_read: Told now and then which new edition is being read and how far.

    Raises:
        Problem: a PDF or the embedder cannot be opened.
    """
    current = store.current_id(home)
    manifest = store.read_manifest(store.generations(home) / current) if current else None
    entries = catalogue.load(home)
    same = manifest is not None and _same_weights(home, manifest, embedder)
    read: list[Guideline] = []
    changes = tuple(_changes(home, entries, manifest, same, on_read, read.append))
    embed = sum(c.passages for c in changes if c.kind != "removed")
    rate = manifest.embedded / manifest.seconds if manifest and manifest.seconds else _SLOW
    reading = sum(entry.pages for entry in read) / _PAGES
    return Plan(changes, reading + embed / max(rate, 1.0), reading)


def _same_weights(home: Home, manifest: Manifest, embedder: str) -> bool:
    """Tell whether the generation was made with these weights; a name says little of them."""
    if manifest.embedder != embedder:
        return False
    return Embedder(embedder, home.models).fingerprint() == manifest.embedder_sha256


def _changes(
    home: Home,
    entries: dict[str, Guideline],
    manifest: Manifest | None,
    same_weights: bool,
    on_read: Callable[[str], None],
    on_fresh: Callable[[Guideline], None],
) -> Iterator[Change]:
    wanted = {e.id: e for e in entries.values() if e.status != "retired"}
    fresh = _fresh(home, wanted, manifest, same_weights, on_read, on_fresh)
    before = manifest.guidelines if manifest else {}
    anew = manifest is not None and not (same_weights and manifest.chunking == CHUNKING)
    for entry in wanted.values():
        count = fresh[entry.id]
        if manifest is None or entry.id not in before:
            yield Change(entry.id, "added", count)
        elif before[entry.id] != entry.sha256:
            yield Change(entry.id, "changed", count, "other bytes")
        elif anew:
            yield Change(entry.id, "changed", count, "other embedder or cutting")
        elif manifest.titles[entry.id] != entry.title:
            yield Change(entry.id, "changed", count, "other title")
        elif manifest.statuses[entry.id] != entry.status:
            was = f"{manifest.statuses[entry.id]} to {entry.status}"
            yield Change(entry.id, "re-statused", count, was)
        elif count:
            yield Change(entry.id, "changed", count, "its vectors are not there")
        else:
            yield Change(entry.id, "unchanged", 0)
    for gone in before:
        if gone not in wanted and manifest is not None:
            why = "retired" if gone in entries else "no longer in the catalogue"
            yield Change(gone, "removed", manifest.counts[gone], why)


def _fresh(
    home: Home,
    wanted: dict[str, Guideline],
    manifest: Manifest | None,
    same_weights: bool,
    on_read: Callable[[str], None],
    on_fresh: Callable[[Guideline], None],
) -> Counter[str]:
    """Count each guideline's passages that a build would embed; tell those it would read."""
    kept: dict[str, list[Passage]] = {}
    known: set[str] = set()
    if manifest is not None:
        folder = store.generations(home) / manifest.id
        if manifest.chunking == CHUNKING and store.sound(folder, manifest, store.PASSAGES):
            for passage in store.read_passages(folder / store.PASSAGES):
                kept.setdefault(passage.sha256, []).append(passage)
        for name in manifest.lost:  # its lost pages may come back: a build reads it again
            kept.pop(manifest.guidelines.get(name, ""), None)
        same_vectors = store.sound(folder, manifest, store.VECTORS, store.TEXTS)
        if same_weights and same_vectors:
            known = set((folder / store.TEXTS).read_text("ascii").split())
    found: list[tuple[str, str]] = []
    for entry in wanted.values():
        passages = kept.get(entry.sha256, [])
        if not passages or any(p.guideline != entry.id for p in passages):
            on_fresh(entry)
            path = catalogue.file_of(home, entry)
            passages = passages_of(home, path, entry, on_read).passages
        found += [(entry.id, search_text(p, entry.title)) for p in passages]
    keys = text_keys([text for _, text in found])
    return Counter(i for (i, _), key in zip(found, keys, strict=True) if key not in known)
