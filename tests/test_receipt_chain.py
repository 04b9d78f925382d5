"""The chain of receipts: every changed byte is found, and the first broken place is named."""

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.receipt_reading import find, last, of_conversation, walk
from agent.receipt_store import ReceiptStore
from agent.receipts import canonical
from guidelines.problem import Problem
from tests.test_receipt_store import altered, filled, recorded, refused


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
    store = ReceiptStore(path)
    problem = refused(store)
    assert problem.why == "its head record is damaged; this is not recorded"
    # Nor does it keep anybody else from writing.
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.close()
    assert problem.mend == "clinicite receipt verify"
