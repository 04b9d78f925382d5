"""Finds current guidelines that answer one question differently, and says in what; pure.

By rule, English and Chinese: dose, interval, duration, threshold, direction, first choice. Knows
nothing of how well a line answers: what it is given should answer. In doubt it is silent, since a
card that is wrong costs the trust in those that are right.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from agent.answer import Conflict, Side
from agent.bands import bands, values
from agent.evidence import EvidenceLine
from agent.measures import Measure, Range, measures
from agent.setting import apart, listed
from agent.stance import Clause, clauses, first_choice, opposed
from agent.therapies import therapies
from guidelines.catalogue import Guideline
from retrieval.lexical import terms

MOST = 3
# A line of fewer words leans on its question: "Start at 45 years."
_TERSE = 6
_CONDITIONS = ("threshold", "age", "weight")
_AGED = re.compile(r"\bage[ds]?(?: of)? (\d{1,3})\b(?! ?(?:year|month|week|day))", re.IGNORECASE)
# Words that two lines share whatever they are about.
_GENERIC = frozenset(t for text in listed()["generic"]["words"] for t in terms(text))
# A month is no exact number of days.
_NEARLY = 0.1


@dataclass(frozen=True)
class _Reading:
    """One line as it is compared."""

    line: EvidenceLine
    question: str

    @property
    def text(self) -> str:
        return self.line.text

    @cached_property
    def context(self) -> str:
        return " › ".join((*self.line.passage.section[-2:], self.text))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        return measures(self.text)

    @cached_property
    def own(self) -> frozenset[str]:
        return therapies(self.text)

    @cached_property
    def named(self) -> frozenset[str]:
        """The therapies the line is about: its own, else its headings', else the question's."""
        title = self.line.guideline.title
        return self.own or therapies(self.context) or therapies(title) or therapies(self.question)

    @cached_property
    def words(self) -> frozenset[str]:
        return _words(self.text)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return clauses(self.text)


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
    shown = [_Reading(line, question) for line in lines if line.guideline.status == "current"]
    beside = [_Reading(line, question) for line in others if line.guideline.status == "current"]
    pairs = [*combinations(shown, 2), *product(shown, beside)]
    found: dict[frozenset[str], Conflict] = {}
    for a, b in pairs:
        pair = frozenset((a.line.guideline.id, b.line.guideline.id))
        if len(pair) == 1 or pair in found:
            continue
        differs = _differs(question, a, b)
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
    now = [_Reading(line, question) for line in lines]
    for a, b in product(now, [_Reading(line, question) for line in older]):
        old = b.line.guideline
        if old.id in found or old.status == "current" or not _succeeds(a.line.guideline, old):
            continue
        differs = _differs(question, a, b)
        if differs and answers(b.line):
            found[old.id] = Conflict((_side(a.line), _side(b.line)), differs)
    return tuple(found.values())


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


def _share(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two sets name one therapy; "influenza vaccine" is a vaccine."""
    return any(x == y or f" {y}" in x or f" {x}" in y for x in one for y in other)


def _words(text: str) -> frozenset[str]:
    """Give the terms that say what a text is about."""
    return frozenset(t for t in terms(text) if not any(c.isdigit() for c in t)) - _GENERIC


def _differs(question: str, a: _Reading, b: _Reading) -> tuple[str, ...]:
    """Say in what two lines of different guidelines disagree; () where they do not."""
    titles = (a.line.guideline.title, b.line.guideline.title)
    if not _same_topic(a, b) or apart(question, a.context, b.context, titles):
        return ()
    ones, others = first_choice(a.text), first_choice(b.text)
    if ones and others and not ones & others:
        return ("first choice",)
    if _turned(question, a, b):
        return ("direction",)
    if not _bands_meet(a, b):
        return ()
    said = opposed(a.text, b.text)
    found = [said] if said else []
    if not a.named or not b.named or _share(a.named, b.named):
        found += _amounts(a, b)
    return tuple(dict.fromkeys(found))


def _same_topic(a: _Reading, b: _Reading) -> bool:
    """Tell whether two lines can be about one thing: a therapy or a word in common, or terse."""
    if a.own and b.own:
        return _share(a.own, b.own) or bool(first_choice(a.text) and first_choice(b.text))
    if len(a.words) < _TERSE or len(b.words) < _TERSE:
        return True
    return bool(a.words & b.words)


def _turned(question: str, a: _Reading, b: _Reading) -> bool:
    """Tell whether one line advises what the other advises against."""
    return any(
        _against(question, yes, no, x, y)
        for yes, no in ((a, b), (b, a))
        for x in yes.clauses
        for y in no.clauses
        if x.points > 0 > y.points
    )


