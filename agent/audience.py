"""Tells whether a line, quoted as it stands, would answer for another patient; pure.

Only what is plain counts: bands of age or weight that do not meet, and pregnancy against none.
Knows nothing of claims in other words: those `agent.population` judges.
"""

import re
from collections.abc import Sequence
from typing import Literal

from agent.bands import Band
from agent.people import People, people

Fit = Literal["fits", "beside", "another"]
# "Do not give under 16 years" tells a reader of 30 something: it names whom it leaves out.
_LIMITS = re.compile(
    r"\b(?:not|no|never|avoid|only|unless|except|contraindicated|stop|instead|rather)\b|n't\b"
    r"|[不非未仅禁]|避免|除外",
    re.IGNORECASE,
)
# Whom a line is for is told in such words too: "adults who are not allergic to penicillin".
_WHO = re.compile(r"\b(?:who|whose|with no|without)\b[^,.;]*|\([^()]*\)")
_AGE_AND_WEIGHT = ("age", "weight")
_NOT = "not pregnant"


def fit(question: str, line: str, headings: Sequence[str] = ()) -> tuple[Fit, str]:
    """Say whether a line fits the question's patient, and if not why.

    Returns:
        "another": it is for other patients, so it is no answer. "beside": it names others, perhaps
        to say what does not hold for them; it may be quoted where that is marked.
    """
    patient = people(question)
    if not patient.bands and not patient.named:
        return "fits", ""
    own = people(line)
    why = _by_bands(patient, own, people(" \n".join(headings))) or _by_pregnancy(patient, own)
    if not why:
        return "fits", ""
    return ("beside" if _LIMITS.search(_WHO.sub(" ", line)) else "another"), why


def _by_bands(patient: People, own: People, over: People) -> str:
    for kind in _AGE_AND_WEIGHT:
        mine = patient.bands.get(kind)
        groups = _wide(own, kind) or _wide(over, kind)
        if mine and groups and not any(_meet(a, b) for a in mine for b in groups):
            return f"is for another {kind} than the patient's"
    return ""


def _by_pregnancy(patient: People, own: People) -> str:
    mine, theirs = (x.named.get("pregnancy", frozenset()) for x in (patient, own))
    if mine and mine != {_NOT} and theirs == {_NOT}:
        return "is for patients who are not pregnant"
    barred = mine == {_NOT} or patient.named.get("sex", frozenset()) == {"men"}
    if barred and theirs and _NOT not in theirs:
        return "is for pregnant patients"
    return ""


def _wide(who: People, kind: str) -> set[Band]:
    return {b for b in who.bands.get(kind, ()) if b[1] > b[0]}


def _meet(one: Band, other: Band) -> bool:
    return one[0] < other[1] and other[0] <= one[1]
