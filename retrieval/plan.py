"""What a build would do, before anything is done; reads, never writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.reading import read_pages
from retrieval import store
from retrieval.passages import CHUNKING, cut
from retrieval.store import Manifest

# Passages a second where no generation has been timed yet: MiniLM in float32 on two cores.
_SLOW = 19.0

Kind = Literal["added", "changed", "removed", "re-statused", "unchanged"]


@dataclass(frozen=True)
class Change:
    """One guideline's part in the plan; `passages` would be embedded (or dropped, if removed)."""

    guideline: str
    kind: Kind
    passages: int
    detail: str = ""


@dataclass(frozen=True)
class Plan:
    """All changes, and the seconds that embedding is expected to take."""

    changes: tuple[Change, ...]
    seconds: float


def plan(home: Home, embedder: str) -> Plan:
    """Compare the catalogue with the current generation.

    Args:
        home: The library and its index.
        embedder: Name of the embedder to be used; another than before embeds everything anew.
    """
    current = store.current_id(home)
    manifest = store.read_manifest(store.generations(home) / current) if current else None
    entries = catalogue.load(home)
    changes = tuple(_changes(home, entries, manifest, embedder))
    embed = sum(c.passages for c in changes if c.kind in ("added", "changed"))
    rate = manifest.embedded / manifest.seconds if manifest and manifest.seconds else _SLOW
    return Plan(changes, embed / max(rate, 1.0))


def _changes(
    home: Home, entries: dict[str, Guideline], manifest: Manifest | None, embedder: str
) -> Iterator[Change]:
    wanted = {e.id: e for e in entries.values() if e.status != "retired"}
    before = manifest.guidelines if manifest else {}
    anew = manifest is not None and (manifest.embedder != embedder or manifest.chunking != CHUNKING)
    for entry in wanted.values():
        if manifest is None or entry.id not in before:
            yield Change(entry.id, "added", _count(home, entry))
        elif before[entry.id] != entry.sha256:
            yield Change(entry.id, "changed", _count(home, entry), "other bytes")
        elif anew:
            yield Change(entry.id, "changed", _count(home, entry), "other embedder or cutting")
        elif manifest.titles[entry.id] != entry.title:
            yield Change(entry.id, "changed", manifest.counts[entry.id], "other title")
        elif manifest.statuses[entry.id] != entry.status:
            was = f"{manifest.statuses[entry.id]} to {entry.status}"
            yield Change(entry.id, "re-statused", 0, was)
        else:
            yield Change(entry.id, "unchanged", 0)
    for gone in before:
        if gone not in wanted and manifest is not None:
            why = "retired" if gone in entries else "no longer in the catalogue"
            yield Change(gone, "removed", manifest.counts[gone], why)


def _count(home: Home, entry: Guideline) -> int:
    return len(cut(list(read_pages(catalogue.file_of(home, entry))), entry.id, entry.sha256))
