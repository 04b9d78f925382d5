"""Sorts the quantities of a line by what they say (dose, how often, how long, from where); pure.

Built on `quantities`, which folds units; knows nothing of what a line is about.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agent.numerals import in_digits
from agent.quantities import Quantity, quantities

Role = Literal[
    "dose", "interval", "duration", "timing", "speed", "age", "weight", "ratio", "threshold"
]
Range = tuple[float, float]

_DOSES = ("mg", "mL", "unit", "tablet", "capsule", "puff", "drop", "sachet", "dose", "mmol")
_MONTH = 2629800.0
_DAY = 86400.0
_KILOGRAMS = re.compile(r"kg|kilo|公斤|千克", re.IGNORECASE)
_LASTS = re.compile(
    r"(?:\bfor|\bcourse of|\blasting|\bcontinued?|疗程|[共用服]|连用|持续)"
    r" ?(?:a |the |at least |up to |about |another |next |为|约)*$",
    re.IGNORECASE,
)
_OVER = re.compile(r"\bover ?(?:a |about |at least )?$", re.IGNORECASE)
_COURSE = re.compile(r" ?(?:course|of treatment|of therapy|疗程)", re.IGNORECASE)
_FROM = re.compile(r"(?:\bfrom|\bat least|\bbeyond|自|从|满) ?$", re.IGNORECASE)
_LIMITS = re.compile(
    r"(?:\b(?:at|if|when|below|above|under|over|from|of|in|with|score|crcl|e?gfr|hb|aged?)\b|[≥≤<>]|肌酐清除率)"
    r"\W{0,3}$",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(7|52|12)(?![\d/])")
_SHORT = {"7": "days", "52": "weeks", "12": "months"}


@dataclass(frozen=True)
class Measure:
    """One quantity by its role: its range in base units, and where it holds as a condition.

    `band` is the range that a comparator or "from" opens; `sign` is its direction, "" where none.
    """

    role: Role
    unit: str
    range: Range
    band: Range
    sign: str
    limits: bool
    said: str


def measures(text: str) -> tuple[Measure, ...]:
    """Give the measures of a text, in order; "5/7" is five days, "twice daily" every 12 hours."""
    ready = _SLASHED.sub(lambda m: f"{m[1]} {_SHORT[m[2]]}", in_digits(text))
    low = ready.lower()
    found: list[Measure] = []
    at = 0
    for quantity in quantities(ready):
        start = low.find(quantity.text.lower(), at)
        before = ready[max(0, start - 40) : start] if start >= 0 else ""
        after = ready[start + len(quantity.text) :][:20] if start >= 0 else ""
        at = max(at, start + len(quantity.text))
        if (one := _measure(quantity, before, after)) is not None:
            found.append(one)
    return tuple(found)


def _measure(q: Quantity, before: str, after: str) -> Measure | None:
    low, high = float(min(q.values)), float(max(q.values))
    if q.shape == ":":
        low = high = float(q.values[0] / q.values[-1]) if q.values[-1] else 0.0
    if q.shape == "/":
        # A pressure is compared by its first number, 15/30 and the like too.
        low = high = float(q.values[0])
    role, unit, scale = _role(q, before, after)
    if role is None:
        return None
    if role == "interval" and unit == "times":
        low, high, unit = _DAY / (high * scale), _DAY / (low * scale), "s"
    else:
        low, high = low * scale, high * scale
    sign = q.comparator or ("≥" if _FROM.search(before) else "")
    band = {
        "≥": (low, float("inf")), ">": (low, float("inf")),
        "≤": (float("-inf"), high), "<": (float("-inf"), high),
    }.get(sign, (low, high))  # fmt: skip
    limits = bool(sign) or _LIMITS.search(before) is not None
    return Measure(role, unit, (low, high), band, sign, limits, q.text)


def _role(q: Quantity, before: str, after: str) -> tuple[Role | None, str, float]:
    """Give the role of a quantity, the unit it is compared in and the factor to it."""
    unit = q.unit
    if unit.startswith("interval"):
        return "interval", "s", _MONTH if unit.endswith("month") else 1.0
    if unit.startswith("times/"):
        per = {"hour": 24.0, "day": 1.0, "week": 1 / 7, "month": 1 / 30.4, "year": 1 / 365}
        return "interval", "times", per.get(unit[6:], 1.0)
    if unit in ("s", "month"):
        if re.search(r"year|yrs?\b|岁", q.text, re.IGNORECASE) and not _LASTS.search(before):
            return "age", "month", 1.0
        if _OVER.search(before):
            return "speed", "s", 1.0
        lasts = _LASTS.search(before) or _COURSE.match(after)
        return ("duration" if lasts else "timing"), "s", _MONTH if unit == "month" else 1.0
    if q.shape == ":":
        return "ratio", "", 1.0
    base, _, under = unit.partition("/")
    if base == "mg" and not under and _KILOGRAMS.search(q.text):
        return "weight", "mg", 1.0
    if base in _DOSES and "mL" not in under.split("/"):
        return "dose", unit, 1.0
    if unit in ("stage", "grade", "type", "class", "step", "category", "phase", "group"):
        return None, "", 1.0
    return "threshold", unit, 1.0
