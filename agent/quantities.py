"""Finds the quantities of clinical text, English and Chinese, and those a source lacks; pure.

Knows nothing of what a quantity belongs to: the doses of two drugs swapped within a line pass.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from agent.numerals import in_digits
from agent.units import DENOMINATOR, NUMBER, SECONDS, SPAN, TIME, TO, UNIT, rate, scale


@dataclass(frozen=True)
class Quantity:
    """A number as it means: `values` in the unit's base (mg, mL, mmol, s, month, mm ...).

    Args:
        text: The words as written, folded.
        values: One, or two for a range, a pair (130/80), a sum (40 + 320) or a ratio (1:1000).
        unit: "mg", "mg/kg/day" as base units; "" where none; "interval s" for "every 8 hours";
            "times/day"; "stage", "day no." and the like for numbers that name.
        shape: "-", "/", "+", ":" between two values; "?" where "1 500 mg" may be one number or two.
        comparator: "" where none. "Within" counts as ≤; "aged over" as >.
    """

    text: str
    values: tuple[Fraction, ...]
    unit: str
    shape: str = ""
    comparator: str = ""


# A number glued to a word is a name (CURB-65, P2Y12), unless it is plainly a dose (drug500mg).
_NUMBER = (
    r"(?:(?<![A-Za-z0-9_.^Α-ω])(?<![A-Za-z]-)|(?<=[A-Za-z]{3})(?=[0-9.]+ ?(?:m?g|mcg|ml)\b))"
    rf"(?P<minus>(?<![0-9A-Za-z%)] )(?<![0-9A-Za-z%)])-)?(?P<a>{NUMBER})"
    rf"(?:(?:(?:(?P<ua> ?{UNIT})(?P<da>(?:{DENOMINATOR})*))?(?P<to>{TO})"
    r"|(?P<op> ?[/:+] ?| (?=[0-9]{3}(?![0-9]))))"
    rf"(?P<b>{NUMBER}))?(?![0-9])(?!\.[0-9])(?P<u>[ -]?{UNIT})?(?P<den>(?:{DENOMINATOR})*)"
)
_ITEM = re.compile(
    rf"(?:every|each|每隔?|(?<![a-z])q) ?(?P<every>{SPAN})[ -]?(?P<every_u>{TIME})(?: ?[1一] ?次)?"
    rf"|(?<![\w.])(?P<ly>{SPAN})[ -]?(?P<ly_u>hour|day|week|month|year|hr|dai)ly"
    rf"|(?:\b(?P<word>once|twice|thrice)|(?<![A-Za-z0-9_.])(?P<n>{SPAN}) ?(?:times|×|x|次))[ -]?"
    r"(?:(?:in|an?|per|each|every|/) ?)*"
    r"(?P<per>daily|day|d\b|24 hours|week|month|year|hour|天|日|周|月)"
    rf"|(?:每|一|1) ?(?P<zh_per>[天日周月年]) ?(?P<zh_n>{SPAN}) ?次"
    r"|(?P<abbr>\b(?:b\.?i?\.?d|t\.?d\.?s|t\.?i\.?d|q\.?d\.?s|q\.?i\.?d)\b)"
    r"|(?P<adverb>(?<!-)\b(?:every (?:day|hour|week|month|year|night)"
    r"|(?:hour|dai|week|month|year|night)ly"
    r"|(?:every (?:other|second|alternate)|alternate) days?|fortnightly|annually|od|qd)\b"
    r"(?! (?:dose|max|intake|total))"
    rf"|隔[日天]|每[天日周月年晚](?:[1一]次)?|每小时)|{_NUMBER}",
    re.IGNORECASE,
)
_ADVERBS = (
    ("other|second|alternate|隔", "day", 2), ("fortnight", "week", 2),
    ("hour|小时", "h", 1), ("week|周", "week", 1), ("month|月", "month", 1),
    ("year|annual|年", "year", 1), ("", "day", 1),
)  # fmt: skip
_BEFORE = re.compile(
    r"(?:(?P<ge>(?:no|not|never) (?:less|fewer|lower|earlier|sooner|younger|shorter) than"
    r"|not (?:below|under)|(?:greater|more|higher) than or equal to|at least|(?:a )?minimum(?: of)?"
    r"|≥|>=|=>|不少于|不低于|不小于|不短于|至少|最少|大于(?:或)?等于)"
    r"|(?P<le>(?:no|not|never) (?:more|later|longer|greater|higher|older|over) than"
    r"|not (?:above|over|exceed(?:ing)?)|not to exceed|(?:less|lower) than or equal to"
    r"|at most|up to"
    r"|max(?:imum)?(?: \w+){0,3}?:?(?: of)?|within|≤|<=|=<"
    r"|[不未]超过|不大于|不高于|不多于|不长于|至多|最多|最大|最高|小于(?:或)?等于)"
    r"|(?P<lt>(?:less|fewer|lower|younger|shorter) than|\bbelow|\bunder|<"
    r"|小于|少于|低于|短于|不足|未满|不满|不到|未达)"
    r"|(?P<gt>(?:more|greater|higher|older|longer|later) than|\bover|\babove|exceed(?:s|ing)?"
    r"|>|大于|多于|高于|超过|长于))"
    r" ?(?:(?:an?|of|about|approximately|around|the|aged?|大约|约|每日|每天) ?)*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?: ?(?:old|of age))? ?(?:(?P<ge>\+(?! ?[0-9])|,? ?(?:or|and) (?:more|over|above|older|higher"
    r"|greater|longer|later)\b|or at least|at least|(?:及|或|和|含)?以上)"
    r"|(?P<le>,? ?(?:or|and) (?:less|fewer|below|lower|under|younger|shorter|earlier)\b"
    r"|(?:at most|max(?:imum)?)\b(?! \w* ?\d)|(?:及|或)?以下|(?:之|以)?内))",
    re.IGNORECASE,
)
Span = tuple[int, int]
Values = tuple[Fraction, ...]

# What "daily" after it makes a rate of.
_AMOUNTS = ("mg", "mL", "mmol", "unit", "tablet", "capsule", "puff", "drop", "sachet", "mg/mg")
_CONJUNCTION = re.compile(r"(?: ?,)? ?(?:or|and|to|/|或|和|、) ?", re.IGNORECASE)
_SIGN = {"ge": "≥", "le": "≤", "lt": "<", "gt": ">"}
_LABEL = re.compile(
    r"\b(stage|grade|type|class|step|category|phase|group|day|week)s? $", re.IGNORECASE
)
_REFERENCE = re.compile(
    r"(?:\b(?:recommendations?|statements?|rec|tables?|fig(?:ure)?s?|sections?|chapters?|appendix|annex"
    r"|box|pages?|pp?|ref(?:erence)?s?|no|items?|version|edition)\b\.?|推荐意见|推荐|见?[表图]|附录|第)"
    r" ?(?:[0-9][0-9.]*(?: ?(?:,|-|and|or|to|和|、)) ?)*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:\(?[0-9]{1,2}[.)、] ?(?![0-9])"
    rf"|[0-9]+(?:\.[0-9]+)+ (?=[A-Z\u4e00-\u9fff])(?!(?i:{UNIT})))"
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
    return tuple(q for _, q in _claimed(_OPENING.sub("", in_digits(text))))


def missing(claim: str, source: str) -> tuple[Quantity, ...]:
    """Give the claim's quantities that do not stand in the source.

    Value, shape and unit must be the same after folding; the comparator only where the claim has
    one. Ranges are not opened: "every 8 hours" does not stand in "every 6 to 8 hours". Times a day
    are no intervals, save once a day.
    """
    stands = _standing(source)
    return tuple(
        q
        for q in quantities(claim)
        if not any(
            (q.values, q.unit, q.shape) == (s.values, s.unit, s.shape)
            and q.comparator in ("", s.comparator)
            for s in stands
        )
    )


def _standing(source: str) -> list[Quantity]:
    """Give all readings of a source: both of "20 mg daily", numbers that open a line too."""
    ready = in_digits(source)
    found = [q for _, q in _claimed(ready)] + list(quantities(source))
    items = list(_items(ready))
    for (at, a), (then, b) in pairwise(items):
        if _each_day(ready, at, a, then, b):
            found.append(replace(a, unit=f"{a.unit}/day"))
            if not _DIVIDED.match(ready, then[1]):
                found += [a, b]
    return found


def _claimed(ready: str) -> list[tuple[Span, Quantity]]:
    """Give the items as a claim means them: a number and a bare "daily" are one rate."""
    items = list(_items(ready))
    out: list[tuple[Span, Quantity]] = []
    for at, item in items:
        last = out[-1] if out else None
        if item.text == "daily" and last and _each_day(ready, *last, at, item):
            out[-1] = (last[0], replace(last[1], unit=f"{last[1].unit}/day"))
        else:
            out.append((at, item))
    return out


def _each_day(ready: str, at: Span, a: Quantity, then: Span, b: Quantity) -> bool:
    day = b.unit == "interval s" and b.values[0] == SECONDS["day"] and not b.comparator
    amount = a.unit in _AMOUNTS and ready[at[1] : then[0]].strip() == ""
    return day and amount


def _items(ready: str) -> Iterator[tuple[Span, Quantity]]:
    """Give each quantity with its span; in "5, 10 or 20 mg" each has the unit."""
    found: list[tuple[Span, Quantity]] = []
    lender: re.Match[str] | None = None  # the number that follows and has, or was lent, a unit
    unit, lent = ("", ""), False
    for m in reversed(list(_ITEM.finditer(ready))):
        own = (m["u"] or "", m["den"] or "")
        gap = ready[m.end() : lender.start()] if lender else ""
        borrows = own == ("", "") and (
            _CONJUNCTION.fullmatch(gap) or (lent and gap.strip() in (",", "、"))
        )
        lent = bool(borrows and m["a"])
        unit = unit if lent else own
        lender = m if m["a"] and any(unit) else None
        if (item := _read(m, unit)) is not None:
            found.append((m.span(), item))
    yield from reversed(found)


def _read(m: re.Match[str], unit: tuple[str, str]) -> Quantity | None:
    """Read one match of _ITEM, with the words that compare around it."""
    before, after = m.string[max(0, m.start() - 60) : m.start()], m.string[m.end() :]
    compared = _BEFORE.search(before) or _AFTER.match(after)
    sign = _SIGN[compared.lastgroup or ""] if compared else ""
    if m["a"]:
        values, name, shape = _number(m, unit)
        if name == "" and not sign and _is_name(m, before, after):
            return None
        if name == "" and (label := _LABEL.search(before)):
            name = f"{label[1].lower()}"
    else:
        (values, shape), name = _span(m["every"] or m["ly"] or m["n"] or m["zh_n"] or "1"), ""
        values, name = _often(m, values)
    return Quantity(m[0].strip(), values, name, shape, sign)


def _is_name(m: re.Match[str], before: str, after: str) -> bool:
    """Tell the numbers that count nothing: glued to a word, a reference's, a year."""
    glued = re.match(r"[A-Za-z_]|-[A-Za-z]", after) is not None
    year = not m["b"] and re.fullmatch(r"(?:19|20)\d\d", m["a"]) is not None
    return glued or year or _REFERENCE.search(before) is not None


