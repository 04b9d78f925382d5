"""Quantities: found, folded, and missed where they do not stand in the source."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.number_lock import missing
from agent.quantities import quantities


def read(text: str) -> list[tuple[float | tuple[float, ...], str, str, str]]:
    """Give (value or values, unit, shape, comparator) of each quantity."""
    return [
        (
            float(q.values[0]) if len(q.values) == 1 else tuple(map(float, q.values)),
            q.unit,
            q.shape,
            q.comparator,
        )
        for q in quantities(text)
    ]


HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("text", "value", "unit", "shape", "comparator"),
    [
        ("give 1.0 g", 1000, "mg", "", ""),
        ("10mg", 10, "mg", "", ""),
        ("500 MCG", 0.5, "mg", "", ""),
        ("500 µg", 0.5, "mg", "", ""),  # U+00B5
        ("500 μg", 0.5, "mg", "", ""),  # U+03BC
        ("500 micrograms", 0.5, "mg", "", ""),
        ("1\u2009000 mg", 1000, "mg", "", ""),
        ("1\u2009500 mg", 1500, "mg", "", ""),
        ("1 000 mg", 1000, "mg", "", ""),
        ("1,000 mL", 1000, "mL", "", ""),
        ("1 500 mg", (1, 500), "mg", "?", ""),
        ("0,5 mg", 0.5, "mg", "", ""),
        (".5 mg", 0.5, "mg", "", ""),
        ("½ tablet", 0.5, "tablet", "", ""),
        ("1½ tablets", 1.5, "tablet", "", ""),
        ("2–3 tablets", (2, 3), "tablet", "-", ""),
        ("between 5 and 10 mg", (5, 10), "mg", "-", ""),
        ("500 mg to 1 g", (500, 1000), "mg", "-", ""),
        ("130/80 mmHg or more", (130, 80), "mmHg", "/", "≥"),
        ("40 + 320", (40, 320), "", "+", ""),
        ("adrenaline 1:1000", (1, 1000), "", ":", ""),
        ("50 × 10⁹/L", 5e7, "/mL", "", ""),
        ("50 x 10^9/L", 5e7, "/mL", "", ""),
        ("2.4 million units", 2.4e6, "unit", "", ""),
        ("2.4 MU", 2.4e6, "unit", "", ""),
        ("5 mU", 0.005, "unit", "", ""),
        ("15 mg/kg", 1.5e-5, "mg/mg", "", ""),
        ("30 mL/min/1.73 m²", 30, "mL/1.73m2/min", "", ""),
        ("5 mg·kg⁻¹", 5e-6, "mg/mg", "", ""),
        ("1.5 mg per kg body weight", 1.5e-6, "mg/mg", "", ""),
        ("7 mmol/L", 0.007, "mmol/mL", "", ""),
        ("below 7 mmol/L", 0.007, "mmol/mL", "", "<"),
        ("38.5 ℃", 38.5, "°C", "", ""),
        ("HbA1c 7%", 7, "%", "", ""),
        ("7 per cent", 7, "%", "", ""),
        ("every 8 hours", 8 * HOUR, "interval s", "", ""),
        ("q8h", 8 * HOUR, "interval s", "", ""),
        ("8-hourly", 8 * HOUR, "interval s", "", ""),
        ("every 6-8 hours", (6 * HOUR, 8 * HOUR), "interval s", "-", ""),
        ("每8小时一次", 8 * HOUR, "interval s", "", ""),
        ("once daily", DAY, "interval s", "", ""),
        ("every 24 hours", DAY, "interval s", "", ""),
        ("每日1次", DAY, "interval s", "", ""),
        ("隔日", 2 * DAY, "interval s", "", ""),
        ("tds", 3, "times/day", "", ""),
        ("three times a day", 3, "times/day", "", ""),
        ("每日三次", 3, "times/day", "", ""),
        ("3次/日", 3, "times/day", "", ""),
        ("bd", 2, "times/day", "", ""),
        ("two weeks", 14 * DAY, "s", "", ""),
        ("24 hours", DAY, "s", "", ""),
        ("aged 65 years or over", 780, "month", "", "≥"),
        ("65岁以上", 780, "month", "", "≥"),
        ("不超过3天", 3 * DAY, "s", "", "≤"),
        ("未满6月龄", 6, "month", "", "<"),
        ("at least 3 months", 3, "month", "", "≥"),
        ("no more than 4 g", 4000, "mg", "", "≤"),
        ("not less than 4 g", 4000, "mg", "", "≥"),
        ("maximum daily dose of 4 g", 4000, "mg", "", "≤"),
        ("＞１０ｍｇ", 10, "mg", "", ">"),
        ("٥ mg", 5, "mg", "", ""),
        ("每公斤体重10 mg", 1e-5, "mg/mg", "", ""),
        ("stage 3 disease", 3, "stage", "", ""),
        ("a score of 2", 2, "", "", ""),
        ("give drug500mg", 500, "mg", "", ""),
    ],
)
def test_one_quantity(
    text: str, value: float | tuple[float, ...], unit: str, shape: str, comparator: str
) -> None:
    (found,) = read(text)
    assert found[0] == pytest.approx(value)
    assert found[1:] == (unit, shape, comparator)


@pytest.mark.parametrize(
    "text",
    [
        "CURB-65", "HbA1c", "P2Y12 inhibitor", "SpO2", "COVID-19", "CHA2DS2-VASc", "vitamin B12",
        "SGLT2", "H1N1", "5-ASA", "12-lead ECG", "Recommendation 3.2", "see table 4",
        "tables 2 and 3",
        "Statement 17", "section 1.2.3", "page 12", "[12]", "[3, 4-6]", "the 2025 edition", "①",
        "见表2",
        "推荐意见4.1", "1. Offer oxygen", "3.1 Offer oxygen", "no numbers here", "",
    ],
)  # fmt: skip
def test_a_number_that_names_is_no_quantity(text: str) -> None:
    assert read(text) == []


def test_a_list_shares_its_unit() -> None:
    assert [q.unit for q in quantities("at 15, 30 and 60 minutes")] == ["s"] * 3
    assert [q.values for q in quantities("5、10或20 mg")] == [(Fraction(n),) for n in (5, 10, 20)]


STANDS = [
    ("1 g every 8 hours", "amoxicillin 1.0 g q8h"),
    ("1000 mg", "1 g"),
    ("0.5 mg", "500 micrograms"),
    ("0.5 mg", ".5 mg"),
    ("5 to 10 mg", "5–10 mg"),
    ("2 weeks", "14 days"),
    ("12 months", "1 year"),
    ("one day", "24 hours"),
    ("every day", "every 24 hours"),
    ("20 mg daily", "20 mg once a day"),
    ("20 mg once a day", "20 mg daily"),
    ("200 mg daily", "200 mg a day"),
    ("≥ 65 years", "65岁以上"),
    ("below 130/80", "a target < 130/80 mmHg"),
    ("140/90", "140/90 mmHg"),
    ("10 mg/kg/day", "10 mg per kg per day"),
    ("10 mg and 20 mg", "10 or 20 mg"),
    ("１０ ｍｇ", "10 mg"),
    ("10 mg", "１０ｍｇ"),
    ("每8小时500毫克", "500 mg every 8 hours"),
    ("three times daily", "tds"),
    ("70 mg/dL", "0.7 g/L"),
    ("50 × 10⁹/L", "50×10^9/L"),
    ("1 mg in 1,000 mL", "1 mg in 1 L"),
]
LACKS = [
    ("4 g", "at most 4 g"),
    ("give at 30 mL/min", "do not give below 30 mL/min"),
    ("every 8 hours", "every 6-8 hours"),
    ("every 6-8 hours", "every 8 hours"),
    ("≥ 65 years", "≤ 65 years"),
    ("above 140 mmHg", "below 140 mmHg"),
    ("above 140 mmHg", "140 mmHg or more"),
    ("up to 5 mg", "5 mg"),
    ("500 mg", "500 µg"),
    ("5 mg", "5 mL"),
    ("5 mg", "5 mg/kg"),
    ("5 mg/kg", "5 mg"),
    ("5 mg/kg/day", "5 mg/kg/dose"),
    ("5 mg/kg/day", "5 mg/kg"),
    ("10 mg", "1.0 mg"),
    ("10 mg", "100 mg"),
    ("1.5 mg", "15 mg"),
    ("1500 mg", "1 500 mg"),
    ("500 mg", "1 500 mg"),
    ("twice daily", "three times daily"),
    ("20 mg once daily", "20 mg twice daily"),
    ("20 mg once daily", "20 mg daily in two divided doses"),
    ("for 8 hours", "every 8 hours"),
    ("5 days", "5 weeks"),
    ("5 days", "5 hours"),
    ("6 months", "6 weeks"),
    ("130/80", "140/80 mmHg"),
    ("80/130 mmHg", "130/80 mmHg"),
    ("stage 4", "stage 3"),
    ("type 1 diabetes", "type 2 diabetes"),
    ("1:10000", "1:1000"),
    ("10^6/L", "10^9/L"),
    ("10 mg", "give according to weight"),
    ("10 mg", ""),
    ("2 tablets", "2 mg"),
    ("5 mU", "5 MU"),
    ("每日3次", "每日2次"),
    ("不超过3天", "至少3天"),
    ("每公斤10 mg", "10 mg"),
    ("10 mg", "每公斤10 mg"),
    ("38 °C", "38 %"),
    ("500 mɡ", "500 mg"),  # a look-alike letter is not folded: refused
    ("0.5 to 1 mg", "0.5 mg. Later 1 mg."),
    ("within 4 hours", "after 4 hours"),
    ("one tablet", "two tablets"),
]


@pytest.mark.parametrize(("claim", "source"), STANDS)
def test_stands(claim: str, source: str) -> None:
    assert missing(claim, source) == ()


@pytest.mark.parametrize(("claim", "source"), LACKS)
def test_lacks(claim: str, source: str) -> None:
    assert missing(claim, source) != ()


def test_no_quantity_runs_over_an_empty_line() -> None:
    assert missing("5 to 10 mg", "give 5\n\n-10 mg") != ()


def test_known_limit_swapped_doses_of_two_drugs_in_one_line_pass() -> None:
    assert (
        missing("amoxicillin 500 mg, doxycycline 1 g", "amoxicillin 1 g, doxycycline 500 mg") == ()
    )


_CLINICAL = st.text(
    st.sampled_from([*"0123456789.,/-–~ \n()[]^<>≤≥×%°+:",
    *"mgLhdkμµ½⁹²①，。每日次周岁以上第一二十两万", "\u2009"]),
    max_size=40,
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(_CLINICAL | st.text(max_size=60))
@example("0每.周")  # a dot is no size of a denominator
@example("5 mg/0 kg")  # nor is nothing
def test_nothing_is_missing_from_the_same_text(text: str) -> None:
    assert missing(text, text) == ()


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["mg", "mL", "days", "mmol/L"]))
def test_another_number_is_always_missed(a: int, b: int, unit: str) -> None:
    assert (missing(f"give {a} {unit}", f"give {b} {unit}") == ()) is (a == b)


def test_long_text_takes_no_time() -> None:
    assert quantities("1" * 4_000 + " mg") != ()
    assert len(quantities("500 mg every 8 hours, " * 500)) == 1000
    quantities("< " * 20_000)
    quantities("1 - " * 5_000)
