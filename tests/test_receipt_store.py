"""The file of receipts: every changed byte is found, and whatever fails is told as not recorded."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.receipt_reading import find, last, of_conversation, walk
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Entry, canonical
from guidelines.problem import Problem
from tests.conftest import ROOT
from tests.test_refused_write import NOBODY, somebody_else

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


def test_entries_are_chained_and_found_by_how_their_hash_begins(tmp_path: Path) -> None:
    path = tmp_path / "receipts.db"
    one, two, three, four = filled(path)
    assert [e.number for e in (one, two, three, four)] == [1, 2, 3, 4]
    assert json.loads(one.document)["previous"] == "0" * 64
    assert json.loads(two.document)["previous"] == one.sha256
    assert find(path, two.name) == two
    assert last(path, 2, "receipt") == [four, three]
    assert of_conversation(path, "c") == [one, two, three, four]
    assert of_conversation(path, "another") == []
    chain = walk(path)
    assert (chain.entries, chain.head, chain.faults) == (4, four.sha256, ())
    with pytest.raises(Problem, match="is the beginning of several ids"):
        find(path, "")
    with pytest.raises(Problem, match="is not recorded"):
        find(path, "zz")
    assert path.stat().st_mode & 0o777 == 0o600


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters()),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_whatever_a_model_writes_is_kept_as_it_came(said: object) -> None:
    assert json.loads(canonical(said)) == said
    assert canonical(json.loads(canonical(said))) == canonical(said)


def test_half_a_character_and_a_zero_byte_are_recorded_too(tmp_path: Path) -> None:
    store = ReceiptStore(tmp_path / "receipts.db")
    odd = "a\x00b\ud83d 剂量"
    assert find(store.path, recorded(store, odd).name).body["text"] == odd
    assert walk(store.path).faults == ()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[int]]:
    """Give a file of receipts, and the places of its bytes that hold a stored field."""
    path = tmp_path_factory.mktemp("sound") / "receipts.db"
    made = filled(path)
    data = path.read_bytes()
    places: set[int] = set()
    for field in [e.document for e in made] + [e.sha256 for e in made]:
        wanted, start = field.encode(), data.find(field.encode())
        assert start > 0
        while start > 0:
            places |= set(range(start, start + len(wanted)))
            start = data.find(wanted, start + 1)
    return data, sorted(places)


@given(place=st.integers(0, 10**6), flip=st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_any_changed_byte_of_any_stored_field_is_found(
    place: int, flip: int, sound: tuple[bytes, list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    data, places = sound
    assert len(places) > 4 * 200
    changed = bytearray(data)
    changed[places[place % len(places)]] ^= flip
    path = tmp_path_factory.getbasetemp() / "changed.db"
    path.write_bytes(changed)
    try:
        faults = walk(path).faults
    except Problem as problem:
        faults = (problem.why,)
    assert faults != ()


REHASHED = "UPDATE entries SET document = replace(document, 'text 2', 'text 9') WHERE number = 3"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ((REHASHED,), "entry 3 ({2}) was altered after it was recorded"),
        (("DELETE FROM entries WHERE number = 4",), "entry 4 is missing at the end"),
        (("DELETE FROM entries WHERE number > 2",), "entries 3 to 4 are missing at the end"),
        (("DELETE FROM entries WHERE number = 2",), "entry 2 is missing"),
        (("DELETE FROM entries WHERE number < 3",), "entries 1 to 2 are missing"),
        (("UPDATE entries SET number = 9 WHERE number = 4",), "entries 4 to 8 are missing"),
        (("UPDATE head SET number = 3",), "the head record does not name the last entry"),
        (("UPDATE head SET number = NULL",), "the head record does not name the last entry"),
        (("DELETE FROM head",), "the head record does not name the last entry"),
        (("DELETE FROM entries",), "entries 1 to 4 are missing at the end"),
        (
            ("UPDATE entries SET number = -2 WHERE number = 2",
             "UPDATE entries SET number = 2 WHERE number = 3",
             "UPDATE entries SET number = 3 WHERE number = -2"),
            "entry 2 does not follow the entry before it",
        ),
    ],
)  # fmt: skip
def test_the_first_broken_place_is_named(
    statements: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "receipts.db"
    made = filled(path)
    altered(path, "PRAGMA ignore_check_constraints = 1", *statements)
    assert walk(path).faults[0] == told.format(*(e.name for e in made))


def test_a_chain_cut_by_somebody_who_rewrites_the_head_is_found_by_a_noted_head(
    tmp_path: Path,
) -> None:
    path = tmp_path / "receipts.db"
    *_, before, gone = filled(path)
    altered(
        path,
        "DELETE FROM entries WHERE number = 4",
        f"UPDATE head SET number = 3, sha256 = '{before.sha256}'",
    )
    assert walk(path).faults == ()
    assert walk(path, before.sha256).faults == ()
    assert walk(path, gone.sha256).faults == (
        f"the noted hash {gone.name} is not in the chain: cut or rewritten",
    )


def test_what_was_deleted_stays_missing_when_more_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "receipts.db"
    filled(path)
    altered(path, "DELETE FROM entries WHERE number = 4")
    store = ReceiptStore(path)
    assert recorded(store).number == 5
    assert walk(path).faults == ("entry 4 is missing",)


def test_a_damaged_head_records_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "receipts.db"
    filled(path)
    altered(path, "DELETE FROM head")
    problem = refused(ReceiptStore(path))
    assert problem.why == "its head record is damaged; this is not recorded"
    assert problem.mend == "clinicite receipt verify"


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


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    for folder in (*tmp_path.parents[:2], tmp_path):
        folder.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    first = filled(home / "receipts.db", 2)[0]
    for path in (home, *home.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    home.chmod(0o555)
    with somebody_else():
        assert refused(ReceiptStore(home / "new.db")).why == (
            "Permission denied; this is not recorded"
        )
        problem = refused(ReceiptStore(home / "receipts.db"))
        assert find(home / "receipts.db", first.name) == first
        assert walk(home / "receipts.db").faults == ()
    assert problem.mend == "let this user write there"


@pytest.mark.parametrize(
    ("put", "why"),
    [
        (lambda p: p.write_bytes(b"no database " * 100), "it is no file of receipts"),
        (lambda p: p.mkdir(), "Is a directory"),
        (lambda p: newer(p), "format 99, newer than this program's 1"),
    ],
)
def test_a_place_that_is_something_else(
    put: Callable[[Path], object], why: str, tmp_path: Path
) -> None:
    path = tmp_path / "receipts.db"
    put(path)
    assert refused(ReceiptStore(path)).why == f"{why}; this is not recorded"
    with pytest.raises(Problem, match="none yet" if path.is_dir() else "cannot be read"):
        walk(path)


def newer(path: Path) -> None:
    filled(path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def test_no_receipts_yet_is_one_line(tmp_path: Path) -> None:
    for read in (walk, lambda p: find(p, "a"), lambda p: last(p, 1, "receipt")):
        with pytest.raises(Problem, match="there are none yet"):
            read(tmp_path / "receipts.db")
    assert of_conversation(tmp_path / "receipts.db", "c") == []
    (tmp_path / "empty.db").touch()
    with pytest.raises(Problem, match="there are none yet"):
        walk(tmp_path / "empty.db")


# Runs where files may not grow beyond a limit: what is told as recorded is there, in order.
LIMITED = """
import resource, sys
from pathlib import Path
from agent.receipt_reading import walk
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.receipts import Entry
path = Path(sys.argv[1])
def fill(store, most):
    made = []
    for n in range(most):
        made.append(store.append({"kind": "receipt", "text": "Jane Roe " * 60}))
        if isinstance(made[-1], Unrecorded):
            break
    return made
