"""The generations side by side: which one serves, which one a reader holds, which ones may go.

Knows nothing of how a generation is made or searched.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from guidelines.home import Home, sync, writing
from guidelines.problem import Problem
from retrieval import kept, store
from retrieval.generations import checked
from retrieval.lock import sole_builder
from retrieval.store import Manifest

# Between two tries of a reader while `prune` or `list` asks whether a generation is held.
_WAIT = 0.002


class Pin:
    """A reader's hold on a generation: while it lives, `prune` passes the folder over."""

    def __init__(self, folder: Path) -> None:
        """Take hold of a folder; wait while somebody asks whether it is held.

        Raises:
            FileNotFoundError: it is not there, or was removed before we had it.
        """
        self._handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        held = False
        while not held:
            held = _lock(self._handle, fcntl.LOCK_SH)
            # What we hold is the folder we opened; its name may have gone in between.
            if not os.path.samestat(os.fstat(self._handle), os.stat(folder)):
                raise FileNotFoundError(folder)
            if not held:
                time.sleep(_WAIT)

    def __del__(self) -> None:
        """Let go; the kernel does so too when the process ends."""
        if hasattr(self, "_handle"):
            os.close(self._handle)


def pin_current(home: Home) -> tuple[Path, Pin]:
    """Take hold of the generation that the pointer names, wherever it moves meanwhile.

    Raises:
        Problem: there is no index yet, or the pointer names a generation that is not there.
    """
    while True:
        current = store.current_id(home)
        if current is None:
            raise Problem(f"index in {home.index}", "there is none yet", "clinicite index build")
        folder = store.generations(home) / current
        try:
            return folder, Pin(folder)
        except FileNotFoundError as fault:
            if store.current_id(home) == current:
                raise Problem(
                    f"index generation {current}", "is not here", "clinicite index build"
                ) from fault


def rollback(home: Home, generation: str, now: str) -> None:
    """Make an older (or newer) generation the current one, after checking that it is whole.

    Raises:
        Problem: it is not here, torn or altered, or a build is running.
    """
    with (
        writing(f"index in {home.index}", f"clinicite index rollback {generation}"),
        sole_builder(home, now),
    ):
        store.promote(home, checked(home, generation).id)


@dataclass(frozen=True)
class Release:
    """A generation among the others. No manifest: it cannot be read."""

    id: str
    manifest: Manifest | None
    current: bool
    predecessor: bool
    held: bool


def releases(home: Home) -> list[Release]:
    """Give every generation, oldest first; those without a readable manifest before all."""
    current, before = store.current_id(home), store.predecessor_id(home)
    found = []
    for folder in store.generations(home).glob("[!.]*/"):
        try:
            manifest = store.read_manifest(folder)
        except Problem:
            manifest = None
        name = folder.name
        with suppress(FileNotFoundError):  # removed by a `prune` that runs beside
            found.append(Release(name, manifest, name == current, name == before, _held(folder)))
    return sorted(found, key=lambda r: (r.manifest.created if r.manifest else "", r.id))


def prune(home: Home, keep: int, now: str) -> tuple[list[str], list[str]]:
    """Remove the oldest generations until `keep` are left.

    The current one, the one before it and those that a reader holds are never removed.

    Returns:
        The ids that were removed, and those that were spared because a reader holds them.
    """
    removed, spared = [], []
    with (
        writing(f"index in {home.index}", f"clinicite index prune --keep {keep}"),
        sole_builder(home, now),
    ):
        sweep(home)
        found = releases(home)
        surplus = len(found) - keep
        for release in found:
            if surplus <= 0:
                break
            if release.current or release.predecessor:
                continue
            if _remove(store.generations(home) / release.id):
                removed.append(release.id)
                surplus -= 1
            else:
                spared.append(release.id)
    return removed, spared


def sweep(home: Home) -> None:
    """Remove what a killed process left half made or half removed."""
    for left in store.generations(home).glob(".*"):
        shutil.rmtree(left)
    for left in (*home.index.glob(".*.*"), *kept.folder(home).glob(".*")):
        left.unlink(missing_ok=True)


def set_aside(folder: Path) -> None:
    """Take a generation's folder out of sight in one step, then remove it."""
    aside = folder.with_name(f".gone-{folder.name}")
    os.rename(folder, aside)
    sync(folder.parent)
    shutil.rmtree(aside)


def _remove(folder: Path) -> bool:
    """Remove a generation unless somebody holds it."""
    with _exclusive(folder) as free:
        if free:
            set_aside(folder)
    return free


def _held(folder: Path) -> bool:
    with _exclusive(folder) as free:
        return not free


@contextmanager
def _exclusive(folder: Path) -> Iterator[bool]:
    """Keep readers off a folder; yields False where one holds it already."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield _lock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def _lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
