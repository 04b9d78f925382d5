"""Reads the ages, kidney function and weeks of pregnancy that a text names in numbers; pure.

Adds to `agent.bands` what people write: "under-fives", "58F", "day 10 of life", "32/40". Knows
nothing of words such as "adults": `agent.people` gives them.
"""

import re

from agent.bands import Band

INF = float("inf")
_SPELLED = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        range(1, 11),
        strict=True,
    )
)
_UNIT = "(?:years?|months?|weeks?|days?)"
_SPELLED_AT = re.compile(rf"\b({'|'.join(_SPELLED)})(?=[ -]{_UNIT}\b)")
_FIVES = {"twos": 2, "threes": 3, "fives": 5, "sixes": 6, "eights": 8, "tens": 10}
_UNDER = re.compile(
    rf"\bunder-? ?({'|'.join(_FIVES)}|[0-9]{{1,2}}(?=s\b))|\bunder ([0-9]{{1,2}})(?=[,.;:]|$)"
)
_YEARS = "(?: years?| yrs?)?(?: of age| old)?"
_FROM = re.compile(
    r"\b(?:from|begins? at|aged?|at age|≥|over|above|older than) (?:age |the age of )?"
    rf"([0-9]{{1,3}}){_YEARS} (?:and (?:over|above|older)|or (?:over|older|more)|onwards|upwards)"
    r"|\bfrom (?:age |the age of )?([0-9]{1,3}) ?years?\b"
    r"|\b(?:from age|begins? at age|age) ([0-9]{1,3})\b"
    r"|([0-9]{1,3}) ?岁(?:及)?以上|\bfrom ([0-9]{2})(?= is\b| for\b|$|,)"
)
_BETWEEN = re.compile(
    r"\b(?:between|aged?) ([0-9]{1,3}) ?(?:and|to|-) ?([0-9]{1,3})\b"
    r"(?! ?(?:%|mg|kg|month|week|day|hour))"
)
_DAYS = re.compile(
    r"(?:(under|below|<|less than) ?)?([0-9]{1,3})(?: ?(?:-|to) ?([0-9]{1,3}))?[ -]days?"
    r"(?=[ -]old|:|,| of (?:age|life))"
)
_DAY_OF_LIFE = re.compile(r"\bday ([0-9]{1,2}) of life")
_POINT = re.compile(
    r"(?<![0-9./])\b([0-9]{1,3}) ?(?:yo|y/o|f|m|yrs?|岁)(?![a-z0-9])"
    r"|\b(?:at|age|aged) ([0-9]{1,3})(?= |,|$|:)"
    r"(?! ?(?:%|mg|kg|ml|or|and|to|-|weeks?|months?|h|hours?|days?|g|/))"
)
_WEEKS = re.compile(
    r"\b([0-9]{1,2})(?:/40|\+[0-6]\b)|\b([0-9]{1,2}) ?weeks(?:'| of)? (?:gestation|pregnan\w*)"
    r"|孕 ?([0-9]{1,2}) ?周|妊娠 ?([0-9]{1,2}) ?周"
)
_RENAL = re.compile(
    r"(?:e?gfr|crcl|creatinine clearance|renal function|肌酐清除率)[^0-9<>≥≤.;]{0,18}"
    r"(<|≤|>|≥|below|under|less than|above|over|at least|more than)? ?"
    r"([0-9]{1,3})(?: ?(?:-|to|~|至) ?([0-9]{1,3}))?"
)
_LESS = ("<", "≤", "below", "under", "less than")
_MORE = (">", "≥", "above", "over", "at least", "more than")


def in_figures(folded: str) -> str:
    """Write "four weeks" as "4 weeks"."""
    return _SPELLED_AT.sub(lambda m: str(_SPELLED[m[1]]), folded)


def ages(text: str, counted: list[Band], singly: list[float], told: list[Band]) -> list[Band]:
    """Give the ages in months; a single one has no width, and is read only where no band is.

    Args:
        text: Folded, in lower case.
        counted: The bands that `agent.bands` reads there.
        singly: The single ages that it reads.
        told: What words such as "children" say; a band ends where they do.
    """
    found = list(counted)
    found += [(0.0, 12.0 * (_FIVES.get(n) or int(n))) for n in _numbers(_UNDER, text)]
    found += [(12.0 * int(n), INF) for n in _numbers(_FROM, text)]
    found += [(12.0 * int(m[1]), 12.0 * int(m[2]) + 12) for m in _BETWEEN.finditer(text)]
    for m in _DAYS.finditer(text):
        day = int(m[2]) / 30.4
        found.append((0.0, day) if m[1] else (day, int(m[3] or m[2]) / 30.4))
    found += [(int(m[1]) / 30.4,) * 2 for m in _DAY_OF_LIFE.finditer(text)]
    if not found:
        found = [(p, p) for p in (*singly, *(12.0 * int(n) for n in _numbers(_POINT, text)))]
    return [_cut(band, told) for band in found] + told


def _cut(band: Band, told: list[Band]) -> Band:
    """Give what of a band the words leave: "children from 6 years" ends where children do."""
    for low, high in told:
        if band[0] < band[1] and band[0] < high and low < band[1]:
            band = (max(low, band[0]), min(high, band[1]))
    return band


def renal(text: str) -> list[Band]:
    """Give the glomerular filtration rates and clearances, in mL/min."""
    found: list[Band] = []
    for m in _RENAL.finditer(text):
        value = float(m[2])
        if m[3]:
            found.append((value, float(m[3]) + 1))
        elif m[1] in _LESS:
            found.append((0.0, value))
        else:
            found.append((value, INF if m[1] in _MORE else value))
    return found


def trimesters(text: str) -> frozenset[str]:
    """Name the trimesters that weeks of pregnancy lie in."""
    weeks = [int(n) for n in _numbers(_WEEKS, text)]
    names = ("first trimester", "second trimester", "third trimester")
    return frozenset(names[(w > 13) + (w > 27)] for w in weeks)


def _numbers(pattern: re.Pattern[str], text: str) -> list[str]:
    return [next(g for g in m.groups() if g) for m in pattern.finditer(text)]
