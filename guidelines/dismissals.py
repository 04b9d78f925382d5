"""Proposals that a person has turned down, each with the reason; the catalogue's file keeps them.

Knows which proposal a fault of the check makes; decides nothing itself.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import tomlkit
from tomlkit.exceptions import TOMLKitError

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.check import Fault
from guidelines.home import Home, write_atomic
from guidelines.problem import Problem

Kind = Literal["supersession", "near-duplicate", "title"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_TABLE = "dismissed"


@dataclass(frozen=True)
class Dismissal:
    """A proposal that is not made again.

    `editions` are ids: the older and the newer of a supersession, both near-duplicates, or the one
    whose proposed `title` is wrong.
    """

    kind: Kind
    editions: tuple[str, ...]
    reason: str
    date: str
    title: str = ""

    def covers(self, fault: Fault) -> bool:
        """Tell whether a fault is this proposal again."""
        if self.kind != fault.kind or self.title != fault.title:
            return False
        return _same(self.kind, self.editions, fault.editions)


def _same(kind: str, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Compare the editions of two proposals; which of two near-duplicates comes first is chance."""
    return set(one) == set(other) if kind == "near-duplicate" else one == other


def load(home: Home) -> list[Dismissal]:
    """Give what was turned down, oldest first.

    Raises:
        Problem: a table in the catalogue is not one.
    """
    if not home.catalogue.exists():
        return []
    try:
        tables = tomlkit.parse(home.catalogue.read_text("utf-8")).unwrap().get(_TABLE, [])
        return [_read(table) for table in tables]
    except (TOMLKitError, TypeError, KeyError, AttributeError, ValueError) as fault:
        place = home.catalogue
        why = f"cannot be read: {fault!r}"
        raise Problem(f"[[{_TABLE}]] in {place}", why, f"correct it in {place}") from fault


def _read(table: dict[str, Any]) -> Dismissal:
    told = {**table, "editions": tuple(map(str, table["editions"])), "date": str(table["date"])}
    if told["kind"] not in KINDS:
        raise ValueError(f"kind {told['kind']!r} is none of {', '.join(KINDS)}")
    return Dismissal(**told)


def open_and_dismissed(
    home: Home, faults: Iterable[Fault]
) -> tuple[list[Fault], list[tuple[Fault, Dismissal]]]:
    """Part the faults into those that stand and those that were turned down before."""
    known = load(home)
    standing, left = [], []
    for fault in faults:
        dismissal = next((d for d in known if d.covers(fault)), None)
        if dismissal is None:
            standing.append(fault)
        else:
            left.append((fault, dismissal))
    return standing, left


def dismiss(home: Home, dismissal: Dismissal) -> None:
    """Turn a proposal down; the same again takes the place of the earlier reason.

    Raises:
        Problem: there is no reason, or an edition that is not in the library.
    """
    again = f"clinicite library dismiss {dismissal.kind} {' '.join(dismissal.editions)}"
    with catalogue.locked(home, again) as entries:
        _judge(dismissal, entries, again)
        document = _document(home)
        tables: Any = document[_TABLE]
        _drop(tables, dismissal)
        table = tomlkit.table()
        table.update({key: value for key, value in asdict(dismissal).items() if value})
        tables.append(table)
        write_atomic(home.catalogue, tomlkit.dumps(document).encode())


def again(home: Home, kind: str, editions: tuple[str, ...]) -> bool:
    """Let a proposal be made again; False where it was not turned down."""
    with catalogue.locked(home):
        document = _document(home)
        tables: Any = document[_TABLE]
        before = len(tables)
        for table in [t for t in tables if t["kind"] == kind]:
            if _same(kind, tuple(table["editions"]), editions):
                tables.remove(table)
        if len(tables) == before:
            return False
        if not tables:
            document.remove(_TABLE)
        write_atomic(home.catalogue, tomlkit.dumps(document).encode())
        return True


def _judge(dismissal: Dismissal, entries: dict[str, Guideline], again: str) -> None:
    for guideline_id in dismissal.editions:
        catalogue.known(entries, guideline_id)
    wanted = 1 if dismissal.kind == "title" else 2
    if len(set(dismissal.editions)) != wanted:
        why = f"is about {wanted} edition{'s' if wanted > 1 else ''}"
        raise Problem(f"a {dismissal.kind}", why, "clinicite library check")
    if not dismissal.reason:
        raise Problem("the reason", "is empty", f'{again} --reason "..."')


def _document(home: Home) -> tomlkit.TOMLDocument:
    document = tomlkit.parse(home.catalogue.read_text("utf-8"))
    if _TABLE not in document:
        document.add(_TABLE, tomlkit.aot())
    return document


def _drop(tables: Any, dismissal: Dismissal) -> None:
    for table in [t for t in tables if _read(t.unwrap()).editions == dismissal.editions]:
        same = _read(table.unwrap())
        if (same.kind, same.title) == (dismissal.kind, dismissal.title):
            tables.remove(table)
