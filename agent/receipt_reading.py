"""Reading the file of receipts beside any writer: entries by id, kind or words, and the chain.

Writes nothing; a file on a medium that cannot be written is read too.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.receipt_store import WAIT_S, format_of, head
from agent.receipts import FIRST, NAME, Entry, breaks
from guidelines.problem import Problem

_NAMED = "WHERE sha256 >= ? AND sha256 < ? AND kind = 'receipt' LIMIT 2"


@dataclass(frozen=True)
class Chain:
    """What a walk along the chain found: how many entries, the last one's hash, and the faults."""

    entries: int
    head: str
    faults: tuple[str, ...]


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file to read only.

    Raises:
        Problem: there is none, or it cannot be read.
    """
    if not path.is_file():
        raise Problem(f"receipts in {path}", "there are none yet", "clinicite ask")
    uri = f"{path.absolute().as_uri()}?mode=ro"
    # A copy on a medium that cannot be written has no log beside it, and nobody writes to it.
    writable = os.access(path.parent, os.W_OK, effective_ids=True)
    if not writable and not Path(f"{path}-wal").exists():
        uri += "&immutable=1"
    try:
        with closing(
            sqlite3.connect(uri, uri=True, timeout=WAIT_S, isolation_level=None)
        ) as connection:
            if format_of(connection) == 0:
                raise Problem(f"receipts in {path}", "there are none yet", "clinicite ask")
            yield connection
    except sqlite3.Error as fault:
        raise Problem(
            f"receipts in {path}", f"cannot be read: {fault}", "restore that file from a copy"
        ) from fault


def last(path: Path, most: int, kind: str) -> list[Entry]:
    """Give the last entries of a kind, the newest first."""
    return _entries(path, "WHERE kind = ? ORDER BY number DESC LIMIT ?", (kind, most))


def of_conversation(path: Path, conversation: str) -> list[Entry]:
    """Give a conversation's entries in order; none where there is no file yet."""
    if not path.is_file():
        return []
    return _entries(path, "WHERE conversation = ? ORDER BY number", (conversation,))


def naming(path: Path, words: str, kind: str) -> list[Entry]:
    """Give, in order, the entries of a kind whose document holds the words."""
    return _entries(
        path, "WHERE instr(document, ?) > 0 AND kind = ? ORDER BY number", (words, kind)
    )


def find(path: Path, name: str) -> Entry:
    """Give the receipt whose id begins so.

    Raises:
        Problem: there is none, or more than one.
    """
    found = _entries(path, _NAMED, (name, f"{name}~"))
    if len(found) != 1 or not name:
        why = "is the beginning of several ids" if found else "is not recorded"
        raise Problem(f"receipt {name!r}", why, "clinicite receipt list")
    return found[0]


def _entries(path: Path, where: str, values: tuple[object, ...]) -> list[Entry]:
    with reading(path) as connection:
        rows = connection.execute(f"SELECT number, document, sha256 FROM entries {where}", values)
        return [Entry(*row) for row in rows]


def walk(path: Path, noted: str = "") -> Chain:
    """Check every entry, its link, the head and the file's own structure.

    Args:
        path: The file.
        noted: A hash, or the beginning of one, that somebody noted elsewhere.
    """
    with reading(path) as connection:
        # Both are read from one state of the file, whoever writes meanwhile.
        connection.execute("BEGIN")
        number, sha256 = head(connection)
        rows = connection.execute(
            "SELECT number, CAST(document AS BLOB), CAST(sha256 AS BLOB) FROM entries "
            "ORDER BY number"
        )
        seen: set[str] = {FIRST}
        counted = 0

        def entries() -> Iterator[tuple[int, bytes, str]]:
            nonlocal counted
            for at, document, recorded in rows:
                counted += 1
                told = bytes(recorded).decode("utf-8", "replace")
                seen.add(told)
                yield at, bytes(document), told

        faults = list(breaks(entries(), (number, sha256)))
        if noted and not any(s.startswith(noted) for s in seen):
            faults.append(f"the noted hash {noted[:NAME]} is not in the chain: cut or rewritten")
        sound = connection.execute("PRAGMA integrity_check(3)").fetchall()
        faults += [f"SQLite: {row[0]}" for row in sound if row[0] != "ok"]
    return Chain(counted, sha256, tuple(faults))