def _against(question: str, yes: _Reading, no: _Reading, x: Clause, y: Clause) -> bool:
    if (y.routine and x.conditional) or not _about_one(yes, no, x, y):
        return False
    titles = f"{no.line.guideline.title} {yes.line.guideline.title}"
    if _words(y.within) - _words(f"{question} {yes.context} {titles}"):
        # "Not in asthma" is an exception that the other line may share.
        return False
    return _covers(question, yes, no)


def _about_one(yes: _Reading, no: _Reading, x: Clause, y: Clause) -> bool:
    """Tell whether the two clauses are about one therapy, or one thing where none is named."""
    xs, ys = x.therapies or yes.named, y.therapies or no.named
    if xs and ys:
        return _share(xs, ys)
    return bool(_words(x.text) & _words(y.text)) or min(len(yes.words), len(no.words)) <= 2


def _covers(question: str, yes: _Reading, no: _Reading) -> bool:
    """Tell whether a "no" holds for those whom the "yes" is for: not beside them, not some."""
    for role in _CONDITIONS:
        for p in (m for m in yes.measures if m.role == role and m.limits):
            for n in (m for m in no.measures if (m.role, m.unit) == (role, p.unit) and m.limits):
                if not _within(p.band, n.band):
                    return False
    asked = values(_AGED.sub(r"\1 years", question))
    limited = bands(no.text)
    general = bands(yes.text)
    for kind, named in limited.items():
        ages = asked.get(kind, [])
        if kind in general:
            if not all(any(_within(g, n) for n in named) for g in general[kind]):
                return False
        elif not any(low <= v < high for v in ages for low, high in named):
            return False
    return True


def _within(inner: Range, outer: Range) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _bands_meet(a: _Reading, b: _Reading) -> bool:
    """Tell whether what limits each line (eGFR, age, weight) leaves patients whom both are for."""
    one, other = bands(a.text), bands(b.text)
    return all(
        any(x[0] < y[1] and y[0] < x[1] for x in one[kind] for y in other[kind])
        for kind in one.keys() & other.keys()
    )


def _amounts(a: _Reading, b: _Reading) -> list[str]:
    """Name the roles in which both lines give amounts and no amount of one fits the other's."""
    parted: list[str] = []
    for key in dict.fromkeys((m.role, m.unit) for m in a.measures):
        ours = [m for m in a.measures if (m.role, m.unit) == key]
        theirs = [m for m in b.measures if (m.role, m.unit) == key]
        if any(_beside(x, y) for x in ours for y in theirs):
            return []
        if theirs and _parted(ours, theirs):
            parted.append(key[0])
    if "dose" in parted and (not _one_drug(a, b) or _same_total(a, b)):
        parted = [role for role in parted if role not in ("dose", "interval")]
    limits = [role for role in parted if role in _CONDITIONS]
    if limits and (len(parted) > len(limits) or _one_forbids(a, b)):
        # Another dose for another creatinine clearance: what parts the lines is the patient.
        return []
    return parted


def _parted(ours: Sequence[Measure], theirs: Sequence[Measure]) -> bool:
    """Tell whether no measure of one fits one of the other: points by points where both have."""
    for point in (True, False):
        xs = [m for m in ours if (m.range[0] == m.range[1]) is point]
        ys = [m for m in theirs if (m.range[0] == m.range[1]) is point]
        if xs and ys:
            return not any(_fit(x, y) for x in xs for y in ys)
    return not any(_fit(x, y) for x in ours for y in theirs)


def _fit(x: Measure, y: Measure) -> bool:
    """Tell whether two measures can both be true: equal, or one range within the other."""
    slack = _NEARLY if x.unit == "s" else 1e-6
    near = all(abs(p - q) <= slack * abs(p) for p, q in zip(x.range, y.range, strict=True))
    return near or _within(x.range, y.range) or _within(y.range, x.range)


def _beside(x: Measure, y: Measure) -> bool:
    """Tell two limits that leave no patient to both: "from 6 months" and "under 6 months"."""
    return bool(x.sign and y.sign) and (x.band[1] <= y.band[0] or y.band[1] <= x.band[0])


def _one_forbids(a: _Reading, b: _Reading) -> bool:
    return any(c.points < 0 for c in a.clauses) != any(c.points < 0 for c in b.clauses)


def _one_drug(a: _Reading, b: _Reading) -> bool:
    return a.named == b.named or (len(a.named) <= 1 and len(b.named) <= 1)


def _same_total(a: _Reading, b: _Reading) -> bool:
    """Tell whether a dose and how often it is given make the same amount a day."""
    one, other = _totals(a), _totals(b)
    return any(abs(x - y) <= 1e-6 * x for x in one for y in other)


def _totals(reading: _Reading) -> list[float]:
    doses = [m for m in reading.measures if m.role == "dose"]
    often = [86400 / m.range[0] for m in reading.measures if m.role == "interval" and m.range[0]]
    return [m.range[0] * n for m in doses for n in ([1.0] if m.unit.endswith("/day") else often)]
