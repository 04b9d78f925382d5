"""The stream's redactor gives what the whole text's does, however the text is cut."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.redact import REACH, redact
from agent.redact_stream import StreamRedactor

PIECES = [
    "Mrs ",
    "Thistlewood",
    "pt ",
    "jonas frobisher",
    "O'Brien-Adeyemi",
    " 34F, ",
    "MRN ",
    "40817",
    "DOB: ",
    "12 March 1971",
    "943 476 5919",
    "+44 7700 900 618",
    "k.oduya@example.com",
    "zora dot jane at example dot org",
    "oh seven seven hundred, nine double-oh, three one six",
    "27 Thornbury Crescent",
    "NE99 8DD",
    "患者",
    "周建军",
    "，男，",
    "欧阳女士",
    "身份证",
    "11010119880321001X",
    "住院号：0098123",
    "Wilson's disease",
    " amoxicillin 500 mg ",
    "Sipho ",
    "^",
    "|",
    "\n",
    ". ",
    ", ",
    " ",
    "_",
    "-",
    "'s ",
    "St ",
    "the ",
    "7",
    "A",
    "7" * 120,
    "Q" * 120,
]


def streamed(text: str, cuts: list[int]) -> str:
    redactor, shown, begin = StreamRedactor(), "", 0
    for cut in [*sorted(cuts), len(text)]:
        shown += redactor.feed(text[begin:cut])
        assert redactor.held <= REACH
        begin = cut
    return shown + redactor.close()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.data())
def test_any_cut_gives_the_same(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8))
    assert streamed(text, cuts) == redact(text).text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=260), st.data())
def test_any_text_in_any_cut_gives_the_same(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    assert streamed(text, cuts) == redact(text).text


def test_split_at_every_character_and_at_each_place_once() -> None:
    dice = random.Random(4)
    for _ in range(40):
        text = "".join(dice.choices(PIECES, k=12))
        whole = redact(text).text
        assert streamed(text, list(range(len(text)))) == whole
        assert {streamed(text, [at]) for at in range(0, len(text), 5)} == {whole}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("give the dose now and then ", "give the dose now and then "),
        ("the pain is worse since last night ", "the pain is worse since last night "),
        ("then mrs ", "then "),
    ],
)
def test_everyday_words_leave_at_once(text: str, shown: str) -> None:
    assert StreamRedactor().feed(text) == shown


def test_kinds_are_told_and_a_closed_stream_is_empty() -> None:
    redactor = StreamRedactor()
    assert redactor.feed("Mrs Thistle") + redactor.close() == "Mrs [name]"
    assert redactor.found == ("name",)
    assert redactor.close() == ""
