"""Taking a PDF into the library: checked, hashed, copied, catalogued; refuses in one line."""

import hashlib
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pypdfium2 as pdfium
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.pages import PDFIUM
from guidelines.problem import Problem

Outcome = Literal["added", "already there"]
# A PDF ends in %%EOF; some producers append a little after it.
_TAIL = 4096
_FILE_NAME = re.compile(r"\.[a-z]{3,4}[0-9]?$", re.IGNORECASE)


def add(home: Home, path: Path, known: dict[str, Any]) -> tuple[Guideline, Outcome]:
    """Add one PDF with what is known of it (`id`, `title`, `supersedes`, ...).

    Raises:
        Problem: not a file, not a sound PDF, the same bytes under another id, or the id taken.
    """
    sha256, pages, title = inspect(path)
    guideline_id = known.get("id") or catalogue.slug(path.stem)
    with catalogue.locked(home) as entries:
        twin = next((e for e in entries.values() if e.sha256 == sha256), None)
        if twin is not None and twin.id != guideline_id:
            raise Problem(
                f"{path.name}",
                f"is in the library already as {twin.id!r} (same bytes, sha256 {sha256[:12]})",
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
                "title": known.get("title") or title or path.stem,
                "file": path.name,
                "sha256": sha256,
                "pages": pages,
                "supersedes": "",
            }
        )
        if old := known.get("supersedes"):
            catalogue.known(entries, old)
        _copy(path, home.files / f"{sha256}.pdf")
        entries[entry.id] = entry
        if old:
            catalogue.supersede(entries, old, entry.id)
            entry = entries[entry.id]
        return replace(entry), "added"


def inspect(path: Path) -> tuple[str, int, str]:
    """Check that a file is a whole, open PDF with pages; give sha256, page count and its title."""
    mend = f"clinicite library add PDF (a whole, unencrypted PDF in place of {path.name})"
    if path.is_dir():
        raise Problem(f"{path}", "is a folder, not a PDF", f"clinicite library add {path}/*.pdf")
    if not path.is_file():
        raise Problem(f"{path}", "there is no such file", "check the path")
    data = path.read_bytes()
    if not data:
        raise Problem(f"{path}", "is empty (0 bytes)", mend)
    if b"%PDF-" not in data[:1024]:
        raise Problem(f"{path}", f"is not a PDF (begins with {data[:8]!r})", mend)
    if b"%%EOF" not in data[-_TAIL:]:
        raise Problem(f"{path}", f"is cut off: no end mark in its {len(data)} bytes", mend)
    title = _title(path, mend)
    pages = _count(data, path, mend)
    return hashlib.sha256(data).hexdigest(), pages, title


def _count(data: bytes, path: Path, mend: str) -> int:
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
            pages = len(document)
            document.close()
        except pdfium.PdfiumError as fault:
            raise Problem(f"{path}", f"cannot be opened: {fault}", mend) from fault
    return pages


def _title(path: Path, mend: str) -> str:
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Problem(f"{path}", "is encrypted and asks for a password", mend)
        if not reader.pages:
            raise Problem(f"{path}", "has zero pages", mend)
        return _useful(str((reader.metadata and reader.metadata.title) or "").strip())
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # pypdf is stricter than pdfium: a bad information dictionary costs only the title.
        return ""


def _useful(title: str) -> str:
    """Drop what layout programs leave in the title field: a file's name, or a word for none."""
    left_over = title.lower().startswith(("untitled", "microsoft word"))
    return "" if left_over or _FILE_NAME.search(title) else title


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        with source.open("rb") as data:
            shutil.copyfileobj(data, part)
        part.flush()
    Path(part.name).replace(target)
