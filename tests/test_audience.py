"""A line is not quoted as the answer where it is for another patient, unless that is marked."""

import pytest

from agent import compose, turn
from agent.audience import fit
from agent.page_view import answer_html
from agent.thinking import Thought
from agent.words import ENGLISH
from retrieval.search import Index

ADULTS = "Offer amoxicillin 1 g every 8 hours to adults with pneumonia who are not allergic to it."


@pytest.mark.parametrize(
    ("question", "line", "headings", "how"),
    [
        ("amoxicillin for a 6yo", ADULTS, (), "another"),
        ("amoxicillin for a 60yo", ADULTS, (), "fits"),
        ("amoxicillin dose", ADULTS, (), "fits"),
        ("amoxicillin for a 6yo", "Give 1 g every 8 hours.", ("Adults",), "another"),
        ("amoxicillin for a 6yo", "Give 250 mg to children.", ("Adults",), "fits"),
        ("ramipril in a 12 kg child", "Give 4 mg above 30 kg.", (), "another"),
        ("ramipril in a 40 kg child", "Give 4 mg above 30 kg.", (), "fits"),
        ("aspirin for a 30 year old", "Do not give aspirin under 16 years.", (), "beside"),
        ("aspirin for a 12 year old", "Do not give aspirin under 16 years.", (), "fits"),
        (
            "trimethoprim, 30 weeks pregnant",
            "Give it to women who are not pregnant.",
            (),
            "another",
        ),
        ("trimethoprim in a 70-year-old man", "Give 5 mg in pregnancy.", (), "another"),
        ("28/40, labetalol", "In pregnancy, give 100 mg twice a day.", (), "fits"),
        ("trimethoprim in a woman", "Give 5 mg in pregnancy.", (), "fits"),
        ("4个月宝宝，锌多少", "6月龄以上每日20 mg，未满6月龄每日10 mg。", (), "fits"),
        ("4个月宝宝，锌多少", "6月龄以上每日20 mg。", (), "another"),
    ],
)
def test_what_fits_a_patient(question: str, line: str, headings: tuple[str, ...], how: str) -> None:
    found, why = fit(question, line, headings)
    assert found == how
    assert bool(why) is (how != "fits")


def begun(index: Index, question: str, selected_by: str = "model") -> turn.Turn:
    return turn.begin(question, [], index, "quote", selected_by, "m")  # type: ignore[arg-type]


CHILD = "amoxicillin dose for a 6 year old with low-severity community-acquired pneumonia"
GROWN = "amoxicillin dose for a 60 year old with low-severity community-acquired pneumonia"


def test_a_model_that_names_the_adults_line_for_a_child_is_withheld(sample_index: Index) -> None:
    for question, shown in ((GROWN, True), (CHILD, False)):
        one = begun(sample_index, question)
        adults = next(
            i for i, x in one.evidence.lines.items() if x.text.startswith("Offer oral amoxicillin")
        )
        answer = turn.conclude(one, Thought("t", adults, closed=True))
        assert bool(answer.claims) is shown
        assert bool(answer.withheld) is not shown
    assert answer.withheld[0].why == "audience: is for another age than the patient's"


def test_retrieval_does_not_pick_the_adults_line_for_a_child(sample_index: Index) -> None:
    grown = begun(sample_index, GROWN, "retrieval")
    child = begun(sample_index, CHILD, "retrieval")
    adults = {i for i, x in grown.evidence.lines.items() if "to adults with" in x.text}
    assert adults & set(grown.picked)
    assert not [i for i in child.picked if "to adults with" in child.evidence.lines[i].text]


def test_a_line_that_names_others_to_limit_is_quoted_with_its_mark(sample_index: Index) -> None:
    one = begun(sample_index, "may a 30 year old with fever take aspirin?")
    limits = [
        i for i, x in one.evidence.lines.items()
        if fit(one.searched, x.text, x.passage.section)[0] == "beside"
    ]  # fmt: skip
    assert limits
    claims, withheld = compose.quoted(limits, one.evidence)
    assert withheld == []
    assert all(c.beside and all(v.passed for v in c.verdicts) for c in claims)
    answer = turn.conclude(one, Thought("t", limits[0], closed=True))
    page = answer_html(answer, one.evidence, ENGLISH, "t0")
    assert "Check for whom this is" in page
