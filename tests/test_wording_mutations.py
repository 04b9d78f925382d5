"""Lines of the samples turned round in one word: noticed, and left alone where nothing turned."""

import pytest

from tests.wording_mutations import SAMPLES, alarms, lines_of, table, total


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [line for path in sorted(SAMPLES.glob("*.pdf")) for line in lines_of(path)]


def test_turned_lines_are_noticed(lines: list[str]) -> None:
    rows = table(lines)
    caught, every = total(rows)
    assert len(lines) == 836
    assert every > 600
    assert caught >= 0.95 * every
    assert all(hits >= 0.9 * n for hits, n in rows.values()), rows


def test_lines_that_say_the_same_are_left_alone(lines: list[str]) -> None:
    rows = alarms(lines)
    raised, every = total(rows)
    assert every > 4000
    assert raised <= 0.02 * every
    assert rows["the line itself"] == (0, 836)
