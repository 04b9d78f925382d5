"""How the redactor does on annotated texts that nothing was made or trained with.

    python -m pytest tests/test_redact_apart.py -s

The floors are what was reached, a little lower; the wanted rates are .98 hidden and .02 altered.
"""

import sys

import pytest

from agent.redact import redact
from tests.guard_cases import CASES, lines
from tests.identifier_rates import Rates, rates

HIDDEN, TOUCHED, ALTERED = 0.84, 0.9, 0.05


@pytest.fixture(scope="module")
def apart() -> Rates:
    found = rates(lines(CASES / "identifiers_apart.jsonl"), lambda text: redact(text).text)
    rows = [*found.kinds.values(), found.hidden, found.touched, found.altered]
    sys.stdout.write("\n" + "\n".join(map(str, rows)) + "\n")
    return found


def test_identifiers_of_texts_set_apart_are_hidden(apart: Rates) -> None:
    assert apart.hidden.n == apart.touched.n == 898
    assert apart.hidden.k >= HIDDEN * apart.hidden.n
    assert apart.touched.k >= TOUCHED * apart.touched.n


def test_texts_set_apart_without_identifiers_are_left(apart: Rates) -> None:
    assert apart.altered.n == 636
    assert apart.altered.k <= ALTERED * apart.altered.n
