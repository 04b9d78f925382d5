"""The number lock: what belongs to what, patients' bands, bounds; and every mutation caught."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.number_lock import unbacked
from tests.mutations import REAL, mutations, real_lines, sample_lines, tallies
from tests.rewrites import clauses, rewrites

TWO_DRUGS = "Amoxicillin 500 mg three times daily; if allergic, doxycycline 100 mg twice daily."
BANDS = "Artesunate: children < 20 kg, 3 mg/kg; ≥ 20 kg and adults, 2.4 mg/kg, then once daily."
BY_SEX = "Nitrofurantoin 100 mg twice daily for 3 days in women; 7 days in men."
STAGES = "Above 5 mmol/L refer, 5 mmol/L or less treat."
CELLS = "Dose 250 mg 500 mg 750 mg"


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("Doxycycline 100 mg bd if allergic.", TWO_DRUGS),
        ("Amoxicillin 500 mg tds.", TWO_DRUGS),
        ("Amoxicillin 500 mg every 8 hours.", TWO_DRUGS),
        ("Children under 20 kg get 3 mg/kg of artesunate.", BANDS),
        ("In men, nitrofurantoin for 7 days.", BY_SEX),
        ("Treat at 5 mmol/L or less.", STAGES),
        ("Maximum 4000 mg a day.", "Not more than 4 g a day."),
        ("Give 4 g IV over 5 to 20 min.", "Give 4 g IV over 5–20 minutes."),
        ("Fever beyond five days in the first year of life.", "Under 1 year: fever > 5 days."),
        ("BMI ≥ 30: folic acid 5 mg od.", "Folic acid 5 mg daily if BMI is 30 kg/m² or more."),
        ("Recheck at 4/52.", "Review in 4 weeks."),
        ("最多4 g。", "at most 4 g"),
    ],
)
def test_what_the_line_says_passes(claim: str, line: str) -> None:
    assert unbacked(claim, line) == ""


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("Doxycycline 500 mg if allergic.", TWO_DRUGS),
        ("Amoxicillin 500 mg twice daily.", TWO_DRUGS),
        ("Amoxicillin 100 mg three times daily; if allergic, doxycycline 500 mg.", TWO_DRUGS),
        ("Children under 20 kg get 2.4 mg/kg.", BANDS),
        ("For him, nitrofurantoin 100 mg bd for 3 days.", BY_SEX),
        ("Above 5 mmol/L treat, 5 mmol/L or less refer.", STAGES),
        ("If > 5 treat, if ≤ 5 refer.", "If > 5 refer, if ≤ 5 treat."),
        ("At or above 5 mmol/L refer.", STAGES),
        ("Dose 500 mg 250 mg 750 mg", CELLS),
        ("The dose is 4 g.", "The maximum dose is 4 g."),
        ("Start at 140 mmHg.", "Start above 140 mmHg."),
        ("A target of 70 mg/dL.", "A target of 70 mmol/L."),
        ("In 2000 women it was given.", "It was given in > 2000 women."),
        ("Give 5 mg.", "Give according to weight."),
        ("After the first shock.", "After the third shock."),
    ],
)
def test_what_belongs_elsewhere_is_refused(claim: str, line: str) -> None:
    assert unbacked(claim, line) != ""


ASKED = "16 kg child with severe malaria, artesunate dose?"


def test_a_weight_of_the_question_may_be_repeated_with_the_dose_of_its_band() -> None:
    assert unbacked("At 16 kg give artesunate 3 mg/kg.", BANDS, ASKED) == ""
    assert unbacked("At 16 kg give artesunate 3 mg/kg.", BANDS) != ""
    assert unbacked("At 16 kg give artesunate 2.4 mg/kg.", BANDS, ASKED) != ""
    assert unbacked("At 18 kg give artesunate 3 mg/kg.", BANDS, ASKED) != ""


def test_a_dose_of_the_question_is_not_lent_to_the_claim() -> None:
    assert unbacked("Give 500 mg.", "Give amoxicillin.", "Is 500 mg of amoxicillin right?") != ""


def test_a_claim_too_long_or_too_full_to_check_is_refused_at_once() -> None:
    for text in ("5 mg 6 mg " * 5_000, "1" * 50_000, "< " * 25_000, "not over " * 6_000):
        start = time.perf_counter()
        assert unbacked(text, "give 5 mg") != ""
        assert unbacked("give 5 mg", text) != ""
        assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize("words", ["< ", "max a ", "no more ", "every ", "第一二三", "of about "])
def test_the_longest_text_that_is_read_takes_no_time(words: str) -> None:
    claim, line = (words * 1_700)[:1_700], (words * 4_000)[:4_000]
    start = time.perf_counter()
    unbacked(claim, line)
    assert time.perf_counter() - start < 0.5  # seconds; some 15 ms on an idle core


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*"0123456789.,-<≥ /%()", " mg ", " kg ", " IV ", " days "])).map(
        "".join
    )
)
def test_a_line_backs_its_own_words(text: str) -> None:
    assert unbacked(text[:60], text[:60]) == ""


def test_every_mutation_of_the_samples_is_caught_and_no_line_refused() -> None:
    lines = sample_lines()
    assert len(lines) > 600
    wrong = tallies(lines, mutations, refused=True)
    assert sum(t.n for t in wrong) > 6_000
    assert len(wrong) >= 20
    assert [t.wrong[0] for t in wrong if t.wrong] == []
    said = tallies(lines, clauses, refused=False) + tallies(lines, rewrites, refused=False)
    assert sum(t.n for t in said) > 1_800
    assert [t.wrong[0] for t in said if t.wrong] == []


@pytest.mark.skipif(not REAL.is_dir(), reason="no ../shared/data beside this checkout")
def test_every_mutation_of_real_lines_is_caught_and_hardly_a_line_refused() -> None:
    lines = real_lines(1_000)
    assert len(lines) == 1_000
    wrong = tallies(lines, mutations, refused=True)
    assert sum(t.n for t in wrong) > 5_000
    assert [t.wrong[0] for t in wrong if t.wrong] == []
    for make in (clauses, rewrites):
        said = tallies(lines, make, refused=False)
        refused, n = sum(len(t.wrong) for t in said), sum(t.n for t in said)
        assert n > 600
        assert refused / n < 0.02
