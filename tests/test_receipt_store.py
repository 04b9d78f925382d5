"""The file of receipts under several writers, kills, locks and power cuts."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.receipt_reading import find, of_conversation, walk
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Entry
from guidelines.problem import Problem
from tests.conftest import ROOT

# What no log and no message may ever hold.
PATIENT = "Jane Roe, born 4 May 1961"


def body(text: object = PATIENT, conversation: str = "c") -> dict[str, Any]:
    return {"kind": "receipt", "conversation": conversation, "text": text}


def recorded(store: ReceiptStore, text: object = PATIENT) -> Entry:
    entry = store.append(body(text))
    assert isinstance(entry, Entry)
    return entry


def refused(store: ReceiptStore) -> Problem:
    outcome = store.append(body())
    assert isinstance(outcome, Unrecorded)
    assert "not recorded" in outcome.problem.why
    for told in (str(outcome.problem), repr(outcome)):
        assert not any(word in told for word in ("Jane", "Roe", "1961"))
    return outcome.problem


def filled(path: Path, entries: int = 4) -> list[Entry]:
    store = ReceiptStore(path)
    made = [recorded(store, f"text {n}") for n in range(entries)]
    store.close()
    return made


def altered(path: Path, *statements: str) -> None:
    """Change the file as somebody does who may write it and knows SQLite."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX of_hash")
        connection.execute("DROP INDEX of_conversation")
        for statement in statements:
            connection.execute(statement)
    connection.close()


WRITER = """
import sys
from pathlib import Path
from agent.receipt_store import ReceiptStore
store = ReceiptStore(Path(sys.argv[1]), wait_s=60)
print("ready", flush=True)
for n in range(int(sys.argv[2])):
    entry = store.append({"kind": "receipt", "conversation": sys.argv[3], "text": "x" * (n % 5000)})
    print(entry.name, flush=True)
"""


def writer(path: Path, most: int, name: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(most), name],
        cwd=ROOT, text=True, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_two_processes_at_once_make_one_unbroken_chain(tmp_path: Path) -> None:
    path = tmp_path / "receipts.db"
    names: list[str] = []
    children = [writer(path, 150, name) for name in "ab"]
    for child in children:
        out, _ = child.communicate(timeout=120)
        assert child.returncode == 0
        names += out.split()[1:]
    assert len(set(names)) == 300
    chain = walk(path)
    assert (chain.entries, chain.faults) == (300, ())
    for name in "ab":
        numbers = [e.number for e in of_conversation(path, name)]
        assert len(numbers) == 150
        assert numbers == sorted(numbers)


def test_a_writer_killed_at_any_moment_leaves_a_sound_chain_with_all_it_recorded(
    tmp_path: Path,
) -> None:
    path = tmp_path / "receipts.db"
    told: list[str] = []
    for round_ in range(8):
        child = writer(path, 10**6, "c")
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        told.append(child.stdout.readline().strip())
        time.sleep(0.02 + 0.037 * round_)
        child.send_signal(signal.SIGKILL)
        told += child.stdout.read().split()
        child.stdout.close()
        assert child.wait() == -signal.SIGKILL
        chain = walk(path)
        assert chain.faults == ()
    kept = {e.name for e in of_conversation(path, "c")}
    assert len(told) > 8
    assert {name for name in told if len(name) == 16} <= kept
    # What was written but not yet told is at most one entry a kill.
    assert len(kept) <= len(told) + 8


@pytest.fixture(scope="module")
def unsynced(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, list[str]]:
    """Give a file and its log, as they stand before anything of the log was taken over."""
    path = tmp_path_factory.mktemp("unsynced") / "receipts.db"
    store = ReceiptStore(path)
    names = [recorded(store, "x" * 200 * n).name for n in range(20)]
    # While the store is open nothing has moved from the log into the file itself.
    return path.read_bytes(), Path(f"{path}-wal").read_bytes(), names


@given(kept=st.integers(0, 10**6), junk=st.binary(max_size=50))
@settings(max_examples=60, deadline=None)
def test_a_power_cut_that_tears_the_log_anywhere_leaves_the_chain_up_to_there(
    kept: int,
    junk: bytes,
    unsynced: tuple[bytes, bytes, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    data, log, names = unsynced
    path = tmp_path_factory.mktemp("torn") / "receipts.db"
    path.write_bytes(data)
    Path(f"{path}-wal").write_bytes(log[: kept % (len(log) + 1)] + junk)
    store = ReceiptStore(path)
    added = recorded(store).number
    chain = walk(path)
    assert chain.faults == ()
    assert chain.entries == added <= len(names) + 1
    assert [e.name for e in of_conversation(path, "c")][:-1] == names[: added - 1]


def test_threads_at_once_make_one_unbroken_chain(tmp_path: Path) -> None:
    store = ReceiptStore(tmp_path / "receipts.db")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: recorded(store, n), range(100)))
    assert sorted(e.number for e in made) == list(range(1, 101))
    assert walk(store.path).faults == ()


def test_a_locked_file_is_told_in_time_and_the_next_answer_is_recorded(tmp_path: Path) -> None:
    store = ReceiptStore(tmp_path / "receipts.db", wait_s=0.1)
    recorded(store)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    assert refused(store).why == "another program holds it; this is not recorded"
    assert 0.09 < time.monotonic() - started < 2
    other.execute("ROLLBACK")
    other.close()
    assert recorded(store).number == 2
    assert walk(store.path).faults == ()


def test_a_file_that_was_taken_away_is_not_written_to(tmp_path: Path) -> None:
    store = ReceiptStore(tmp_path / "receipts.db")
    recorded(store)
    aside = tmp_path / "aside"
    aside.mkdir()
    for path in tmp_path.glob("receipts.db*"):
        path.rename(aside / path.name)
    entry = recorded(store)
    assert entry.number == 1
    assert find(store.path, entry.name) == entry
    assert walk(aside / "receipts.db").entries == 1


def test_a_bug_in_what_is_recorded_is_raised_and_the_next_answer_is_recorded(
    tmp_path: Path,
) -> None:
    store = ReceiptStore(tmp_path / "receipts.db")
    with pytest.raises(ValueError, match="Out of range float"):
        store.append(body(float("nan")))
    assert recorded(store).number == 1


def test_a_reader_does_not_hold_up_the_writer(tmp_path: Path) -> None:
    store = ReceiptStore(tmp_path / "receipts.db", wait_s=0)
    recorded(store)
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    assert recorded(store).number == 2
    assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    reader.close()
