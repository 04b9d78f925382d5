"""The file of receipts: SQLite with a write-ahead log, one writer at a time, many readers.

An entry is written whole or not at all. Knows the chain, not what an entry says. With
`synchronous=NORMAL` no crash of a program loses a recorded entry. A power cut may lose the last
ones, those that the system had not yet written out (at most the log, 4 MB); what it leaves is a
sound, shorter chain.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.receipts import FIRST, Entry, link
from guidelines.problem import Problem

# How long a writer waits for another; a page that waits longer looks broken.
WAIT_S = 2.0
FORMAT = 1
_TABLES = f"""
CREATE TABLE entries (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  document TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  kind TEXT AS (json_extract(document, '$.kind')),
  conversation TEXT AS (json_extract(document, '$.conversation'))
);
CREATE INDEX of_hash ON entries (sha256);
CREATE INDEX of_conversation ON entries (conversation, number);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER, sha256 TEXT);
INSERT INTO head VALUES (1, 0, '{FIRST}');
PRAGMA user_version = {FORMAT};
"""
_WHY = {
    "SQLITE_FULL": ("the disk is full", "free space on that disk"),
    "SQLITE_BUSY": ("another program holds it", "end the program that holds it"),
    "SQLITE_LOCKED": ("another program holds it", "end the program that holds it"),
    "SQLITE_READONLY": ("it may not be written", "let this user write there"),
    "SQLITE_PERM": ("it may not be written", "let this user write there"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "let this user write there"),
    "SQLITE_IOERR": ("the disk refused it", "free space on that disk or mend it"),
    "SQLITE_NOTADB": ("it is no file of receipts", "move it away"),
    "SQLITE_CORRUPT": ("it is damaged", "clinicite receipt verify"),
}


@dataclass(frozen=True)
class Unrecorded:
    """The answer was not recorded, and why; it must not be shown as recorded."""

    problem: Problem


class ReceiptStore:
    """Appends entries; holds one connection, and is safe to use from several threads."""

    def __init__(self, path: Path, wait_s: float = WAIT_S) -> None:
        self.path = path
        self._wait_s = wait_s
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None
        self._lock = threading.Lock()

    def append(self, body: Mapping[str, Any]) -> Entry | Unrecorded:
        """Chain an entry to the last one and write both head and entry, or say why not.

        May wait for another writer: from an event loop, call it in a thread.
        """
        with self._lock:
            try:
                return _appended(self._connected(), body)
            except (sqlite3.Error, OSError) as fault:
                self._drop()
                return Unrecorded(_told(self.path, fault))
            except BaseException:
                self._drop()
                raise

    def close(self) -> None:
        """Let go of the file; the next `append` opens it again."""
        with self._lock:
            self._drop()

    def _connected(self) -> sqlite3.Connection:
        """Give the connection to the file that stands under our name now, not to a removed one."""
        if self._connection is not None and not _same(self.path, self._file):
            self._drop()
        if self._connection is None:
            self._connection = _opened(self.path, self._wait_s)
            self._file = self.path.stat()
        return self._connection

    def _drop(self) -> None:
        """Close; SQLite takes back what was not committed."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def _same(path: Path, file: os.stat_result | None) -> bool:
    try:
        return file is not None and os.path.samestat(path.stat(), file)
    except FileNotFoundError:
        return False


def _opened(path: Path, wait_s: float) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made by us, so that nobody else can read it; SQLite gives its other files the same rights.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(
        path, timeout=wait_s, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with _transaction(connection):
            if format_of(connection) == 0:
                for statement in _TABLES.split(";\n"):
                    connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def format_of(connection: sqlite3.Connection) -> int:
    """Give the format of an open file, 0 for an empty one; refuse a newer one."""
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > FORMAT:
        raise sqlite3.DatabaseError(f"format {found}, newer than this program's {FORMAT}")
    return found


def _appended(connection: sqlite3.Connection, body: Mapping[str, Any]) -> Entry:
    with _transaction(connection):
        number, previous = head(connection)
        if number < 0:
            raise sqlite3.DatabaseError("its head record is damaged")
        entry = link(number + 1, previous, body)
        connection.execute(
            "INSERT INTO entries (number, document, sha256) VALUES (?, ?, ?)",
            (entry.number, entry.document, entry.sha256),
        )
        connection.execute("UPDATE head SET number = ?, sha256 = ?", (entry.number, entry.sha256))
    return entry


def head(connection: sqlite3.Connection) -> tuple[int, str]:
    """Give the number and hash of the last entry; number -1 where the record of it is damaged."""
    found = connection.execute(
        "SELECT number, CAST(sha256 AS BLOB) FROM head WHERE typeof(number) = 'integer'"
    ).fetchone()
    return (found[0], bytes(found[1] or b"").decode("utf-8", "replace")) if found else (-1, "")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the one writer's place; where this raises, the connection must be closed."""
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


def _told(path: Path, fault: Exception) -> Problem:
    name = getattr(fault, "sqlite_errorname", "") or ""
    base = next((key for key in _WHY if name.startswith(key)), "")
    if base:
        why, mend = _WHY[base]
    elif isinstance(fault, OSError):
        why, mend = fault.strerror or "the disk refused it", "let this user write there"
    else:
        # SQLite's own words name tables and formats, never what an entry says.
        why, mend = str(fault), "clinicite receipt verify"
    return Problem(f"receipts in {path}", f"{why}; this is not recorded", mend)
