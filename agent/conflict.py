"""Finds current guidelines that answer one question differently, and says in what; pure.

By rule, English and Chinese: dose, interval, duration, threshold, direction, first choice. Knows
nothing of how well a line answers: what it is given should answer. In doubt it is silent, since a
card that is wrong costs the trust in those that are right.
"""

import re
from collections.abc import Callable, Sequence
from itertools import combinations, product

from agent.amounts import CONDITIONS, amounts, limits_meet, within
from agent.answer import Conflict, Side
from agent.bands import values
from agent.evidence import EvidenceLine
from agent.readings import Reading, content, share
from agent.setting import Asked, apart
from agent.stance import Clause, first_choice, opposed
from guidelines.catalogue import Guideline

MOST = 3
_AGED = re.compile(r"\bage[ds]?(?: of)? (\d{1,3})\b(?! ?(?:year|month|week|day))", re.IGNORECASE)


def conflicts(
    question: str,
    lines: Sequence[EvidenceLine],
    others: Sequence[EvidenceLine] = (),
    answers: Callable[[EvidenceLine], bool] = lambda _: True,
) -> tuple[Conflict, ...]:
    """Give the pairs of current guidelines whose lines disagree, in the order of the lines.

    Args:
        question: What was asked, made to stand alone.
        lines: Lines that are shown: each is compared with each, and with the others.
        others: Lines that were found and are not shown: compared with those shown only.
        answers: Tells whether one of the others answers; asked only where it would disagree.
    """
    asked = Asked(question)
    shown = [Reading(line, asked) for line in lines if line.guideline.status == "current"]
    beside = [Reading(line, asked) for line in others if line.guideline.status == "current"]
    pairs = [*combinations(shown, 2), *product(shown, beside)]
    found: dict[frozenset[str], Conflict] = {}
    for a, b in pairs:
        pair = frozenset((a.line.guideline.id, b.line.guideline.id))
        if len(pair) == 1 or pair in found:
            continue
        differs = _differs(asked, a, b)
        if differs and (b in shown or answers(b.line)):
            found[pair] = Conflict((_side(a.line), _side(b.line)), differs)
    return tuple(found.values())[:MOST]


def said_otherwise(
    question: str,
    lines: Sequence[EvidenceLine],
    older: Sequence[EvidenceLine],
    answers: Callable[[EvidenceLine], bool] = lambda _: True,
) -> tuple[Conflict, ...]:
    """Give where an edition that is no longer current said otherwise than a line shown does."""
    found: dict[str, Conflict] = {}
    asked = Asked(question)
    now = [Reading(line, asked) for line in lines]
    for a, b in product(now, [Reading(line, asked) for line in older]):
        old = b.line.guideline
        if old.id in found or old.status == "current" or not _succeeds(a.line.guideline, old):
            continue
        differs = _differs(asked, a, b)
        if differs and answers(b.line):
            found[old.id] = Conflict((_side(a.line), _side(b.line)), differs)
    return tuple(found.values())


def rivals(
    question: str,
    lines: Sequence[EvidenceLine],
    others: Sequence[EvidenceLine],
    older: Sequence[EvidenceLine],
) -> tuple[EvidenceLine, ...]:
    """Give the lines that are not shown and would disagree with one that is, if they answer.

    `conflicts` and `said_otherwise` ask of these alone whether they answer.
    """
    asked = Asked(question)
    shown = [Reading(line, asked) for line in lines]
    return tuple(
        b.line
        for b in (Reading(line, asked) for line in (*others, *older))
        if any(_opposable(a.line, b.line) and _differs(asked, a, b) for a in shown)
    )


def _opposable(a: EvidenceLine, b: EvidenceLine) -> bool:
    one, other = a.guideline, b.guideline
    if other.status != "current":
        return _succeeds(one, other)
    return one.status == "current" and one.id != other.id


def _succeeds(new: Guideline, old: Guideline) -> bool:
    """Tell whether one edition stands in another's place, by the catalogue or by its name."""
    same = (new.publisher, new.title) == (old.publisher, old.title)
    return new.supersedes == old.id or (same and bool(new.publisher))


def _side(line: EvidenceLine) -> Side:
    grade = line.line.grade
    return Side(
        line.cite(),
        line.guideline.published,
        (grade.strength or "") if grade else "",
        (grade.certainty or "") if grade else "",
    )


def _differs(question: Asked, a: Reading, b: Reading) -> tuple[str, ...]:
    """Say in what two lines of different guidelines disagree; () where they do not."""
    titles = (a.line.guideline.title, b.line.guideline.title)
    if not _same_topic(a, b) or apart(question, a.context, b.context, titles):
        return ()
    ones, others = first_choice(a.text), first_choice(b.text)
    if ones and others and not ones & others:
        return ("first choice",)
    if _turned(question, a, b):
        return ("direction",)
    if not limits_meet(a, b):
        return ()
    said = opposed(a.text, b.text) if a.terse or b.terse or len(a.words & b.words) >= 3 else ""
    found = [said] if said else []
    if not a.named or not b.named or share(a.named, b.named):
        found += amounts(question, a, b)
    return tuple(dict.fromkeys(found))


def _same_topic(a: Reading, b: Reading) -> bool:
    """Tell whether two lines can be about one thing: a therapy or a word in common, or terse."""
    if a.own and b.own:
        return share(a.own, b.own) or bool(first_choice(a.text) and first_choice(b.text))
    return a.terse or b.terse or len(a.words & b.words) >= 2


def _turned(question: Asked, a: Reading, b: Reading) -> bool:
    """Tell whether one line advises what the other advises against."""
    return any(
        _against(question, yes, no, x, y)
        for yes, no in ((a, b), (b, a))
        for x in yes.clauses
        for y in no.clauses
        if x.points > 0 > y.points
    )


def _against(question: Asked, yes: Reading, no: Reading, x: Clause, y: Clause) -> bool:
    if (y.routine and x.conditional) or not _about_one(yes, no, x, y):
        return False
    titles = f"{no.line.guideline.title} {yes.line.guideline.title}"
    if content(y.within) - content(f"{question.text} {yes.context} {titles}"):
        # "Not in asthma" is an exception that the other line may share.
        return False
    return _covers(question, yes, no)


def _about_one(yes: Reading, no: Reading, x: Clause, y: Clause) -> bool:
    """Tell whether the two clauses are about one therapy, or one thing where none is named."""
    xs, ys = x.therapies or yes.named, y.therapies or no.named
    if xs and ys:
        return share(xs, ys)
    shared = len(content(x.text) & content(y.text))
    return shared >= (1 if yes.terse or no.terse else 2) or min(len(yes.words), len(no.words)) <= 2


def _covers(question: Asked, yes: Reading, no: Reading) -> bool:
    """Tell whether a "no" holds for those whom the "yes" is for: not beside them, not some."""
    for role in CONDITIONS:
        for p in (m for m in yes.measures if m.role == role and m.limits):
            for n in (m for m in no.measures if (m.role, m.unit) == (role, p.unit) and m.limits):
                if not within(p.band, n.band):
                    return False
    asked = values(_AGED.sub(r"\1 years", question.text))
    limited = no.bands
    general = yes.bands
    for kind, named in limited.items():
        ages = asked.get(kind, [])
        if kind in general:
            if not all(any(within(g, n) for n in named) for g in general[kind]):
                return False
        elif not any(low <= v < high for v in ages for low, high in named):
            return False
    return True
