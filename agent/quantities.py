"""Finds the quantities of clinical text, English and Chinese, each with where it stands; pure.

Knows nothing of what a quantity belongs to: `agent.binding` does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from agent import comparators
from agent.intervals import OFTEN, STARTS, Values, how_often, same_often
from agent.numerals import in_digits
from agent.units import DENOMINATOR, NUMBER, SECONDS, TO, UNIT, rate


@dataclass(frozen=True)
class Quantity:
    """A number as it means: `values` in the unit's base (mg, mL, mmol, s, month, mm ...).

    Args:
        text: The words as written, folded.
        values: One, or two for a range, a pair (130/80), a sum (40 + 320) or a ratio (1:1000).
        unit: "mg", "mg/kg/day" as base units; "" where none; "interval s" for "every 8 hours";
            "times/day"; "stage", "day", "shock" and the like for numbers that name.
        shape: "-" ("-<" for "to under"), "/", "+", ":" between two values; "?" where "1 500 mg" may
            be one number or two.
        comparator: "" where none. "Within" counts as ≤; "aged over" as >.
    """

    text: str
    values: Values
    unit: str
    shape: str = ""
    comparator: str = ""

    @cached_property
    def meaning(self) -> tuple[Values, str, str, str]:
        """Give what must be alike in two quantities that say the same."""
        values, unit = same_often(self.values, self.unit, self.shape, self.comparator)
        return values, unit, self.shape, self.comparator


@dataclass(frozen=True)
class Placed:
    """A quantity where it stands in the folded text; `others` are more ways to read it.

    One that is `silent` is said with the one before it, and only stands beside others.
    """

    start: int
    end: int
    quantity: Quantity
    others: tuple[Quantity, ...] = ()
    silent: bool = False

    @cached_property
    def meanings(self) -> frozenset[tuple[Values, str, str, str]]:
        """Give the meanings of all its readings."""
        return frozenset(q.meaning for q in (self.quantity, *self.others))


# A number glued to a word is a name (CURB-65, P2Y12), unless it is plainly a dose (drug500mg) or
# the end of a range ("birth-6 months").
_NUMBER = (
    r"(?:(?<![A-Za-z0-9_.^Α-ω])(?<![A-Za-z]-)|(?<=[A-Za-z]{3})(?=[0-9.]+ ?(?:m?g|mcg|ml)\b)"
    r"|(?<=[a-z]-)(?=[0-9.]+ (?:day|week|month|year|mg|ml|g)s?\b))"
    rf"(?P<minus>(?<![0-9A-Za-z%)] )(?<![0-9A-Za-z%)])-)?(?P<a>{NUMBER})"
    rf"(?:(?:(?:(?P<ua> ?{UNIT})(?P<da>(?:{DENOMINATOR}){{0,4}}))?(?P<to>{TO})"
    r"|(?P<op> ?[/:+] ?| (?=[0-9]{3}(?![0-9]))))"
    rf"(?P<b>{NUMBER}))?(?![0-9])(?!\.[0-9])(?P<u>[ -]?{UNIT})?(?P<den>(?:{DENOMINATOR}){{0,4}})"
)
_ITEM = re.compile(rf"{OFTEN}|{_NUMBER}", re.IGNORECASE)
_START = re.compile(rf"[-.0-9]|{STARTS}", re.IGNORECASE)
# What "daily" after it makes a rate of.
_AMOUNTS = ("mg", "mL", "mmol", "unit", "tablet", "capsule", "puff", "drop", "sachet", "mg/mg")
_CONJUNCTION = re.compile(r"(?: ?,)? ?(?:or|and|to|/|或|和|、) ?", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(stage|grade|type|class|step|category|phase|group|day|week|dose|shock|month|year|trimester"
    r"|visit|course|cycle|episode|attempt|line)s? #?$",
    re.IGNORECASE,
)
# What a bare number is then counted in: years, or kg/m² of a body mass index.
_UNDERSTOOD = re.compile(
    r"\b(?:(?P<age>aged?|ages(?: of)?)|(?P<bmi>bmi|body mass index))"
    r"(?: (?:is|of|between|from|over|under|above|below|at least|≥|≤|>|<))? ?(?:[≥≤<>] ?)?$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:\b(?:recommendations?|statements?|rec|tables?|fig(?:ure)?s?|sections?|chapters?|appendix|annex"
    r"|box|pages?|pp?|ref(?:erence)?s?|nos?(?=\.)|items?|version|edition)\b\.?|推荐意见|推荐|见?[表图]|附录|第)"
    r" ?(?:[0-9][0-9.]*(?: ?(?:,|-|and|or|to|和|、)) ?)*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:\(?[0-9]{1,2}[.)、] ?(?![0-9])"
    rf"|[0-9]+(?:\.[0-9]+)+ (?=[A-Z\u4e00-\u9fff])(?!(?i:{UNIT})))"
)
# A footnote's letter is no word: "25a". Of ordinals only centiles are measures.
_GLUED = re.compile(r"(?!(?:st|nd|rd|th) (?:per)?centile)(?:[A-Za-z_][A-Za-z0-9_]|[A-Z]|-[A-Za-z])")
# "2000 women" are counted; "2000 and", "2025 edition" are years.
_COUNTED = re.compile(
    r" (?!edition|guid|version|updat|and|to|were|was|the|with|for|by|when|recommend|there|until|in"
    r"|as|on|at|or|from|after|who|nice|that|is|has)[a-z]{3,}|[例名人]"
)
_DIVIDED = re.compile(
    r",? ?(?:in|as|分) ?(?:\S+ )?(?:divided|doses|equal|[0-9两] ?次)", re.IGNORECASE
)


def quantities(text: str) -> tuple[Quantity, ...]:
    """Find the quantities of a text, in order, folded to base units.

    Bare numbers count, unless they name a recommendation, table, section, page or year, number a
    list, or are glued to a word. "5, 10 or 20 mg" gives each its unit. "20 mg daily" is 20 mg/day;
    "20 mg once daily" is 20 mg and an interval. "65+" is ≥ 65.
    """
    return tuple(item.quantity for item in claimed(in_digits(text)) if not item.silent)


def claimed(ready: str) -> tuple[Placed, ...]:
    """Give the quantities as a claim means them: a number and a bare "daily" are one rate.

    The "daily" is kept as silent. The text is one that `in_digits` has written; a
    number that opens it is a list's.
    """
    opening = _OPENING.match(ready)
    out: list[Placed] = []
    for item in _items(ready, opening.end() if opening else 0):
        last = out[-1] if out else None
        if item.quantity.text == "daily" and last and _each_day(ready, last, item):
            out[-1] = replace(last, quantity=_daily(last.quantity))
            item = replace(item, silent=True)
        out.append(item)
    return tuple(out)


def standing(ready: str) -> tuple[Placed, ...]:
    """Give the quantities as a source may be read: both of "20 mg daily", an opening number too."""
    items = list(_items(ready, 0))
    for at, (a, b) in enumerate(pairwise(items)):
        if _each_day(ready, a, b):
            # "20 mg daily in two doses" is no dose of 20 mg.
            divided = _DIVIDED.match(ready, b.end) is not None
            alone = () if divided else (a.quantity,)
            items[at] = replace(a, quantity=_daily(a.quantity), others=alone)
    if opening := _OPENING.match(ready):
        # Without its first number a list item may read otherwise.
        rest = {item.start: item for item in _items(ready, opening.end())}
        known = {item.start for item in items}
        items = [
            replace(i, others=(*i.others, rest[i.start].quantity)) if i.start in rest else i
            for i in items
        ]
        items += [item for start, item in rest.items() if start not in known]
    return tuple(items)


def _daily(q: Quantity) -> Quantity:
    first, *under = q.unit.split("/")
    return replace(q, unit="/".join([first, *sorted([*under, "day"])]))


def _each_day(ready: str, a: Placed, b: Placed) -> bool:
    often = b.quantity
    day = often.unit == "interval s" and often.values[0] == SECONDS["day"] and not often.comparator
    return day and a.quantity.unit in _AMOUNTS and ready[a.end : b.start].strip() == ""


def _found(ready: str, at: int) -> Iterator[re.Match[str]]:
    while start := _START.search(ready, at):
        m = _ITEM.match(ready, start.start())
        at = m.end() if m else start.start() + 1
        if m:
            yield m


def _items(ready: str, at: int) -> Iterator[Placed]:
    """Give each quantity from a place on; in "5, 10 or 20 mg" each has the unit."""
    signs = comparators.before(ready)
    found: list[Placed] = []
    lender: re.Match[str] | None = None  # the number that follows and has, or was lent, a unit
    unit, lent = ("", ""), False
    for m in reversed(list(_found(ready, at))):
        own = (m["u"] or "", m["den"] or "")
        gap = ready[m.end() : lender.start()] if lender else ""
        borrows = own == ("", "") and (
            _CONJUNCTION.fullmatch(gap) or (lent and gap.strip() in (",", "、"))
        )
        lent = bool(borrows and m["a"])
        unit = unit if lent else own
        lender = m if m["a"] and any(unit) else None
        sign = signs.get(m.start()) or comparators.after(ready, m.end())
        if sign == ">" and comparators.lasts(ready, m.start(), m["u"] or "", m["to"] or ""):
            sign = ""
        if (item := _read(m, unit, sign)) is not None:
            found.append(Placed(m.start(), m.end(), item))
    yield from reversed(found)


def _read(m: re.Match[str], unit: tuple[str, str], sign: str) -> Quantity | None:
    """Read one match of _ITEM, compared by a sign ("" for none)."""
    if not m["a"]:
        values, name, shape = how_often(m)
        return Quantity(m[0].strip(), values, name, shape, sign)
    values, name, shape = _number(m, unit)
    if name == "":
        before = m.string[max(0, m.start() - 60) : m.start()]
        if not sign and _is_name(m, before, m.string):
            return None
        if label := _LABEL.search(before):
            name = label[1].lower()
        elif understood := _UNDERSTOOD.search(before):
            name, factor = rate(*(("years", "") if understood["age"] else ("kg", "/m2")))
            values = tuple(value * factor for value in values)
    return Quantity(m[0].strip(), values, name, shape, sign)


def _is_name(m: re.Match[str], before: str, text: str) -> bool:
    """Tell the numbers that count nothing: glued to a word, a reference's, a year."""
    if _GLUED.match(text, m.end()):
        return True
    if not m["b"] and re.fullmatch(r"(?:19|20)\d\d", m["a"]) and not _COUNTED.match(text, m.end()):
        return True
    named = _REFERENCE.search(before)
    return named is not None and not (named[0].startswith("p") and "." in m["a"])


def _number(m: re.Match[str], unit: tuple[str, str]) -> tuple[Values, str, str]:
    if m["to"]:
        shape = "-" if m["to"].strip(" ~-").lower() in ("", "to", "至", "到") else "-<"
    else:
        shape = "" if m["op"] is None else m["op"].strip() or "?"
    name, factor = rate(*unit)
    first_name, first = rate(m["ua"], m["da"] or "") if m["ua"] else (name, factor)
    values = [Fraction(m["a"]) * (-1 if m["minus"] else 1) * first]
    if m["b"]:
        values.append(Fraction(m["b"]) * factor)
        if first_name != name:
            name = f"{first_name} to {name}"
    if shape == "/" and not name and 300 >= values[0] > values[-1] >= 30:
        name = "mmHg"
    return tuple(values), name, shape
