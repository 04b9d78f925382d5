"""The generations that are kept: which there are, and how two differ."""

import re
from dataclasses import dataclass

from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import seen, store
from retrieval.store import Manifest

_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Difference:
    """What one generation has that another has not, by guideline id."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    restatused: tuple[tuple[str, str, str], ...]
    passages: dict[str, tuple[int, int]]
    all_passages: tuple[int, int]


def listed(home: Home) -> tuple[list[Manifest], list[str]]:
    """Give the manifests, newest first, and the names of folders whose manifest is unreadable."""
    found, broken = [], []
    for folder in sorted(store.generations(home).glob("[!.]*")):
        try:
            found.append(store.read_manifest(folder))
        except Problem:
            broken.append(folder.name)
    return sorted(found, key=lambda m: (m.created, m.id), reverse=True), broken


def difference(old: Manifest, new: Manifest) -> Difference:
    """Compare two manifests; `changed` has other bytes, another title or other passages."""
    both = [g for g in new.guidelines if g in old.guidelines]
    counts = {
        g: (old.counts.get(g, 0), new.counts.get(g, 0))
        for g in {**old.guidelines, **new.guidelines}
    }
    return Difference(
        added=tuple(g for g in new.guidelines if g not in old.guidelines),
        removed=tuple(g for g in old.guidelines if g not in new.guidelines),
        changed=tuple(
            g
            for g in both
            if (old.guidelines[g], old.titles[g], counts[g][0])
            != (new.guidelines[g], new.titles[g], counts[g][1])
        ),
        restatused=tuple(
            (g, old.statuses[g], new.statuses[g])
            for g in both
            if old.statuses[g] != new.statuses[g]
        ),
        passages={g: pair for g, pair in counts.items() if pair[0] != pair[1]},
        all_passages=(old.passages, new.passages),
    )


def checked(home: Home, generation: str) -> Manifest:
    """Compare every file of a generation with its manifest.

    Raises:
        Problem: it is not here, or a file is missing, torn or altered.
    """
    folder = store.generations(home) / generation
    # A name is no path, and what begins with a dot was never finished.
    if not _ID.fullmatch(generation) or not (folder / store.MANIFEST).is_file():
        raise Problem(f"generation {generation!r}", "is not here", "clinicite index list")
    manifest = store.read_manifest(folder)
    seen.verified(home, folder, manifest)
    return manifest
