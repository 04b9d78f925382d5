"""Taking a PDF into the library: judged, hashed, copied, catalogued; a bad one is quarantined.

Knows what makes a file unfit; whatever opens it runs in a worker process.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from guidelines import catalogue, quarantine
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.problem import Problem
from guidelines.quarantine import Refused
from guidelines.reading import lost, read_pages
from guidelines.workers import NO_MEMORY, Loss, call

Outcome = Literal["added", "already there"]
# A PDF ends in %%EOF; some producers append a little after it.
_TAIL = 4096


@dataclass(frozen=True)
class Most:
    """How large a guideline may be.

    The longest guideline PDF we know has 478 pages, national formularies some 2,000, and scans of
    such a book a few hundred megabytes: more is a mistake or an attack until somebody says not.
    """

    pages: int = 5_000
    megabytes: int = 1_000


@dataclass(frozen=True)
class Sound:
    """A file that can be taken, and the reasons for the pages of it that cannot be read."""

    sha256: str
    pages: int
    title: str
    lost: dict[str, str]


def add(
    home: Home,
    path: Path,
    known: dict[str, Any],
    day: str = "",
    most: Most = Most(),
    on_lost: Callable[[dict[str, str]], None] = lambda _: None,
) -> tuple[Guideline, Outcome]:
    """Add one PDF with what is known of it (`id`, `title`, `supersedes`, ...).

    Args:
        home: The library.
        path: The PDF.
        known: What is known of the edition.
        day: The date that goes on record if the file is refused; empty: not known.
        most: How large it may be.
        on_lost: Told the pages that cannot be read, with reasons, where there are any.

    Raises:
        Problem: not a file, not a sound PDF (then it is on record in the quarantine), the same
            bytes under another id, or the id taken.
    """
    sound = judged(home, path, day, most)
    if sound.lost:
        on_lost(sound.lost)
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


def judged(home: Home, path: Path, day: str = "", most: Most = Most()) -> Sound:
    """Give what a fit file is, or put an unfit one on record and raise its Problem."""
    try:
        sha256, unfit = _outside(path, most)
    except OSError as fault:
        raise Problem(
            f"{path}",
            f"cannot be read: {fault.strerror}",
            "let this user read it, then add it again",
        ) from fault
    for twin in catalogue.load(home).values():
        if twin.sha256 == sha256:
            return Sound(sha256, twin.pages, twin.title, {})
    if not unfit:
        judged = _read(path, sha256, most)
        if isinstance(judged, Sound):
            return judged
        unfit = judged
    quarantine.record(home, Refused(sha256, path.name, unfit, day))
    mend = f"clinicite library add PDF (a whole, unencrypted PDF in place of {path.name})"
    raise Problem(f"{path}", unfit, mend)


def _outside(path: Path, most: Most) -> tuple[str, str]:
    """Give a file's hash, none where it is too large, and why it is unfit, if that shows so far."""
    if path.is_dir():
        raise Problem(f"{path}", "is a folder, not a PDF", f"clinicite library add {path}/*.pdf")
    if not path.is_file():
        raise Problem(f"{path}", "there is no such file", "check the path")
    size = path.stat().st_size
    if too_large := _too_large(size, most):
        return "", too_large
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest(), _not_pdf(path, size)


def _too_large(size: int, most: Most) -> str:
    if size <= most.megabytes * 1_000_000:
        return ""
    return (
        f"has {size // 1_000_000} MB, more than {most.megabytes} "
        "(CLINICITE_MAX_MEGABYTES raises the limit)"
    )


def _not_pdf(path: Path, size: int) -> str:
    with path.open("rb") as data:
        head = data.read(1024)
        data.seek(max(0, size - _TAIL))
        tail = data.read(_TAIL)
    if not head:
        return "is empty (0 bytes)"
    if b"%PDF-" not in head:
        return f"is not a PDF (begins with {head[:8]!r})"
    return "" if b"%%EOF" in tail else f"is cut off: no end mark in its {size} bytes"


def _read(path: Path, sha256: str, most: Most) -> Sound | str:
    """Open the file and read every page of it once; gives the reason if it is unfit."""
    try:
        pages = call("guidelines.inspection:page_count", str(path))
    except Problem as problem:
        return problem.why
    if isinstance(pages, Loss):
        return f"cannot be opened: its opening {pages.why}"
    if not pages:
        return "has zero pages"
    if pages > most.pages:
        return f"has {pages} pages, more than {most.pages} (CLINICITE_MAX_PAGES raises the limit)"
    gone = lost(read_pages(path))
    for number, why in gone.items():
        # No honest page needs a gigabyte to be read.
        if why == NO_MEMORY:
            return f"is a decompression bomb: page {number} {why}"
    if len(gone) == pages:
        return f"has no page that can be read: page 1 {gone['1']}"
    title = call("guidelines.inspection:title", str(path))
    return Sound(sha256, pages, "" if isinstance(title, Loss) else title, gone)


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
