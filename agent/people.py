"""Reads for whom a text is: age, weight, renal function, pregnancy, sex and their like; pure.

English and Chinese, by population.toml and the bands of `agent.bands`. Knows nothing of whether two
texts are of the same patient: `agent.population` judges that.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.bands import Band, bands, values
from agent.wording import plain
from retrieval.lexical import stem

LIST = "population.toml"
INF = float("inf")
_SPELLED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
            "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12"}  # fmt: skip
_SPELLED_AT = re.compile(
    rf"\b({'|'.join(_SPELLED)})(?=[ -](?:years?|months?|weeks?|days?)\b)|"
    rf"(?<=under )({'|'.join(_SPELLED)})(?= (?:years?|months?|weeks?|days?))"
)
_FIVES = {"fives": "5", "twos": "2", "threes": "3", "sixes": "6", "eights": "8", "tens": "10"}
_UNDERS = re.compile(
    rf"\bunder-?(?: )?({'|'.join(_FIVES)}|[0-9]{{1,2}})(?:s)\b|\bunder ([0-9]{{1,2}})(?=[,.;:]|$)"
)
_FROM = re.compile(
    r"\b(?:from|begins? at|aged?|at age|from age|≥|over|above|older than) (?:age |the age of )?"
    r"([0-9]{1,3})(?: years?| yrs?)?(?: of age| old)?(?: and (?:over|above|older)| or (?:over|older|more)| onwards| upwards)"
    r"|\bfrom (?:age |the age of )?([0-9]{1,3}) ?years?\b|\b(?:from age|begins? at age|age) ([0-9]{1,3})\b"
    r"|([0-9]{1,3}) ?岁(?:及)?以上|\bfrom ([0-9]{2})(?= is\b| for\b|$|,)"
)
_BETWEEN = re.compile(
    r"\b(?:between|aged?) ([0-9]{1,3}) ?(?:and|to|-) ?([0-9]{1,3})\b(?! ?(?:%|mg|kg|month|week|day|hour))"
)
_DAYS = re.compile(
    r"(?:(under|below|<|less than) ?)?([0-9]{1,3})(?: ?(?:-|to) ?([0-9]{1,3}))?[ -]days?(?=[ -]old|:|,| of (?:age|life))"
)
_DAY_OF_LIFE = re.compile(r"\bday ([0-9]{1,2}) of life")
_SHORT_AGE = re.compile(
    r"(?<![0-9./])\b([0-9]{1,3}) ?(?:yo|y/o|f|m|yrs?|岁)(?![a-z0-9])|\b(?:at|age|aged) ([0-9]{1,3})(?= |,|$|:)(?! ?(?:%|mg|kg|ml|or|and|to|-|weeks?|months?|h|hours?|days?|g|/))"
)
_WEEKS = re.compile(
    r"\b([0-9]{1,2})(?:/40|\+[0-6]\b)|\b([0-9]{1,2}) ?weeks(?:'| of)? (?:gestation|pregnan\w*)|孕 ?([0-9]{1,2}) ?周|妊娠 ?([0-9]{1,2}) ?周"
)
_RENAL = re.compile(
    r"(?:e?gfr|crcl|creatinine clearance|renal function|肌酐清除率)[^0-9<>≥≤.;]{0,18}"
    r"(<|≤|>|≥|below|under|less than|above|over|at least|more than)? ?([0-9]{1,3})(?: ?(?:-|to|~|至) ?([0-9]{1,3}))?"
)
_LESS = ("<", "≤", "below", "under", "less than")
_ABOVE = (">", "≥", "above", "over", "at least", "more than")
_EXCEPT = re.compile(
    r"\b(?:except|excluding|other than|apart from)\b[^.;:]*|[^，。；]*(?:除外|例外)"
)


@dataclass(frozen=True)
class People:
    """For whom a text is. Numbers as bands, a single value as a band of no width."""

    named: dict[str, frozenset[str]]
    bands: dict[str, frozenset[Band]]
    excepted: dict[str, frozenset[str]]
    exception: str
    beside: frozenset[str]
    everyone: bool


@dataclass(frozen=True)
class _Lists:
    kinds: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]
    ages: tuple[tuple[Band, re.Pattern[str]], ...]
    renal: tuple[tuple[Band, re.Pattern[str]], ...]
    widens: re.Pattern[str]
    people: frozenset[str]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    lists = tomllib.loads((files("agent") / LIST).read_text("utf-8"))
    return _Lists(
        tuple(
            (k["name"], re.compile("|".join(f"({form})" for _, form in k["values"])),
             tuple(name for name, _ in k["values"]))
            for k in lists["kind"]
        ),
        tuple(((a["low"], a["high"]), re.compile(a["form"])) for a in lists["age"]),
        tuple(((a["low"], a["high"]), re.compile(a["form"])) for a in lists["renal"]),
        re.compile(lists["widens"]["form"]),
        frozenset(lists["people"]["words"].split()),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def people(text: str) -> People:
    """Read for whom a text is; exceptions are read apart."""
    folded = _SPELLED_AT.sub(lambda m: _SPELLED[m[1] or m[2]], plain(text).lower())
    excepted = " ".join(m[0] for m in _EXCEPT.finditer(folded))
    rest = _EXCEPT.sub(" ", folded) if excepted else folded
    lists = _lists()
    found: dict[str, frozenset[Band]] = {}
    counted = bands(rest) if any(map(str.isdigit, rest)) else {}
    singly = values(rest) if any(map(str.isdigit, rest)) else {}
    weights = counted.get("weight") or [(w, w) for w in singly.get("weight", ())]
    ages = _ages(rest, lists, counted.get("age", []), singly.get("age", []))
    for kind, each in (("age", ages), ("renal", _renal(rest, lists)), ("weight", weights)):
        if each:
            found[kind] = _narrowest(each)
    named = _named(rest, lists)
    weeks = [int(next(g for g in m.groups() if g)) for m in _WEEKS.finditer(rest)]
    if weeks:
        trimesters = {("first", "second", "third")[(w > 13) + (w > 27)] for w in weeks}
        named["pregnancy"] = named.get("pregnancy", frozenset()) - {"pregnant"} | {
            f"{t} trimester" for t in trimesters
        }
    return People(
        named, found, _named(excepted, lists), excepted, _beside(rest, lists),
        lists.widens.search(rest) is not None,
    )  # fmt: skip


def groups(text: str) -> list[str]:
    """Give every word of a text that tells a group of people, in alphabetical order."""
    folded = plain(text).lower()
    lists = _lists()
    every = [p for _, p, _ in lists.kinds] + [p for _, p in (*lists.ages, *lists.renal)]
    return sorted(m[0] for p in (*every, lists.widens) for m in p.finditer(folded))


def _named(text: str, lists: _Lists) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, pattern, values_ in lists.kinds:
        each = frozenset(values_[(m.lastindex or 1) - 1] for m in pattern.finditer(text))
        general = each & {"pregnant", "dialysis", "liver disease"}
        if each:
            found[name] = each - general or each
    if "妊娠中晚期" in text:
        found["pregnancy"] = found["pregnancy"] | {"third trimester"}
    return found


def _ages(text: str, lists: _Lists, counted: list[Band], singly: list[float]) -> list[Band]:
    told = [band for band, form in lists.ages if form.search(text)]
    if not any(map(str.isdigit, text)) and "under" not in text:
        return told
    found = list(counted)
    found += [
        (0.0, 12.0 * int(_FIVES.get(m[1] or m[2], m[1] or m[2]))) for m in _UNDERS.finditer(text)
    ]
    found += [(12.0 * int(next(g for g in m.groups() if g)), INF) for m in _FROM.finditer(text)]
    found += [(12.0 * int(m[1]), 12.0 * int(m[2]) + 12) for m in _BETWEEN.finditer(text)]
    for m in _DAYS.finditer(text):
        day = float(m[2]) / 30.4
        found.append((0.0, day) if m[1] else (day, float(m[3] or m[2]) / 30.4))
    found += [(int(m[1]) / 30.4,) * 2 for m in _DAY_OF_LIFE.finditer(text)]
    if not found:
        points = singly + [12.0 * int(m[1] or m[2]) for m in _SHORT_AGE.finditer(text)]
        found += [(p, p) for p in points]
    return [_cut(band, told) for band in found] + told


def _cut(band: Band, told: list[Band]) -> Band:
    """Give what of a band the words leave: "children from 6 years" ends where children do."""
    for low, high in told:
        if band[0] < band[1] and band[0] < high and low < band[1]:
            band = (max(low, band[0]), min(high, band[1]))
    return band


def _renal(text: str, lists: _Lists) -> list[Band]:
    found: list[Band] = []
    for m in _RENAL.finditer(text):
        value = float(m[2])
        if m[3]:
            found.append((value, float(m[3]) + 1))
        else:
            found.append(
                (0.0, value) if m[1] in _LESS else (value, INF if m[1] in _ABOVE else value)
            )
    return found + [band for band, form in lists.renal if form.search(text)]


def _narrowest(found: list[Band]) -> frozenset[Band]:
    """Leave out what only holds another: of "children under 5 years" the five years count."""
    every = frozenset(found)
    return frozenset(
        a for a in every if not any(b != a and a[0] <= b[0] and b[1] <= a[1] for b in every)
    )


_PLAIN_WORD = re.compile(r"[a-z]+|[0-9.]+|[,.;:()]")
_STOP = frozenset(
    """
    should must may can could is are was were be been do does did not will would have has had use
    give avoid start stop take need needs receive require get offer consider treat , . ; : ( ) and
    or but if when then than the a an in for to at by from due all any no most many few every each
    """.split()  # noqa: SIM905
)
_LINKS = frozenset(
    ("with", "on", "who", "taking", "receiving", "of", "planning", "having", "known")
)
_BLANK = frozenset(
    "with on who taking receiving of having known their his her its this that these aged age years"
    " year months month weeks week days old over under other same such some very".split()
)


def _beside(text: str, lists: _Lists) -> frozenset[str]:
    """Give the stems of the words that tell which people: beside a noun, or before a colon."""
    for _, pattern, _ in lists.kinds:
        text = pattern.sub(lambda m: m[0] if m[0] in lists.people else "", text)
    nouns = lists.people
    words = _PLAIN_WORD.findall(text)
    found: set[str] = set()
    for at, word in enumerate(words):
        if word not in nouns:
            continue
        before = at - 1
        while before >= max(0, at - 3) and words[before] not in _STOP:
            found.add(words[before])
            before -= 1
        after = at + 1
        if after < len(words) and words[after] in _LINKS:
            while after < min(len(words), at + 7) and words[after] not in _STOP - {
                "the",
                "a",
                "in",
            }:
                found.add(words[after])
                after += 1
    lead = text.partition(":")[0]
    if lead != text and len(lead.split()) <= 8 and "." not in lead:
        found |= {w for w in _PLAIN_WORD.findall(lead) if w not in _STOP}
    return frozenset(
        stem(w)
        for w in found
        if w not in nouns and w not in _BLANK and not w[0].isdigit() and len(w) > 1
    )
