"""Current and superseded editions with their statuses exchanged; pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from guidelines.catalogue import Guideline


def exchanged(entries: Mapping[str, Guideline]) -> dict[str, Guideline]:
    """Exchange the status of each current edition and of the one that it superseded."""
    found = dict(entries)
    for old, new in pairs(entries).items():
        found[new] = replace(entries[new], status="superseded")
        found[old] = replace(entries[old], status="current")
    return found


def pairs(entries: Mapping[str, Guideline]) -> dict[str, str]:
    """Give, by the id of a superseded edition, that of the current one that took its place."""
    return {
        e.supersedes: e.id
        for e in entries.values()
        if e.status == "current"
        and (older := entries.get(e.supersedes)) is not None
        and older.status == "superseded"
    }


def editions(library: Mapping[str, Mapping[str, Any]]) -> dict[str, Guideline]:
    """Give the editions of a manifest's library by their id, as far as statuses need them."""
    return {
        e["id"]: Guideline(
            e["id"], e["title"], sha256, "", 0, e["status"], supersedes=e.get("supersedes", "")
        )
        for sha256, e in library.items()
    }


def others(library: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give, by the file of a current edition, the file of the one that it superseded."""
    entries = editions(library)
    return {entries[new].sha256: entries[old].sha256 for old, new in pairs(entries).items()}


def statuses(library: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give, by its file, the status that each edition has once they are exchanged."""
    return {e.sha256: e.status for e in exchanged(editions(library)).values()}
