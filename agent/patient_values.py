"""Reads a patient's weight, age or renal function off a claim, and the band of a line for it; pure.

Knows nothing of where the question came from. A dose for another band than the patient's is no
answer, though it stands in the line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from agent.quantities import Placed, Quantity

_KILOS = re.compile(r"kg|kilo|公斤|千克", re.IGNORECASE)
_OLD = re.compile(r"[- ]?(?:old|of age)\b|岁|月龄", re.IGNORECASE)
_AGED = re.compile(r"\b(?:aged?|age of|at) ?$", re.IGNORECASE)
_RENAL = re.compile(
    r"(?:\b(?:cr-?cl|e?gfr|creatinine clearance)|肌酐清除率)[^0-9;.。；]{0,12}$", re.IGNORECASE
)
_STOP = re.compile(r"[;；。¶]|\.(?= |$)")
_PEOPLE = tuple(
    tuple((name, re.compile(pattern)) for name, pattern in family)
    for family in (
        (
            ("men", r"\b(?:m[ae]n|males?|he|him|his|boys?)\b|男"),
            ("women", r"\b(?:wom[ae]n|females?|she|her|girls?)\b|女"),
        ),
        (
            ("adults", r"\badults?\b|成人|成年"),
            ("children", r"\b(?:child(?:ren)?|infants?|neonates?|babies|paediatric)\b|儿|小孩"),
        ),
    )
)


@dataclass(frozen=True)
class Fact:
    """A patient's value: its kind ("weight" in mg, "age" in months, "renal function")."""

    item: Placed
    kind: str
    value: Fraction


def facts(ready: str, items: Sequence[Placed]) -> list[Fact]:
    """Give the single values without a comparator that are a patient's weight, age or clearance."""
    return [
        Fact(item, kind, item.quantity.values[0])
        for item in items
        if not item.quantity.comparator
        and len(item.quantity.values) == 1
        and (kind := _kind(ready, item))
    ]


def apart(
    own: Sequence[Fact], claim: str, ready: str, items: Sequence[Placed]
) -> tuple[frozenset[Placed], frozenset[Placed]]:
    """Give a line's quantities that are for others than the claim speaks of.

    Args:
        own: The patient's values that the claim names.
        claim: The claim, whose men, women, adults or children count too.
        ready: The line, as `in_digits` wrote it.
        items: Its quantities.

    Returns:
        Those of another band, and those of another population.
    """
    ends = [m.start() for m in _STOP.finditer(ready)]
    clause = [sum(end < item.start for end in ends) for item in items]
    banded = frozenset(item for fact in own for item in _out_of_band(fact, ready, items, clause))
    cuts = [0, *ends, len(ready)]
    named = [_people(ready[a:b]) for a, b in pairwise(cuts)]
    others: set[Placed] = set()
    for family, said in enumerate(_people(claim)):
        if len(said) == 1:
            others |= {
                item
                for item, at in zip(items, clause, strict=True)
                if named[at][family] and not said & named[at][family]
            }
    return banded, frozenset(others)


def _people(text: str) -> tuple[frozenset[str], ...]:
    """Give who a text names: of men and women, of adults and children."""
    low = text.lower()
    return tuple(
        frozenset(name for name, pattern in family if pattern.search(low)) for family in _PEOPLE
    )


def _out_of_band(
    fact: Fact, ready: str, items: Sequence[Placed], clause: Sequence[int]
) -> Iterator[Placed]:
    """Give the quantities whose band does not hold a value; none where the line has no bands.

    A band rules what follows it in its clause, and what stands before the clause's first band.
    """
    bands = {
        at: _holds(item.quantity, fact.value)
        for at, item in enumerate(items)
        if (item.quantity.comparator or item.quantity.shape.startswith("-"))
        and _kind(ready, item) == fact.kind
    }
    ruling: dict[int, int] = {}  # the last band of each clause so far, first its first
    for at in bands:
        ruling.setdefault(clause[at], at)
    for at, item in enumerate(items if bands else ()):
        if at in bands:
            ruling[clause[at]] = at
        elif not bands.get(ruling.get(clause[at], -1), False):
            yield item


def _holds(band: Quantity, value: Fraction) -> bool:
    if len(band.values) == 2:
        return band.values[0] <= value < band.values[1]
    limit = band.values[0]
    return {
        "<": value < limit, "≤": value <= limit, ">": value > limit, "≥": value >= limit
    }.get(band.comparator, value == limit)  # fmt: skip


def _kind(ready: str, item: Placed) -> str:
    unit = item.quantity.unit
    before = ready[max(0, item.start - 40) : item.start]
    if unit == "mg" and _KILOS.search(item.quantity.text):
        return "weight"
    if unit == "month" and (
        _OLD.match(ready, item.end)
        or "岁" in item.quantity.text
        or "月龄" in item.quantity.text
        or _AGED.search(before)
        or item.quantity.comparator
        or item.quantity.shape
    ):
        return "age"
    renal = unit in ("mL/min", "mL/1.73m2/min") or (unit == "" and _RENAL.search(before))
    return "renal function" if renal else ""
