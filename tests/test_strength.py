"""Strength and certainty as publishers write them: forms read by hand, and what is no grade."""

import pytest

from retrieval.strength import badge, inline


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Strong recommendation for , Low certainty evidence", ("strong", "low")),
        ("Conditional recommendation against, very low certainty evidence Updated",
         ("conditional against", "very low")),
        ("Strong recommendation, moderate certainty of evidence", ("strong", "moderate")),
        ("Strong recommendation for", ("strong", None)),
        ("Good practice statement", ("good practice statement", None)),
        ("Weak Against | Reviewed, New-added", ("weak against", None)),
        ("强推荐，低质量证据", ("强推荐", "低")),
        ("Strong evidence", None),
        ("A strong recommendation for zinc was made by the panel.", None),
    ],
)  # fmt: skip
def test_a_badge_is_nothing_but_a_grade(text: str, parts: object) -> None:
    assert badge(text) == parts


@pytest.mark.parametrize(
    ("text", "strength", "certainty", "written"),
    [
        ("Give zinc (Strong recommendation, moderate quality evidence).", "strong", "moderate",
         "(Strong recommendation, moderate quality evidence)"),
        ("Do so at birth (recommended, very low-quality evidence).", "recommended", "very low",
         "(recommended, very low-quality evidence)"),
        ("We recommend starting treatment. (1A)", "1", "A", "(1A)"),
        ("Aspirin should be given (Class I, LOE A).", "I", "A", "Class I, LOE A"),
        ("Statins are reasonable, COR 2a LOE B-NR.", "2a", "B-NR", "COR 2a LOE B-NR"),
        ("Offer exercise [Grade B].", "grade b", None, "[Grade B]"),
        ("Offer exercise. Evidence: IA", None, "IA", "Evidence: IA"),
        ("Screen for it 1|⊕⊕○○ every year", "1", "⊕⊕○○", "1|⊕⊕○○"),
        ("Offer bracing (Weak for | Reviewed).", "weak", None, "(Weak for | Reviewed)"),
        ("Statement 3. We suggest rest.", "we suggest", None, "We suggest"),
        ("建议补锌（1A）", "1", "A", "（1A）"),
    ],
)  # fmt: skip
def test_a_grade_in_a_sentence(
    text: str, strength: str | None, certainty: str | None, written: str
) -> None:
    found = inline(text)
    assert found is not None
    assert found[:2] == (strength, certainty)
    assert text[found[2] : found[3]] == written


@pytest.mark.parametrize(
    "text",
    [
        "Offer paracetamol to adults with fever.",  # NICE's wording, and everybody's
        "The evidence was of moderate certainty and the panel agreed.",
        "Deaths fell (RR 0.7; two studies; high-certainty evidence).",
        "See figure (1B) for the steps that follow.",
        "Use A (2C) or B (1A).",  # which of the two is the sentence's?
        "Heart failure of NYHA class III was an exclusion.",
    ],
)
def test_what_is_no_grade_gives_none(text: str) -> None:
    assert inline(text) is None
