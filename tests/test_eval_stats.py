"""Intervals, tests and power, worked by hand or from the papers' own numbers."""

import numpy as np
import pytest

from evals import intervals, paired, power
from evals.metric import Measured, measure, ratio
from evals.refusals import macro_f1
from evals.scorecard import METRICS
from tests.eval_cases import DOSE, answered, cases_of, quoted, record, sample


def test_wilson_by_hand() -> None:
    low, high = intervals.wilson(8, 10) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    low, high = intervals.wilson(0, 300) or (0, 0)
    assert (low, round(high, 4)) == (0.0, 0.0126)
    assert intervals.wilson(0, 0) is None
    assert str(intervals.Rate("x", 0, 0)) == "x: unscored (n = 0)"
    assert str(intervals.Rate("x", 8, 10)) == "x: 8/10 = 0.80 [0.49, 0.94]"


def test_whole_clusters_are_drawn() -> None:
    # Two clusters of two: one right, one wrong. Draws are both, the first twice, the second twice.
    table = np.array([(1.0, 1.0), (1.0, 1.0), (0.0, 1.0), (0.0, 1.0)])
    assert intervals.clustered(table, ["a", "a", "b", "b"], ratio) == (0.0, 1.0)
    assert intervals.clustered(table, ["a"] * 4, ratio) is None
    assert intervals.clustered(table[:2], ["a", "b"], ratio) == (1.0, 1.0)
    # The same seed gives the same interval, whatever the clusters are called.
    uneven = np.array([(v, 1.0) for v in (0.2, 0.4, 0.9, 1.0, 0.1)])
    once = intervals.clustered(uneven, list("abcde"), ratio)
    assert once == intervals.clustered(uneven, list("vwxyz"), ratio)


def test_an_interval_is_never_narrower_than_that_of_single_questions() -> None:
    metric = next(m for m in METRICS if m.name == "right page")
    pairs = [(sample(str(i), DOSE), record(str(i), answered(quoted(DOSE)))) for i in range(10)]
    scored = measure(metric, cases_of(*pairs))
    assert (scored.value, scored.binary) == (1.0, True)
    # One guideline alone gives no clustered interval; Wilson's is left.
    assert intervals.interval(scored) == intervals.wilson(10, 10)
    alone = Measured(metric, scored.parts, {k: f"alone {k}" for k in scored.parts})
    low, high = intervals.interval(alone) or (0, 0)
    assert (round(low, 3), high) == (0.722, 1.0)
    assert intervals.interval(measure(metric, [])) is None


def test_mcnemar_by_hand() -> None:
    # 1 against 7: 2 * (C(8,0) + C(8,1)) / 2**8.
    assert paired.mcnemar(1, 7) == pytest.approx(18 / 256)
    assert paired.mcnemar(7, 1) == paired.mcnemar(1, 7)
    assert paired.mcnemar(3, 3) == 1.0
    assert paired.mcnemar(0, 0) == 1.0
    assert paired.mcnemar(0, 5) == pytest.approx(2 / 32)


def test_permutation_by_hand() -> None:
    # Four questions, all one way: 2 of the 16 swaps are as far apart.
    a, b = np.array([(1.0, 1.0)] * 4), np.array([(0.0, 1.0)] * 4)
    p = paired.permutation(a, b, ratio, draws=20_000)
    assert p == pytest.approx(2 / 16, abs=0.01)
    assert paired.permutation(a, a, ratio) == 1.0
    assert paired.permutation(a * 0, b * 0, ratio) is None


def test_permutation_of_a_metric_that_is_no_mean() -> None:
    # Answered rightly and refused rightly against the reverse.
    a = np.array([(1.0, 0, 0, 0), (0, 0, 1.0, 0)] * 3)
    b = np.array([(0, 0, 0, 1.0), (0, 1.0, 0, 0)] * 3)
    assert macro_f1(a.sum(axis=0)) == 1.0
    assert macro_f1(b.sum(axis=0)) == 0.0
    assert paired.permutation(a, b, macro_f1, draws=20_000) == pytest.approx(2 / 64, abs=0.006)


def test_holm_by_hand() -> None:
    assert paired.holm([0.01, 0.04, 0.03, 0.005]) == [0.03, 0.06, 0.06, 0.02]
    assert paired.holm([0.5, 0.9]) == [1.0, 1.0]
    assert paired.holm([]) == []


def test_the_interval_of_a_difference_keeps_pairs_together() -> None:
    # The runs differ by 0.1 on every question, however different the questions are.
    values = np.array([0.1, 0.9, 0.4, 0.6, 0.2])
    a = np.stack([values + 0.1, np.ones(5)], axis=1)
    b = np.stack([values, np.ones(5)], axis=1)
    low, high = paired.difference(a, b, list("abcde"), ratio) or (0, 0)
    assert (low, high) == pytest.approx((0.1, 0.1))
    assert paired.difference(a, b, ["a"] * 5, ratio) is None


def test_power_gives_the_numbers_of_the_literature() -> None:
    assert power.needed(0.05) == 626
    assert power.needed(0.10) == 155
    assert power.detectable(626) == pytest.approx(0.05, abs=1e-3)
    assert power.detectable(155) == pytest.approx(0.10, abs=1e-3)
    assert power.detectable(5) is None
    assert power.detectable(100, 0.0) is None
    assert "at most 1.0 %" in power.told(300)
    assert "cannot show a difference" in power.told(5)
