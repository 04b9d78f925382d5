"""Pages as they were read and cut before, by what they are made of; kept beside the generations.

A cache: without its file, or with a torn one, everything is read and cut anew. Knows no PDF.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from guidelines.home import Home, write_atomic
from guidelines.ocr import engines
from guidelines.pages import Page
from guidelines.reading import fields_of, page_of
from retrieval.cutting import Memory
from retrieval.page_json import of_fields, to_fields
from retrieval.seen import program

# Where pdfium looks for the fonts that a PDF names and does not hold.
_FONTS = (
    "/usr/share/fonts", "/usr/share/X11/fonts/Type1", "/usr/share/X11/fonts/TTF",
    "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One page as it was read and cut, its parts as they stand in the file.

    `around` names the pages near it too, where its OCR engine hung on them.
    """

    key: str
    around: str
    light: bytes
    heavy: bytes

    def memory(self) -> Memory:
        """Give how the page was cut."""
        return of_fields(json.loads(self.light)[2])

    def page(self, number: int, label: str) -> Page:
        """Give the page as it was read, in its place now."""
        return replace(page_of(json.loads(self.heavy)), number=number, label=label)


def record_of(key: str, around: str, page: Page, memory: Memory) -> Record:
    """Put a page on record."""
    return _record(key, around, memory, _line(fields_of(page)))


def again(record: Record, memory: Memory) -> Record:
    """Put the same page on record as it was cut now."""
    return _record(record.key, record.around, memory, record.heavy)


def _record(key: str, around: str, memory: Memory, heavy: bytes) -> Record:
    return Record(key, around, _line([key, around, to_fields(memory)]), heavy)


def _line(fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def load(home: Home, guidelines: Sequence[str]) -> dict[str, Record]:
    """Give the records of these guidelines' pages, by key; those of the first before others."""
    found: dict[str, Record] = {}
    for name in reversed(guidelines):
        with suppress(OSError, ValueError, TypeError, IndexError):
            found |= {r.key: r for r in _read(_path(home, name).read_bytes())}
    return found


def _read(data: bytes) -> Iterator[Record]:
    head, _, body = data.partition(b"\n")
    if json.loads(head) != _head(body):
        return
    lines = body.split(b"\n")
    for light, heavy in zip(lines[:-1:2], lines[1::2], strict=True):
        key, around = light[2:].split(b'"', 3)[:3:2]
        yield Record(key.decode(), around.decode(), light, heavy)


def save(home: Home, guideline: str, records: Sequence[Record]) -> None:
    """Write a guideline's records whole, in place of those it had."""
    body = b"".join(part + b"\n" for r in records for part in (r.light, r.heavy))
    write_atomic(_path(home, guideline), _line(_head(body)) + b"\n" + body)


def drop(home: Home, guidelines: Collection[str]) -> None:
    """Remove the records of all guidelines but these."""
    for path in folder(home).glob("*.jsonl"):
        if path.stem not in guidelines:
            path.unlink()


def folder(home: Home) -> Path:
    """Give the place of all records."""
    return home.index / "pages"


def _path(home: Home, guideline: str) -> Path:
    return folder(home) / f"{guideline}.jsonl"


def _head(body: bytes) -> list[str]:
    return [made_by(), hashlib.sha256(body).hexdigest()]


@cache
def made_by() -> str:
    """Hash all that decides how a page is read and cut, besides the page and its document.

    That is our own code, the libraries, the OCR engines and the machine's fonts.
    """
    of = [
        program(), engines(), sys.version, platform.machine(), platform.system(),
        *(version(name) for name in ("pypdfium2", "Pillow")), *_fonts(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(of).encode()).hexdigest()


def _fonts() -> Iterator[list[object]]:
    for place in (*_FONTS, os.path.expanduser("~/Library/Fonts")):
        for root, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names):
                with suppress(OSError):
                    facts = os.stat(os.path.join(root, name))
                    yield [root, name, facts.st_size, facts.st_mtime_ns]
