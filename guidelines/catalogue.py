"""The catalogue: one entry an edition, in TOML that a person can review.

Knows nothing of what the PDFs say; detecting and deciding are kept apart.
"""

import fcntl
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import tomlkit
from tomlkit.exceptions import TOMLKitError

from guidelines.home import Home, write_atomic, writing
from guidelines.problem import Problem

Status = Literal["current", "superseded", "retired"]
# How the name of a PDF begins that is not yet copied whole.
PART = ".adding-"
_HEADER = (
    "The library's catalogue: one [[guideline]] an edition. Status: current, superseded, retired."
)


@dataclass(frozen=True)
class Guideline:
    """One edition of a guideline. Empty text means: not known."""

    id: str
    title: str
    sha256: str
    file: str
    pages: int
    status: Status = "current"
    publisher: str = ""
    edition: str = ""
    published: str = ""
    review_by: str = ""
    language: str = ""
    jurisdiction: str = ""
    population: str = ""
    licence: str = ""
    url: str = ""
    supersedes: str = ""


def slug(name: str) -> str:
    """Make an id out of a file's name; Chinese characters are kept."""
    plain = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-") or "guideline"


def load(home: Home) -> dict[str, Guideline]:
    """Read the catalogue by id, in file order; empty where there is none yet.

    Raises:
        Problem: the file is not TOML, or an entry lacks a field or has an unknown one.
    """
    path = home.catalogue
    if not path.exists():
        return {}
    try:
        entries = tomlkit.parse(path.read_text("utf-8")).unwrap().get("guideline", [])
        found = [Guideline(**entry) for entry in entries]
    except (TOMLKitError, TypeError, UnicodeDecodeError) as fault:
        raise Problem(
            f"catalogue {path}", f"cannot be read: {fault}", f"correct the entry in {path}"
        ) from fault
    for entry in found:
        if entry.status not in get_args(Status):
            raise Problem(
                f"catalogue entry {entry.id}",
                f"status {entry.status!r} is none of {', '.join(get_args(Status))}",
                f"correct it in {path}",
            )
    return {entry.id: entry for entry in found}


def save(home: Home, entries: dict[str, Guideline]) -> None:
    """Write the whole catalogue atomically, leaving out what is not known."""
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEADER))
    tables = tomlkit.aot()
    for entry in entries.values():
        table = tomlkit.table()
        for key, value in asdict(entry).items():
            if value != "":
                table.add(key, value)
        tables.append(table)
    document.add("guideline", tables)
    write_atomic(home.catalogue, tomlkit.dumps(document).encode())


@contextmanager
def locked(home: Home, again: str = "the same again") -> Iterator[dict[str, Guideline]]:
    """Change the catalogue under a file lock: yields the entries, saves them if nothing raised.

    Args:
        home: The library; whatever is written into its folder is written under this lock.
        again: The command to repeat where the disk is full or refuses.

    Raises:
        Problem: something cannot be written, here or by whoever holds the lock.
    """
    folder = home.catalogue.parent
    with writing(f"library in {folder}", again):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _sweep(home)
            entries = load(home)
            before = dict(entries)
            yield entries
            if entries != before:
                save(home, entries)


def _sweep(home: Home) -> None:
    """Remove what a killed process left half written; one that lives would hold the lock."""
    # Eight signs, as tempfile makes them: an editor's `.catalogue.toml.swp` is not ours.
    for left in (*home.catalogue.parent.glob(".*.toml.????????"), *home.files.glob(f"{PART}*")):
        left.unlink(missing_ok=True)


def known(entries: dict[str, Guideline], guideline_id: str) -> Guideline:
    """Give the entry or a Problem that names the closest command."""
    if guideline_id not in entries:
        raise Problem(
            f"guideline {guideline_id!r}", "is not in the library", "clinicite library list"
        )
    return entries[guideline_id]


def supersede(entries: dict[str, Guideline], old: str, new: str) -> None:
    """Record that edition `new` takes the place of `old`."""
    if old == new:
        raise Problem(f"guideline {old!r}", "cannot supersede itself", "clinicite library list")
    known(entries, new)
    entries[old] = replace(known(entries, old), status="superseded")
    entries[new] = replace(entries[new], supersedes=old)


def retire(entries: dict[str, Guideline], guideline_id: str) -> None:
    """Withdraw an edition; its PDF stays, so that old answers can still be checked."""
    entries[guideline_id] = replace(known(entries, guideline_id), status="retired")


def file_of(home: Home, entry: Guideline) -> Path:
    """Give the stored PDF of an edition."""
    return home.files / f"{entry.sha256}.pdf"


def metadata_from(path: Path) -> list[dict[str, Any]]:
    """Read a TOML of `[[guideline]]` tables, each with a `file` and what is known of it."""
    if not path.is_file():
        raise Problem(f"metadata file {path}", "there is no such file", "give a TOML file")
    try:
        tables: list[dict[str, Any]] = tomlkit.parse(path.read_text("utf-8")).unwrap()["guideline"]
    except (TOMLKitError, KeyError, UnicodeDecodeError) as fault:
        raise Problem(
            f"metadata file {path}", f"has no readable [[guideline]] tables: {fault}", "correct it"
        ) from fault
    allowed = set(Guideline.__dataclass_fields__) - {"sha256", "pages", "status"}
    for table in tables:
        unknown = sorted(set(table) - allowed)
        if unknown or "file" not in table:
            raise Problem(
                f"metadata file {path}",
                f"unknown keys {unknown}" if unknown else "a table has no file",
                f"allowed keys: {', '.join(sorted(allowed))}",
            )
    return [{k: str(v) for k, v in table.items()} for table in tables]
