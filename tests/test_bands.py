"""Bands of weight and age: read by hand from dose tables of several publishers."""

import pytest

from agent.bands import bands, is_for_another, values

INF = float("inf")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 kg to < 16 kg 180 mg 7.5 mL –", {"weight": [(12, 16)]}),
        ("≥ 10–18 kg 5 mg 1 mL ≥ 1–5 years", {"weight": [(10, 18)], "age": [(12, 60)]}),
        ("Less than 6 months", {"age": [(0, 6)]}),
        ("≥ 6 months–1 year", {"age": [(6, 12)]}),
        ("50 kg or more 750 mg – 15 mL", {"weight": [(50, INF)]}),
        ("Below 5 kg Do not use", {"weight": [(0, 5)]}),
        ("adults aged over 70 years", {"age": [(840, INF)]}),
        ("15 mg/kg every 6 hours for 5 days", {}),
        ("3月龄以下", {}),
        ("6 months to 5 years 150 micrograms", {"age": [(6, 60)]}),
    ],
)
def test_bands_by_hand(text: str, found: dict[str, list[tuple[float, float]]]) -> None:
    assert bands(text) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("14 kg child, fever 39", {"weight": [14]}),
        ("8 yr old stung by a bee", {"age": [96]}),
        ("4-year-old, 16kg", {"age": [48], "weight": [16]}),
        ("7岁患儿", {"age": [84]}),
        ("artesunate 3 mg/kg", {}),
        ("BP 140/90", {}),
    ],
)
def test_values_by_hand(question: str, found: dict[str, list[float]]) -> None:
    assert values(question) == found


@pytest.mark.parametrize(
    ("question", "line", "other"),
    [
        ("14 kg child, how many mL", "12 kg to < 16 kg 180 mg 7.5 mL –", False),
        ("14 kg child, how many mL", "16 kg to < 20 kg 240 mg 10 mL –", True),
        ("16 kg child, how many mL", "12 kg to < 16 kg 180 mg 7.5 mL –", True),
        ("14 kg child, how many mL", "No dose exceeds 15 mg/kg.", False),
        ("8 yr old, adrenaline", "6 to 12 years 300 micrograms 0.3 mL", False),
        ("8 yr old, adrenaline", "6 months to 5 years 150 micrograms", True),
        ("8 yr old, adrenaline", "≥ 10–18 kg 5 mg", False),
        ("paracetamol dose", "16 kg to < 20 kg 240 mg 10 mL –", False),
    ],
)
def test_a_row_for_another_child_is_told(question: str, line: str, other: bool) -> None:
    assert is_for_another(question, line) is other
