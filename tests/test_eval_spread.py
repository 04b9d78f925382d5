"""The spread over seeds, worked by hand, and what is refused."""

from dataclasses import replace

import pytest

from evals.records import Run
from evals.scorecard import card
from evals.spread import spread
from guidelines.problem import Problem
from tests.eval_cases import DOSE, STOP, answered, extract, quoted, record, run_of, sample


def seeded(seed: int, *right: bool) -> Run:
    run = run_of(
        *(
            (sample(str(i), DOSE), record(str(i), answered(quoted(DOSE if r else STOP, page=3))))
            for i, r in enumerate(right)
        )
    )
    return replace(run, manifest=replace(run.manifest, sampling={"seed": seed}))


def test_the_spread_by_hand() -> None:
    runs = [seeded(0, True, True), seeded(1, True, False), seeded(2, False, False)]
    rows = {row.name: row for row in spread([card(r, extract) for r in runs])}
    assert rows["gold-line recall"].values == (1.0, 0.5, 0.0)
    assert rows["gold-line recall"].deviation == 0.5
    assert rows["right page"].deviation == 0.0
    assert "abstained where nothing answers" not in rows
    assert str(rows["gold-line recall"]) == (
        "gold-line recall: mean 0.500, from 0.000 to 1.000, deviation 0.500  seeds=3"
    )


def test_runs_that_differ_by_more_than_the_seed_have_no_spread() -> None:
    first, second = card(seeded(0, True), extract), seeded(1, True)
    other = replace(second, manifest=replace(second.manifest, model="another"))
    for cards, why in (
        ([first], "takes two runs at least"),
        ([first, first], "needs a seed of its own each"),
        ([first, card(other, extract)], "differ by more than the seed: model"),
        ([first, card(seeded(1, True, True), extract)], "are over different questions"),
    ):
        with pytest.raises(Problem, match=why):
            spread(cards)
