"""Thinking that stands in an answer, and answers that stand in the thinking only."""

import time

import pytest

from agent.leak import leaks


@pytest.mark.parametrize(
    ("thinking", "answer", "leaking"),
    [
        ("", "Give 5 mg [1].", False),
        ("Give 5 mg.", "Give 5 mg [1].", False),
        ("Give 5 mg.", "", True),
        ("Give 5 mg.", " [2] ", True),
        ("Give 5 mg.", "See my reasoning.", True),
        ("plan", "<think>which line?</think>Give 5 mg.", True),
        ("plan", "[analysis] Two lines. [final] Give 5 mg.", True),
        ("plan", "Let me check the table. Give 5 mg.", True),
        ("plan", "Wait, the child weighs 8 kg. Give 5 mg.", True),
        ("", "Wait 30 minutes before the next dose [1].", False),
        ("", 'If the patient says "let me think", wait [1].', False),
        ("", "If the user asks for a spacer, give one [1].", False),
        ("", "Is it severe? Yes. Give 5 mg.", True),
        ("", "What is the child's weight?", False),
        ("The child is small, so take the lower of the two doses.",
         "The child is small, so take the lower of the two doses. Give 5 mg [1].", True),
        ("用户问剂量。", "用户想知道剂量，那我就写5毫克。", True),
        ("5毫克。", "见思考过程。", True),
        ("", "每日5毫克[1]。", False),
    ],
)  # fmt: skip
def test_leaks(thinking: str, answer: str, leaking: bool) -> None:
    assert bool(leaks(thinking, answer)) is leaking


@pytest.mark.parametrize(
    "piece", ["i ", "let me ", "? yes ", "<think", '"', "我", "the user ", "[1]"]
)
def test_a_hostile_answer_takes_no_longer_than_it_is_long(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    start = time.process_time()
    leaks(text, text)
    assert time.process_time() - start < 0.05
