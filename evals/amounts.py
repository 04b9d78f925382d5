"""Numbers with their units, read simply: the product's guard must not be its own judge; pure.

Digits only: "twice" and "half" are not read. English and Chinese units; g, mg and micrograms are
one scale, L and mL one.
"""

import re
import unicodedata
from collections.abc import Iterator

_UNITS = {
    "mg": ("mg", 1.0), "milligram": ("mg", 1.0), "毫克": ("mg", 1.0),
    "g": ("mg", 1000.0), "gram": ("mg", 1000.0), "克": ("mg", 1000.0),
    "mcg": ("mg", 0.001), "μg": ("mg", 0.001), "microgram": ("mg", 0.001), "微克": ("mg", 0.001),
    "ml": ("ml", 1.0), "millilitre": ("ml", 1.0), "毫升": ("ml", 1.0),
    "l": ("ml", 1000.0), "litre": ("ml", 1000.0), "升": ("ml", 1000.0),
    "kg": ("kg", 1.0), "公斤": ("kg", 1.0), "千克": ("kg", 1.0),
    "mmol": ("mmol", 1.0), "mmhg": ("mmhg", 1.0), "%": ("%", 1.0), "unit": ("unit", 1.0),
    "hour": ("hour", 1.0), "hr": ("hour", 1.0), "h": ("hour", 1.0), "hourly": ("hour", 1.0),
    "小时": ("hour", 1.0), "minute": ("minute", 1.0), "min": ("minute", 1.0),
    "分钟": ("minute", 1.0), "day": ("day", 1.0), "天": ("day", 1.0), "日": ("day", 1.0),
    "week": ("week", 1.0), "周": ("week", 1.0), "month": ("month", 1.0), "个月": ("month", 1.0),
    "year": ("year", 1.0), "岁": ("year", 1.0), "年": ("year", 1.0), "times": ("times", 1.0),
    "次": ("times", 1.0), "tablet": ("tablet", 1.0), "片": ("tablet", 1.0), "puff": ("puff", 1.0),
}  # fmt: skip
_NAMES = "|".join(sorted((re.escape(u) for u in _UNITS), key=len, reverse=True))
_ONE = rf"(?:{_NAMES})s?(?![a-z])"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9_.])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s*-?\s*(?P<unit>{_ONE}(?:\s*/\s*{_ONE})*))?"
)

# Value on its scale, and the scale; "" where no unit follows.
Amount = tuple[float, str]


def amounts(text: str) -> Iterator[Amount]:
    """Give the amounts of a text in order."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("µ", "μ")
    for found in _AMOUNT.finditer(plain):
        value = float(found["number"].replace(",", ""))
        names: list[str] = []
        for place, part in enumerate(re.split(r"\s*/\s*", found["unit"] or "")):
            unit, factor = _unit(part)
            value = value * factor if place == 0 else value / factor
            names.append(unit)
        yield round(value, 9), "/".join(names)


def lacking(claim: str, source: str) -> list[Amount]:
    """Give the claim's amounts that the source does not have; a bare number may have any unit."""
    there = set(amounts(source))
    # A bare number is compared as written, not on its unit's scale.
    written = {value for value, _ in there} | {float(n) for n in _digits(source)}
    return [a for a in amounts(claim) if not (a in there or (a[1] == "" and a[0] in written))]


def _digits(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    for found in re.finditer(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", plain):
        yield found[0].replace(",", "")


def _unit(name: str) -> tuple[str, float]:
    return _UNITS.get(name) or _UNITS.get(name.removesuffix("s"), ("", 1.0))
