"""Taking a PDF into the library: judged, copied, catalogued. Does not know what makes it unfit."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from guidelines import catalogue, quarantine
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.judging import MOST, Most, Sound, judged
from guidelines.problem import Problem

Outcome = Literal["added", "already there", "put back"]


def add(
    home: Home,
    path: Path,
    known: dict[str, Any],
    day: str = "",
    most: Most = MOST,
    on_sound: Callable[[Sound], None] = lambda _: None,
) -> tuple[Guideline, Outcome]:
    """Add one PDF with what is known of it (`id`, `title`, `supersedes`, ...).

    Args:
        home: The library.
        path: The PDF.
        known: What is known of the edition.
        day: The date that goes on record if the file is refused; empty: not known.
        most: How large it may be.
        on_sound: Told what was found in a file that can be taken, before it is.

    Raises:
        Problem: not a file, not a sound PDF (then it is on record in the quarantine), the same
            bytes under another id, or the id taken.
    """
    sound = judged(home, path, day, most)
    on_sound(sound)
    quarantine.forget(home, sound.sha256)
    guideline_id = known.get("id") or catalogue.slug(path.stem)
    with catalogue.locked(home, f"clinicite library add {path}") as entries:
        twin = next((e for e in entries.values() if e.sha256 == sound.sha256), None)
        if twin is not None and twin.id != guideline_id:
            raise Problem(
                f"{path.name}",
                f"is in the library already as {twin.id!r} (same bytes, sha256 {twin.sha256[:12]})",
                f"clinicite library show {twin.id}",
            )
        if twin is not None:
            kept = catalogue.file_of(home, twin)
            if _sha256_of(kept) != twin.sha256:
                _copy(path, kept, twin.sha256)
                return twin, "put back"
            return twin, "already there"
        if guideline_id in entries:
            raise Problem(
                f"id {guideline_id!r} for {path.name}",
                "another edition has it",
                f"clinicite library add {path} --id {guideline_id}-2",
            )
        entry = Guideline(
            **{
                **known,
                "id": guideline_id,
                "title": known.get("title") or sound.title or path.stem,
                "file": path.name,
                "sha256": sound.sha256,
                "pages": sound.pages,
                "supersedes": "",
            }
        )
        if old := known.get("supersedes"):
            catalogue.known(entries, old)
        _copy(path, home.files / f"{sound.sha256}.pdf", sound.sha256)
        entries[entry.id] = entry
        if old:
            catalogue.supersede(entries, old, entry.id)
            entry = entries[entry.id]
        return replace(entry), "added"


def _sha256_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy the bytes that were judged; a file that has changed since is not taken."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=catalogue.PART)
    try:
        hashed = hashlib.sha256()
        with os.fdopen(handle, "wb") as part, source.open("rb") as data:
            while block := data.read(1 << 20):
                hashed.update(block)
                part.write(block)
            part.flush()
            os.fsync(part.fileno())
        if hashed.hexdigest() != sha256:
            raise Problem(f"{source}", "changed while it was being added", "add it again")
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
