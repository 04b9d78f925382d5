"""For whom a line is, and whether a claim keeps it: sentences of our own, judged by hand."""

import time

import pytest

from agent.people import people
from agent.population import another, for_another

INF = float("inf")
ADULTS = "Adults: naproxen 500 mg twice a day."
SIX = "Children from 6 years: naproxen 250 mg twice a day."


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Children under 5 years", {(0.0, 60.0)}),
        ("under-fives", {(0.0, 60.0)}),
        ("Children from 6 years", {(72.0, 216.0)}),
        ("adults aged over 70 years", {(840.0, INF)}),
        ("Neonates 7–28 days: every 8 hours", {(7 / 30.4, 28 / 30.4)}),
        ("58F with a cough", {(696.0, 696.0)}),
        ("10-day-old, sepsis", {(10 / 30.4, 10 / 30.4)}),
        ("65岁以上患者", {(780.0, INF)}),
        ("give 5 mL/kg", set()),
    ],
)
def test_ages(text: str, age: set[tuple[float, float]]) -> None:
    assert people(text).bands.get("age", frozenset()) == age


@pytest.mark.parametrize(
    ("text", "kind", "named"),
    [
        ("pregnant at 30 weeks of gestation", "pregnancy", {"third trimester"}),
        ("arrest, 32/40", "pregnancy", {"third trimester"}),
        ("non-pregnant adults", "pregnancy", {"not pregnant"}),
        ("孕8周", "pregnancy", {"first trimester"}),
        ("she does not breastfeed", "breastfeeding", {"not breastfeeding"}),
        ("on haemodialysis", "dialysis", {"haemodialysis"}),
        ("Child-Pugh C cirrhosis", "liver", {"Child-Pugh C"}),
    ],
)
def test_named(text: str, kind: str, named: set[str]) -> None:
    assert people(text).named[kind] == named


@pytest.mark.parametrize(
    ("question", "claim", "line", "other"),
    [
        ("70 year old with gout", "Naproxen 500 mg twice a day.", ADULTS, False),
        ("3 year old with fever", "Naproxen 500 mg twice a day.", ADULTS, True),
        ("3 year old with fever", "The adult dose is naproxen 500 mg twice a day.", ADULTS, False),
        ("", "Naproxen 500 mg twice a day.", ADULTS, True),
        ("", "Children: naproxen 500 mg twice a day.", ADULTS, True),
        ("4-year-old", "Naproxen 250 mg twice a day.", SIX, True),
        ("8-year-old", "Naproxen 250 mg twice a day.", SIX, False),
        ("8-year-old", "Children: naproxen 250 mg twice a day.", SIX, True),
        ("eGFR 62", "Halve the dose.", "For eGFR 30–49 mL/min, halve the dose.", True),
        ("eGFR 35", "Halve the dose.", "For eGFR 30–49 mL/min, halve the dose.", False),
        ("30F, pregnant", "Give doxycycline.", "Give doxycycline, except in pregnancy.", True),
        ("", "Statins are stopped in non-pregnant women.",
         "Statins are stopped in pregnant women.", True),
        ("", "Everyone takes iodine.", "Women planning pregnancy take iodine.", True),
        ("", "Patients with nut allergy avoid it.", "Patients with latex allergy avoid it.", True),
        ("女，30岁，孕8周", "可以使用本药。", "妊娠晚期可以使用本药。", True),
        ("", "儿童每日5毫克。", "成人每日5毫克。", True),
    ],
)  # fmt: skip
def test_another(question: str, claim: str, line: str, other: bool) -> None:
    assert bool(another(question, claim, [line])) is other


def test_a_heading_says_for_whom_the_line_is() -> None:
    line = "Naproxen 5 mg/kg twice a day."
    assert another("70-year-old man", line, [line], ["Doses", "Children"])
    assert another("8-year-old", line, [line], ["Doses", "Children"]) == ""
    assert another("naproxen dose", line, [line], ["Doses", "Children"]) == ""


def test_a_line_as_it_stands_is_for_another_patient() -> None:
    assert for_another("3 year old", ADULTS) == "is for another age than the patient's"
    assert for_another("30 year old", ADULTS) == ""
    assert for_another("pregnant, 30 years", "Avoid it except in pregnancy.")
    assert for_another("70-year-old man", "5 mg/kg twice a day.", ["Children"])


@pytest.mark.parametrize(
    "piece", ["under 5", "1 to ", "patients with ", "孕", "non-", "gfr ", "a", " "]
)
def test_a_hostile_text_takes_no_longer_than_it_is_long(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    start = time.process_time()
    another(text, text, [text[1:]], [text[2:]])
    assert time.process_time() - start < 0.05
