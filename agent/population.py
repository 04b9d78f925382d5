"""Tells where a claim is of other people than its lines, or drops for whom they are; pure.

Knows nothing of how people are read out of a text (`agent.people`). In doubt it objects: the
quoted line is then shown in the claim's place.
"""

import re
from collections.abc import Sequence

from agent.bands import Band
from agent.clauses import clauses
from agent.edits import nearest_edit, too_long
from agent.people import People, groups, people
from agent.wording import plain
from retrieval.lexical import stem

_SAYS_NOT = re.compile(
    r"\b(?:not|only|no|never|too young|too old|does not|rather|nothing)\b|n't\b|[不非未仅]"
)
_CLOSE = 0.02  # months or mL/min: a rounding, not another patient


# Who is said to be pregnant or to breastfeed is said to be a woman.
_BEARS = frozenset({"pregnancy", "breastfeeding"})


def another(question: str, claim: str, lines: Sequence[str], headings: Sequence[str] = ()) -> str:
    """Tell why the claim is of other people than its lines and their headings, or "".

    A claim may leave out for whom a line is where the question's patient is surely one of them; it
    may say it of others than the patient, because then the reader sees it.
    """
    if why := too_long(claim, [*lines, question, *headings]):
        return why
    patient = people(question)
    said = people(claim)
    edit = nearest_edit(claim, lines)
    mine, its = (groups(edit[0]), groups(edit[1])) if edit else ([], [])
    if mine and its and [g.rstrip("s") for g in mine] != [g.rstrip("s") for g in its]:
        return "copies a line but for whom it is"
    if not lines or (edit is not None and not edit[1] and not mine):
        return _misplaced(patient, said, people(" \n".join(headings))) if headings else ""
    terms = _terms(claim)
    shared = [len(terms & _terms(line)) for line in lines]
    nearest = [line for line, n in zip(lines, shared, strict=True) if n == max(shared)]
    reasons = [_differs(patient, said, claim, people(line)) for line in nearest]
    if all(reasons):
        return reasons[0]
    return _misplaced(patient, said, people(" \n".join(headings))) if headings else ""


def for_another(question: str, line: str, headings: Sequence[str] = ()) -> str:
    """Tell why a line, as it stands under its headings, is for others than the patient, or ""."""
    patient = people(question)
    own = people(line)
    return _conflict(patient, own) or _misplaced(patient, own, people(" \n".join(headings)))


def _differs(patient: People, said: People, claim: str, own: People) -> str:
    denies = _SAYS_NOT.search(plain(claim).lower()) is not None
    if said.everyone and not own.everyone and (own.named or own.bands or own.beside):
        return "is said of everyone, the line is not"
    for kind, theirs in own.bands.items():
        wide = {b for b in theirs if b[1] > b[0]}
        if wide and (why := _bands(kind, wide, said, patient, denies)):
            return why
    for kind, named in own.named.items():
        if why := _named(kind, named, said, patient, denies):
            return why
    return (
        _added(patient, said, own)
        or _excepted(patient, said, claim, own)
        or _unsaid(said, claim, own)
    )


def _added(patient: People, said: People, own: People) -> str:
    for kind, each in said.bands.items():
        for band in each:
            if band[1] > band[0] and kind not in own.bands and not _inside(band, patient, kind):
                return f"names a group by {kind} that the line does not"
    for kind, words in said.named.items():
        extra = words - patient.named.get(kind, frozenset())
        if extra and kind not in own.named and kind not in own.excepted:
            return f"is of another group: {min(extra)}"
    return ""


def _excepted(patient: People, said: People, claim: str, own: People) -> str:
    for kind, words in own.excepted.items():
        met = patient.named.get(kind, frozenset()) & words
        if met and not said.named.get(kind) and not said.excepted.get(kind):
            return f"the line excepts the patient: {min(words)}"
    if own.exception and not said.exception and not _terms(own.exception) & _terms(claim):
        return "leaves out an exception of the line"
    return ""


def _bands(kind: str, groups: set[Band], said: People, patient: People, denies: bool) -> str:
    mine = said.bands.get(kind, frozenset())
    kept = any(_within(b, groups) for b in mine)
    wider = [b for b in mine if b[1] > b[0] and not _within(b, groups)]
    if wider and not (kept and denies):
        return f"is of another group by {kind} than the line"
    if kept or (mine and denies):
        return ""
    theirs = patient.bands.get(kind, frozenset())
    if mine or not theirs:
        return f"leaves out for which {kind} the line is"
    if not all(_within(b, groups) for b in theirs):
        return f"the line is for another {kind} than the patient's"
    return ""


def _named(kind: str, named: frozenset[str], said: People, patient: People, denies: bool) -> str:
    mine = said.named.get(kind, frozenset())
    if kind == "sex" and named == {"women"} and not mine and _BEARS & {*said.named}:
        return ""
    man = patient.named.get("sex", frozenset()) == frozenset({"men"})
    if kind == "pregnancy" and named == {"not pregnant"} and not mine and man:
        return ""
    if mine & named:
        return "" if mine <= named or denies else f"widens the group: {min(mine - named)}"
    if mine:
        return f"is of another group: {min(mine)}"
    if said.excepted.get(kind):
        return f"excepts whom the line is for: {min(named)}"
    theirs = patient.named.get(kind, frozenset())
    if theirs and theirs <= named:
        return ""
    return f"leaves out for whom the line is: {min(named)}"


def _unsaid(said: People, claim: str, own: People) -> str:
    """Object where most of the words that tell which people are not in the claim."""
    words = {stem(w) for w in re.findall("[a-z]+", plain(claim).lower())}
    wanted = own.beside
    left = wanted - words - _terms(claim) - said.beside
    if 2 * len(left) > len(wanted):
        return f"leaves out for whom the line is: {min(left)}"
    return ""


def _misplaced(patient: People, own: People, over: People) -> str:
    """Object where the headings name another group than the patient, and the line none."""
    for kind, theirs in over.bands.items():
        groups = {b for b in theirs if b[1] > b[0]}
        mine = patient.bands.get(kind)
        if groups and mine and kind not in own.bands and not any(_meets(b, groups) for b in mine):
            return f"stands under a heading for another {kind} than the patient's"
    for kind, named in over.named.items():
        mine_named = patient.named.get(kind)
        if mine_named and kind not in own.named and not mine_named & named:
            return f"stands under a heading for others: {min(named)}"
    return ""


def _conflict(patient: People, own: People) -> str:
    for kind, theirs in own.bands.items():
        groups = {b for b in theirs if b[1] > b[0]}
        mine = patient.bands.get(kind)
        if groups and mine and not any(_meets(b, groups) for b in mine):
            return f"is for another {kind} than the patient's"
    for kind, named in own.named.items():
        mine_named = patient.named.get(kind)
        if mine_named and not mine_named & named:
            return f"is for others: {min(named)}"
    for kind, named in own.excepted.items():
        if patient.named.get(kind, frozenset()) & named:
            return f"excepts the patient: {min(named)}"
    return ""


def _terms(text: str) -> frozenset[str]:
    return frozenset[str]().union(*(c.everything for c in clauses(text)))


def _inside(band: Band, patient: People, kind: str) -> bool:
    return any(band[0] <= b[0] and b[1] <= band[1] for b in patient.bands.get(kind, ()))


def _within(band: Band, groups: set[Band]) -> bool:
    return any(low - _CLOSE <= band[0] and band[1] <= high + _CLOSE for low, high in groups)


def _meets(band: Band, groups: set[Band]) -> bool:
    return any(band[0] < high and low <= band[1] for low, high in groups)
