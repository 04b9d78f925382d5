"""Tier 0: whether the cited lines are the ones that answer, by the benchmark's spans; pure.

A cited line hits where it shares a character with a gold span of the same page of the same file,
so labels outlive any re-cutting. A cited passage counts as its lines.
"""

from evals.cases import Case, overlaps
from evals.metric import Metric, Parts, asked


def precision(case: Case) -> Parts | None:
    """Gold-line precision: the share of distinct cited lines that hit a gold span.

    Only answerable questions that were answered: where nothing is cited there is no precision.
    """
    if not case.answerable or not (lines := _lines(case)):
        return None
    hits = sum(any(overlaps(g, *line) for g in case.sample.gold) for line in lines)
    return hits / len(lines), 1.0


def recall(case: Case) -> Parts | None:
    """Gold-line recall: the share of needed groups of gold that a cited line hits; 0 unanswered.

    Golds of one group are alternatives. Where the sample needs `all`, each group counts; otherwise
    any one of them answers, and recall is 0 or 1.
    """
    if not case.answerable:
        return None
    groups = {g.group for g in case.sample.gold}
    met = {g.group for g in case.sample.gold if any(overlaps(g, *x) for x in _lines(case))}
    return (len(met) / len(groups) if case.sample.all else float(bool(met))), 1.0


def f1(case: Case) -> Parts | None:
    """Gold-line F1: the harmonic mean of the question's precision and recall; 0 unanswered."""
    found = recall(case)
    if found is None:
        return None
    p, r = (precision(case) or (0.0, 1.0))[0], found[0]
    return (2 * p * r / (p + r) if p + r else 0.0), 1.0


def right_page(case: Case) -> bool | None:
    """Answerable questions with a citation on a gold page, on each where all are needed."""
    if not case.answerable:
        return None
    cited = {(c.file_sha256, c.page) for c in case.citations}
    met = {g.group for g in case.sample.gold if (g.file_sha256, g.page) in cited}
    return met == {g.group for g in case.sample.gold} if case.sample.all else bool(met)


def right_first(case: Case) -> bool | None:
    """Answerable questions whose first citation hits a gold span."""
    if not case.answerable:
        return None
    first = case.citations[:1]
    return any(
        overlaps(g, c.file_sha256, c.page, span)
        for c in first
        for span in c.own
        for g in case.sample.gold
    )


def correct(case: Case) -> bool:
    """Tell whether an answered question was answered by gold: never where there is none."""
    found = recall(case)
    return found is not None and found[0] == 1.0


def _lines(case: Case) -> list[tuple[str, int, tuple[int, int]]]:
    return list(
        dict.fromkeys((c.file_sha256, c.page, span) for c in case.citations for span in c.own)
    )


METRICS: tuple[Metric, ...] = (
    Metric("gold-line precision", 0, "high", precision),
    Metric("gold-line recall", 0, "high", recall),
    Metric("gold-line F1", 0, "high", f1),
    asked("right page", "high", right_page),
    asked("first citation right", "high", right_first),
)
