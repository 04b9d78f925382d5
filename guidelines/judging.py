"""Whether a file is a guideline PDF that can be taken; an unfit one goes on record with why.

Knows what makes a file unfit; whatever opens it runs in a worker process.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guidelines import catalogue, quarantine
from guidelines.caller import Caller
from guidelines.home import Home
from guidelines.problem import Problem
from guidelines.quarantine import Refused
from guidelines.reading import lost, read_pages
from guidelines.workers import NO_MEMORY, Loss

TitleFrom = Literal["the file's properties", "the first page", "nowhere"]
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


MOST = Most()


@dataclass(frozen=True)
class Sound:
    """A file that can be taken, and the reasons for the pages of it that cannot be read."""

    sha256: str
    pages: int
    title: str
    title_from: TitleFrom
    lost: dict[str, str]


def judged(home: Home, path: Path, day: str = "", most: Most = MOST) -> Sound:
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
            return Sound(sha256, twin.pages, twin.title, "nowhere", {})
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
    caller = Caller()
    try:
        return _read_by(caller, path, sha256, most)
    except Problem as problem:
        return problem.why
    finally:
        caller.end()


def _read_by(caller: Caller, path: Path, sha256: str, most: Most) -> Sound | str:
    """Do it with one process for everything, as long as the file lets it live."""
    pages = caller.call("guidelines.inspection:page_count", str(path))
    if isinstance(pages, Loss):
        return f"cannot be opened: its opening {pages.why}"
    if not pages:
        return "has zero pages"
    if pages > most.pages:
        return f"has {pages} pages, more than {most.pages} (CLINICITE_MAX_PAGES raises the limit)"
    title = title_of(path, caller)
    gone = lost(read_pages(path, first=caller.give()))
    for number, why in gone.items():
        # No honest page needs a gigabyte to be read.
        if why == NO_MEMORY:
            return f"is a decompression bomb: page {number} {why}"
    if len(gone) == pages:
        return f"has no page that can be read: page 1 {gone['1']}"
    return Sound(sha256, pages, *title, gone)


def title_of(path: Path, caller: Caller) -> tuple[str, TitleFrom]:
    """Give the title a PDF has in its properties, else the one its first page prints."""
    sources: tuple[tuple[str, TitleFrom], ...] = (
        ("title", "the file's properties"),
        ("printed_title", "the first page"),
    )
    for function, source in sources:
        title = caller.call(f"guidelines.inspection:{function}", str(path))
        if title and not isinstance(title, Loss):
            return title, source
    return "", "nowhere"