def told(outcome):
    assert isinstance(outcome, Unrecorded), outcome
    print(outcome.problem)
"""
GROWN = """
for limit in (0, 100, 5_000, 40_000, 90_000, 200_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    store = ReceiptStore(path)
    outcomes = fill(store, 500)
    told(outcomes[-1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert isinstance(store.append({"kind": "receipt"}), Entry)  # the same store goes on
    store.close()
    assert walk(path).faults == (), walk(path)
print("entries", walk(path).entries)
"""
FULL = """
import subprocess
def size(kib, *how):
    mount = ["mount", "-t", "tmpfs", "-o", f"{''.join(how)}size={kib}k", "tmpfs", path.parent]
    subprocess.run(mount, check=True)
size(8)
recorded = 0
store = ReceiptStore(path)
for kib in (8, 64, 128, 256, 512):
    size(kib, "remount,")
    outcomes = fill(store, 500)
    told(outcomes[-1])
    recorded += len(outcomes) - 1
size(4000, "remount,")
assert isinstance(store.append({"kind": "receipt"}), Entry)
chain = walk(path)
assert chain.faults == (), chain
assert chain.entries == recorded + 1, (chain, recorded)
print("entries", chain.entries)
"""


def limited(code: str, path: Path, *before: str) -> list[str]:
    done = subprocess.run(
        [*before, sys.executable, "-c", LIMITED + code, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr == ""
    assert "Jane" not in done.stdout
    rows = done.stdout.splitlines()
    assert int(rows[-1].split()[1]) > 20
    return rows[:-1]


def test_no_file_may_grow_beyond_a_limit(tmp_path: Path) -> None:
    told = limited(GROWN, tmp_path / "receipts.db")
    assert len(told) == 6
    for row in told:
        assert row.endswith("not recorded. Mend: free space on that disk or mend it"), row


def test_a_real_disk_that_is_full(tmp_path: Path) -> None:
    alone = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets nobody mount a small file system")
    told = limited(FULL, tmp_path / "receipts.db", *alone)
    assert len(told) == 5
    for row in told:
        assert "; this is not recorded. Mend: free space on that disk" in row
    assert sum("the disk is full" in row for row in told) >= 3


def test_nothing_of_an_entry_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = ReceiptStore(tmp_path / "receipts.db", wait_s=0)
    recorded(store)
    altered(store.path, "UPDATE head SET number = 'Jane'")
    refused(store)
    walk(store.path)
    assert caplog.text == ""
