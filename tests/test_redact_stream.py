"""The stream's redactor gives what the whole text's does, however the text is cut."""

import random
import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.redact import REACH, redact
from agent.redact_stream import StreamRedactor
from agent.redact_walk import Walk
from finetune.identifiers import annotated

THINKING = (
    "Okay, the user asks about a 67-year-old woman with community acquired pneumonia, CURB-65 "
    "of 3, who is allergic to penicillin and has an eGFR of 41. First I should look at which "
    "of the lines speak about severe pneumonia in adults. Line E3 says that amoxicillin with "
    "clarithromycin is offered for moderate severity, but that does not fit because of the "
    "allergy. Line E5 gives levofloxacin 500 mg twice daily as the alternative when "
    "beta-lactams cannot be given, and the dose should be reduced if the creatinine clearance "
    "is below 50 ml/min. Hmm, wait. The table on page 12 has a different interval, so let me "
    "compare the two again before I cite them. The passage from NICE is older than the one "
    "from the British Thoracic Society; the newer edition replaces it, so the superseded "
    "lines are not to be used. The patient also takes warfarin for atrial fibrillation, and "
    "the guideline warns about an interaction with quinolones: the INR should be checked "
    "after three to five days. Is Guillain-Barré relevant here? No, it is not mentioned. "
    "Blood cultures are recommended before the first dose, and legionella and pneumococcal "
    "antigens in the urine. If she does not improve within 48 hours, a chest X-ray should be "
    "repeated and a pleural effusion excluded. I also need to say when to transfer her to "
    "intensive care: a respiratory rate above 30, a systolic pressure below 90 mmHg, or "
    "confusion. So the answer rests on E5, E7 and E11, and I should add the contraindication "
    "from the same section: a history of tendon disorders related to fluoroquinolones, and "
    "epilepsy. Then the duration. E9 states five days, to be extended to seven if symptoms "
    "have not settled. That is consistent with the summary at the beginning of the chapter, "
    "and the strength of the recommendation is given as strong with moderate certainty of "
    "evidence. Let me write the sentences in the order of the plan, each with its line, and "
    "leave out what the passages do not say about oral step-down. That part is for the ward "
    "team to decide."
)
ANNOTATED = [one.text for one in annotated()]

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


def whole(text: str) -> str:
    """Redact a text in one pass, as a stream does."""
    return Walk().feed(text, closed=True)


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
    assert streamed(text, cuts) == whole(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=260), st.data())
def test_any_text_in_any_cut_gives_the_same(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    assert streamed(text, cuts) == whole(text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ANNOTATED), st.sampled_from(ANNOTATED), st.data())
def test_annotated_texts_in_any_cut_give_the_same(
    one: str, other: str, data: st.DataObject
) -> None:
    text = f"{one}\n{other}"
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=30))
    assert streamed(text, cuts) == whole(text)


def test_annotated_texts_cut_at_every_character_give_the_same() -> None:
    for text in ANNOTATED:
        assert streamed(text, list(range(len(text)))) == whole(text)


def test_thinking_leaves_soon_and_quickly() -> None:
    """In pieces of four characters: what waits, and the time that a piece takes, in the median."""
    assert 1900 < len(THINKING) < 2100
    redact(THINKING)
    redactor, held, spent = StreamRedactor(), [], []
    for at in range(0, len(THINKING), 4):
        began = time.perf_counter()
        redactor.feed(THINKING[at : at + 4])
        spent.append(time.perf_counter() - began)
        held.append(redactor.held)
    assert statistics.median(held) < 20
    assert statistics.median(spent) <= 0.0003


def test_split_at_every_character_and_at_each_place_once() -> None:
    dice = random.Random(4)
    for _ in range(40):
        text = "".join(dice.choices(PIECES, k=12))
        once = whole(text)
        assert streamed(text, list(range(len(text)))) == once
        assert {streamed(text, [at]) for at in range(0, len(text), 5)} == {once}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("give the dose now and then ", "give the dose now and then "),
        ("the pain is worse since last night ", "the pain is worse since last night "),
        ("then mrs This", "then mrs "),
    ],
)
def test_everyday_words_leave_at_once(text: str, shown: str) -> None:
    assert StreamRedactor().feed(text) == shown


def test_kinds_are_told_and_a_closed_stream_is_empty() -> None:
    redactor = StreamRedactor()
    assert redactor.feed("Mrs Thistle") + redactor.close() == "Mrs [name]"
    assert redactor.found == ("name",)
    assert redactor.close() == ""
