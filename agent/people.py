"""Reads for whom a text is: age, weight, renal function, pregnancy, sex and their like; pure.

English and Chinese, by population.toml and the bands of `agent.bands`. Knows nothing of whether two
texts are of the same patient: `agent.population` judges that.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.ages import ages, in_figures, renal, trimesters
from agent.bands import Band, bands, values
from agent.wording import plain
from retrieval.lexical import stem

LIST = "population.toml"
_EXCEPT = re.compile(
    r"\b(?:except|excluding|other than|apart from)\b[^.;:]*|[^，。；]{0,40}(?:除外|例外)"
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
    """
    with on who taking receiving of having known their his her its this that these aged age years
    year months month weeks week days old over under other same such some very
    """.split()  # noqa: SIM905
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
    folded = in_figures(plain(text).lower())
    excepted = " ".join(m[0] for m in _EXCEPT.finditer(folded))
    rest = _EXCEPT.sub(" ", folded) if excepted else folded
    lists = _lists()
    told = [band for band, form in lists.ages if form.search(rest)]
    renals = renal(rest) + [band for band, form in lists.renal if form.search(rest)]
    weights: list[Band] = []
    if any(map(str.isdigit, rest)) or "under" in rest:
        counted, singly = bands(rest), values(rest)
        weights = counted.get("weight") or [(w, w) for w in singly.get("weight", ())]
        told = ages(rest, counted.get("age", []), singly.get("age", []), told)
    numbers = {"age": told, "renal": renals, "weight": weights}
    found = {kind: _narrowest(each) for kind, each in numbers.items() if each}
    named = _named(rest, lists)
    if weeks := trimesters(rest):
        named["pregnancy"] = named.get("pregnancy", frozenset()) - {"pregnant"} | weeks
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


def _narrowest(found: list[Band]) -> frozenset[Band]:
    """Leave out what only holds another: of "children under 5 years" the five years count."""
    every = frozenset(found)
    return frozenset(
        a for a in every if not any(b != a and a[0] <= b[0] and b[1] <= a[1] for b in every)
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
