"""Which weights and ages a line is for, and which one a question is about; pure.

A dose table has a row for every band; a row for another child is worse than no row.
"""

import re

Band = tuple[float, float]

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
# unit -> (words, factor): ages are counted in months.
_KINDS: dict[str, tuple[tuple[str, float], ...]] = {
    "weight": ((r"kg|kilos?|kilograms?|公斤|千克", 1.0),),
    "age": (
        (r"years?(?:[- ]olds?)?|yrs?(?:[- ]olds?)?|y/?o|岁", 12.0),
        (r"months?(?:[- ]olds?)?|mths?|月龄|个月", 1.0),
        (r"weeks?(?:[- ]olds?)?|wks?|周龄", 12 / 52),
    ),
}
_TO = r"\s*(?:to|-|–|—|～|~|至|到)\s*(?:<|less than|under)?\s*"
_BELOW = r"(?:<|below|under|less than|younger than|小于|低于|不足|未满)\s*"
_ABOVE = r"(?:>|≥|over|above|more than|older than|at least|大于|超过|至少)\s*"
_OPEN = r"\s*(?:or|and) (?:more|over|above|older)|\s*(?:以上|及以上)"


def bands(text: str) -> dict[str, list[Band]]:
    """Give the half-open bands of weight (kg) and age (months) that a line names."""
    found: dict[str, list[Band]] = {}
    for kind, units in _KINDS.items():
        any_unit = "|".join(words for words, _ in units)
        rest = text
        for words, factor in units:
            span = rf"{_NUMBER}\s*({any_unit})?{_TO}{_NUMBER}{_unit(words)}"
            for match in re.finditer(span, rest, re.IGNORECASE):
                low = float(match[1]) * _factor(kind, match[2], factor)
                _put(found, kind, (low, float(match[3]) * factor))
            rest = re.sub(span, " ", rest, flags=re.IGNORECASE)
        for words, factor in units:
            one = rf"{_NUMBER}{_unit(words)}"
            for match in re.finditer(rf"{_BELOW}{one}", rest, re.IGNORECASE):
                _put(found, kind, (0.0, float(match[1]) * factor))
            for match in re.finditer(rf"{_ABOVE}{one}|{one}(?:{_OPEN})", rest, re.IGNORECASE):
                _put(found, kind, (float(match[1] or match[2]) * factor, float("inf")))
    return found


def _unit(words: str) -> str:
    return rf"[-\s]?(?:{words})(?![A-Za-z/])"


def values(question: str) -> dict[str, list[float]]:
    """Give the weights (kg) and ages (months) that a question names."""
    found: dict[str, list[float]] = {}
    for kind, units in _KINDS.items():
        for words, factor in units:
            pattern = rf"(?<![0-9./]){_NUMBER}{_unit(words)}"
            for match in re.finditer(pattern, question, re.IGNORECASE):
                found.setdefault(kind, []).append(float(match[1]) * factor)
    return found


def is_for_another(question: str, line: str) -> bool:
    """Tell whether a line names bands, and none of them holds a value of the question."""
    asked = values(question)
    if not asked:
        return False
    named = bands(line)
    return any(
        kind in named and not any(low <= v < high for low, high in named[kind] for v in numbers)
        for kind, numbers in asked.items()
    )


def _factor(kind: str, written: str | None, otherwise: float) -> float:
    if written is None:
        return otherwise
    return next(f for words, f in _KINDS[kind] if re.fullmatch(words, written, re.IGNORECASE))


def _put(found: dict[str, list[Band]], kind: str, band: Band) -> None:
    found.setdefault(kind, []).append(band)
