"""A Problem is one line, whatever it was made of."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.problem import Problem


def test_one_line_with_what_why_and_the_mending_command() -> None:
    problem = Problem("port 8000", "another program\n listens on it.", "clinicite serve model")
    assert str(problem) == ("port 8000: another program listens on it. Mend: clinicite serve model")


@given(st.text(), st.text(), st.text())
def test_no_input_makes_a_second_line(what: str, why: str, mend: str) -> None:
    said = str(Problem(what, why, mend))
    assert said.splitlines() == [said]
    assert said.isprintable()


def test_it_survives_pickling_and_cannot_be_changed() -> None:
    problem = pickle.loads(pickle.dumps(Problem("a", "b", "c")))
    assert (problem.what, problem.why, problem.mend) == ("a", "b", "c")
    with pytest.raises(AttributeError):
        problem.why = "d"
