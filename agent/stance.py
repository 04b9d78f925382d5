"""Which way a line points: for or against, which drug first, which of two opposites; pure.

Reads words by conflict.toml, clause by clause; knows nothing of quantities.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.setting import folded, listed, pattern
from agent.therapies import therapies

_CLAUSE = re.compile(
    r"[¶;；]|, (?=but |and not |while |use |then )|，(?=但|而|应|改)| but |: (?=[a-z])"
)
_SIDES = ("still", "against", "for", "routine", "conditional", "first", "second")


@dataclass(frozen=True)
class Clause:
    """What one clause says: its therapies, its direction (1 for, -1 against, 0 neither)."""

    text: str
    therapies: frozenset[str]
    points: int
    # What an "against" is confined to: "in asthma", "" where it is confined to nothing.
    within: str
    routine: bool
    conditional: bool
    first: bool


# Lines of the library only, here and below.
@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """Read a text clause by clause."""
    return tuple(_read(part.strip()) for part in _CLAUSE.split(folded(text)) if part.strip())


def first_choice(text: str) -> frozenset[str]:
    """Give the therapies that a text puts first."""
    return frozenset(t for c in clauses(text) if c.first for t in c.therapies)


def opposed(one: str, other: str) -> str:
    """Name what two texts are opposite in ("direction", "timing"), "" where in nothing listed."""
    a, b = _moving(one), _moving(other)
    for about, left, right in _opposites():
        for x, y in ((a, b), (b, a)):
            if left.search(x) and right.search(y) and not right.search(x) and not left.search(y):
                return about
    return ""


@lru_cache(maxsize=4096)
def _moving(text: str) -> str:
    return _words()["still"].sub(" ", folded(text))


@lru_cache(maxsize=2048)
def _read(clause: str) -> Clause:
    words = _words()
    still = words["still"].search(clause) is not None
    against = words["against"].search(clause)
    names = therapies(clause)
    if still:
        points = 1
    elif against:
        points = -1
    else:
        points = 1 if words["for"].search(clause) or (names and re.search(r"\d", clause)) else 0
    confined = words["condition"].search(clause, against.end()) if against else None
    if confined:
        # "Do not use heparin if streptokinase is given" is about heparin.
        names = therapies(clause[: confined.start()]) or names
    return Clause(
        clause,
        names,
        points,
        clause[confined.start() :] if confined else "",
        words["routine"].search(clause) is not None,
        words["conditional"].search(clause) is not None,
        words["first"].search(clause) is not None and words["second"].search(clause) is None,
    )


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    stance = listed()["stance"]
    return {name: pattern(stance[name]) for name in _SIDES} | {
        "condition": re.compile(stance["condition"])
    }


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((o["about"], pattern(o["one"]), pattern(o["other"])) for o in listed()["opposite"])
