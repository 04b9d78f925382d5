"""In what the amounts of two lines differ: dose, interval, duration, threshold; pure.

Knows nothing of directions or drugs put first. Ranges that overlap by holding one another agree.
"""

from collections.abc import Sequence

from agent.measures import Measure, Range
from agent.readings import Reading
from agent.setting import Asked, doses_apart

CONDITIONS = ("threshold", "age", "weight")
# A month is no exact number of days.
_NEARLY = 0.1


def limits_meet(a: Reading, b: Reading) -> bool:
    """Tell whether what limits each line (age, weight) leaves patients whom both are for."""
    one, other = a.bands, b.bands
    return all(
        any(x[0] < y[1] and y[0] < x[1] for x in one[kind] for y in other[kind])
        for kind in one.keys() & other.keys()
    )


def within(inner: Range, outer: Range) -> bool:
    """Tell whether one range lies within another."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def amounts(question: Asked, a: Reading, b: Reading) -> list[str]:
    """Name the roles in which both lines give amounts and no amount of one fits the other's."""
    if not _one_drug(a, b) or doses_apart(question, a.context, b.context):
        return []
    parted: list[str] = []
    agreed: set[str] = set()
    for key in dict.fromkeys((m.role, m.unit) for m in a.measures):
        ours = [m for m in a.measures if (m.role, m.unit) == key and _tells(m, a)]
        theirs = [m for m in b.measures if (m.role, m.unit) == key and _tells(m, b)]
        if any(_beside(x, y) for x in ours for y in theirs):
            return []
        if ours and theirs:
            if _parted(ours, theirs):
                parted.append(key[0])
            else:
                agreed.add(key[0])
    # The same grams in another volume are the same dose.
    parted = [role for role in parted if role != "dose" or role not in agreed]
    if "dose" in parted and _same_total(a, b):
        parted = [role for role in parted if role not in ("dose", "interval")]
    limits = [role for role in parted if role in CONDITIONS]
    if limits and (len(parted) > len(limits) or _one_forbids(a, b)):
        # Another dose for another creatinine clearance: what parts the lines is the patient.
        return []
    return parted


def _tells(measure: Measure, reading: Reading) -> bool:
    """Tell a limit from a strength or a count: in a long line it has a comparator or its word."""
    return measure.role != "threshold" or measure.limits or reading.terse


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
    return near or within(x.range, y.range) or within(y.range, x.range)


def _beside(x: Measure, y: Measure) -> bool:
    """Tell two limits that leave no patient to both: "from 6 months" and "under 6 months"."""
    return bool(x.sign and y.sign) and (x.band[1] <= y.band[0] or y.band[1] <= x.band[0])


def _one_forbids(a: Reading, b: Reading) -> bool:
    return any(c.points < 0 for c in a.clauses) != any(c.points < 0 for c in b.clauses)


def _one_drug(a: Reading, b: Reading) -> bool:
    """Tell whether both lines are about the same therapies, or one leaves its own unsaid."""
    if a.own and b.own:
        return a.own == b.own
    return a.named == b.named or not (a.own or b.own)


def _same_total(a: Reading, b: Reading) -> bool:
    """Tell whether a dose and how often it is given make the same amount a day."""
    one, other = _totals(a), _totals(b)
    return any(abs(x - y) <= 1e-6 * x for x in one for y in other)


def _totals(reading: Reading) -> list[float]:
    doses = [m for m in reading.measures if m.role == "dose"]
    often = [86400 / m.range[0] for m in reading.measures if m.role == "interval" and m.range[0]]
    return [m.range[0] * n for m in doses for n in ([1.0] if m.unit.endswith("/day") else often)]
