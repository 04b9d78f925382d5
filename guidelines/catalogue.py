"""The catalogue: one entry an edition, in TOML that a person can review.

Knows nothing of what the PDFs say; detecting and deciding are kept apart.
"""

import fcntl
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
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
        return dict(_entries(path, path.read_text("utf-8")))
    except UnicodeDecodeError as fault:
        raise Problem(
            f"catalogue {path}", f"cannot be read: {fault}", f"correct the entry in {path}"
        ) from fault


@lru_cache(maxsize=8)
def _entries(path: Path, text: str) -> Mapping[str, Guideline]:
    """Read the entries of a catalogue's text; the same text comes at every search, and costs ms."""
    try:
        tables = tomlkit.parse(text).unwrap().get("guideline", [])
        found = [Guideline(**{k: _plain(k, v) for k, v in table.items()}) for table in tables]
    except (TOMLKitError, TypeError, AttributeError) as fault:
        raise Problem(
            f"catalogue {path}", f"cannot be read: {fault}", f"correct the entry in {path}"
        ) from fault
    for entry in found:
        if entry.status not in get_args(Status):
            why = f"status {entry.status!r} is none of {', '.join(get_args(Status))}"
            raise Problem(f"catalogue entry {entry.id}", why, f"correct it in {path}")
    if twice := [i for i, count in Counter(e.id for e in found).items() if count > 1]:
        raise Problem(
            f"catalogue entry {twice[0]}", "stands there twice", f"give one another id in {path}"
        )
    return {entry.id: entry for entry in found}


def _parsed(path: Path) -> tomlkit.TOMLDocument:
    return tomlkit.parse(path.read_text("utf-8"))


def _plain(name: str, value: Any) -> Any:
    """Take a date that a person wrote without quotes for its words; refuse other kinds."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, int if name == "pages" else str):
        raise TypeError(f"{name} = {value!r} is of the wrong kind")
    return value


def save(home: Home, entries: dict[str, Guideline]) -> None:
    """Write the whole catalogue atomically, leaving out what is not known.

    What stands there is changed in place, so that a person's comments stay.
    """
    if home.catalogue.exists():
        document = _parsed(home.catalogue)
    else:
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEADER))
    if "guideline" not in document:
        document.add("guideline", tomlkit.aot())
    tables: Any = document["guideline"]
    old = {table["id"]: table for table in tables}
    for entry in entries.values():
        table = old.get(entry.id, tomlkit.table())
        for key, value in asdict(entry).items():
            if value == "" and key in table and table.item(key).trivia.comment:
                table[key] = ""  # a person's comment stands on its line
            elif value == "":
                table.pop(key, None)
            elif table.get(key) != value:
                table[key] = value
        if entry.id not in old:
            tables.append(table)
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
    """Record that edition `new` takes the place of `old`.

    Raises:
        Problem: one is not in the library, or `old` follows `new`, perhaps by way of others.
    """
    if old == new:
        raise Problem(f"guideline {old!r}", "cannot supersede itself", "clinicite library list")
    known(entries, new)
    earlier = known(entries, old)
    while earlier.supersedes in entries and earlier.supersedes != old:
        earlier = entries[earlier.supersedes]
        if earlier.id == new:
            why = f"is followed by {old!r} already: neither would be current"
            raise Problem(f"guideline {new!r}", why, f"clinicite library supersede {new} {old}")
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
