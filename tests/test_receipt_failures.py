"""Full disks, limits, places that may not be written: what is not recorded is told so."""

import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.receipt_reading import find, last, of_conversation, walk
from agent.receipt_store import ReceiptStore
from guidelines.problem import Problem
from tests.conftest import ROOT
from tests.test_receipt_store import altered, filled, recorded, refused
from tests.test_refused_write import NOBODY, somebody_else


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
