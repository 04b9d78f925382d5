"""The patient of a question: what is read, what a later question changes, what an answer lacks."""

import time

import pytest

from agent.patient import NOBODY, merged, said
from agent.patient_needs import needed
from agent.patient_reading import read
from tests.conftest import ROOT

CASES = [
    tuple(part.strip() for part in row.split("|"))
    for row in (ROOT / "tests" / "cases" / "patient.txt").read_text("utf-8").splitlines()
]


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_a_question_fills_these_slots_and_no_others(text: str, wanted: str) -> None:
    found = "; ".join(f"{slot}={fact.value}" for slot, fact in read(text).known())
    assert found == wanted


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_each_fact_keeps_the_words_it_was_read_from(text: str) -> None:
    assert all(fact.words and fact.words in text for _, fact in read(text).known())


def test_numbers_are_months_kilograms_weeks_and_millilitres() -> None:
    p = read("34F G2P1 28/40 eGFR 25, 154 lb")
    assert p.age
    assert p.age.number == 408
    assert p.pregnancy
    assert p.pregnancy.number == 28
    assert p.renal
    assert p.renal.number == 25
    assert p.weight
    assert p.weight.number == pytest.approx(69.85, abs=0.01)


def test_newer_facts_win_and_denials_are_facts() -> None:
    p = merged(read("34F, eGFR 60, pen allergic"), read("eGFR is now 28, not pregnant"))
    assert dict(said(p, chinese=False)) == {
        "age": "34 years", "sex": "female", "pregnancy": "not pregnant", "renal": "eGFR 28",
        "allergies": "allergic to penicillin",
    }  # fmt: skip


@pytest.mark.parametrize("now", ["another patient, cough", "72M, cough", "a 6 year old"])
def test_another_patient_starts_afresh(now: str) -> None:
    p = merged(read("34F 28/40 pen allergic"), read(now))
    assert p.pregnancy is None
    assert p.allergies is None


def test_needed_asks_only_for_what_the_lines_depend_on() -> None:
    row = "Weight Dose … 10 kg to < 16 kg 120 mg"
    assert needed([row], read("3 year old with fever")) == ("weight",)
    assert needed([row], read("14 kg, fever")) == ()
    pregnant = "Do not give if pregnant."
    assert needed([pregnant], NOBODY) == ("pregnancy",)
    assert needed([pregnant], read("72F")) == ()
    assert needed([pregnant], read("34M")) == ()
    assert needed([pregnant], read("34F, not pregnant")) == ()
    assert needed(["Halve the dose if eGFR is below 30."], read("eGFR 25")) == ()
    assert needed(["No dose adjustment in renal impairment."], NOBODY) == ()
    all_at_once = [
        pregnant,
        "10 mg/kg if not allergic to it.",
        "Avoid in cirrhosis or if eGFR < 30.",
    ]
    assert needed(all_at_once, NOBODY) == ("pregnancy", "allergies", "weight")
    assert needed(["Give 20 mg/kg."], NOBODY, "how many mg/kg?") == ()


@pytest.mark.parametrize(
    "text", ["1 " * 25_000, "allergic " * 6_000, "eGFR " * 10_000, "孕" * 50_000]
)
def test_a_hostile_question_costs_no_time(text: str) -> None:
    read("warm")
    started = time.perf_counter()
    read(text)
    assert time.perf_counter() - started < 0.5