def _span(written: str) -> tuple[tuple[Fraction, ...], str]:
    values = tuple(Fraction(n) for n in re.findall(NUMBER, written))
    return values, "-" if len(values) == 2 else ""


def _often(m: re.Match[str], values: Values) -> tuple[Values, str]:
    """Give an interval, "interval s" or "interval month", or how many "times/day"."""
    if m["every"] or m["ly"]:
        base, each = scale(_period(m["every_u"] or m["ly_u"]))
    elif m["adverb"]:
        period, n = next((p, n) for key, p, n in _ADVERBS if re.search(key, m["adverb"].lower()))
        base, each = scale(period)
        each *= n
    else:
        times = {"once": 1, "twice": 2, "thrice": 3, "b": 2, "t": 3, "q": 4}
        key = (m["word"] or (m["abbr"] or "")[:1]).lower()
        values = (Fraction(times[key]),) if key else values
        period = _period(m["per"] or m["zh_per"] or "day")
        if len(values) == 2 or values[0] != 1:
            return values, f"times/{period}"
        base, each = scale(period)
    return tuple(v * each for v in values), f"interval {base}"


def _period(written: str) -> str:
    word = written.lower()
    words = {"dai": "day", "daily": "day", "24 hours": "day", "晚": "day", "个月": "month"}
    base, each = scale(words.get(word, word))
    named = {"s": {s: n for n, s in SECONDS.items()}, "month": {1: "month", 12: "year"}}
    return named[base][int(each)]


def _number(m: re.Match[str], unit: tuple[str, str]) -> tuple[Values, str, str]:
    shape = "-" if m["to"] else "" if m["op"] is None else m["op"].strip() or "?"
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
