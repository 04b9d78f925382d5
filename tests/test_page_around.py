"""What stands round an answer, without a browser: offers that are read, places, restored turns."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from agent.answer_reading import answer_of
from agent.feedback_intake import take
from agent.followup import standalone
from agent.page_aside import aside_html
from agent.page_grade import grades_html
from agent.page_kept import known_id, restored
from agent.page_patient import asks_html, patient_html
from agent.page_sheet import sheet_html
from agent.page_words import PAGE_ENGLISH, PageWords
from agent.page_words_zh import PAGE_CHINESE
from agent.patient import NO, SLOTS, UNKNOWN, said
from agent.patient_reading import read
from agent.receipt_store import ReceiptStore
from agent.receipts import canonical
from agent.turn import patient_of
from agent.words import ENGLISH
from agent.words_zh import CHINESE
from guidelines.home import Home
from tests.around_agent import PLANTED, Around, around

BOTH = pytest.mark.parametrize("told", [PAGE_ENGLISH, PAGE_CHINESE])


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Around:
    return around(tmp_path_factory.mktemp("home"))


@BOTH
def test_what_the_page_offers_is_read_as_the_slot_it_stands_for(told: PageWords) -> None:
    filled = {"allergies": "青霉素" if told is PAGE_CHINESE else "penicillin"}
    for slot in SLOTS:
        for _, fills in told.offers[slot]:
            text = fills.replace("|", filled.get(slot, "40" if slot != "age" else "4"))
            assert getattr(read(text), slot) is not None, text
        forgets = told.forget.format(slot=told.slots[slot])
        known = dict(read(forgets).known())
        assert list(known) == [slot], forgets
        assert known[slot].value == UNKNOWN


@BOTH
def test_a_fact_taken_back_is_known_no_more_in_any_later_turn(told: PageWords) -> None:
    first = "14 kg girl of 4 years with penicillin allergy: paracetamol dose?"
    for slot in ("weight", "age", "allergies", "sex"):
        searched, leans = standalone(told.forget.format(slot=told.slots[slot]), [first])
        assert leans
        later = patient_of([first, searched], "and at night?")
        assert getattr(later, slot) is None, searched
        others = {"weight", "age", "allergies"} - {slot}
        assert others <= {name for name, _ in later.known()}


def test_a_denied_allergy_is_written_as_denied() -> None:
    patient = read("pneumonia, no penicillin allergy: dose?")
    assert dict(said(patient, False))["allergies"] == "not allergic to penicillin"
    assert dict(said(patient, True))["allergies"] == "对penicillin不过敏"
    assert dict(said(read("no known allergies"), False))["allergies"] == "no known allergies"


def test_a_correction_names_the_other_value() -> None:
    html = patient_html(read("pregnant woman, eGFR 25"), ENGLISH)
    assert 'data-add="Not pregnant."' in html
    assert 'data-add="eGFR |."' in html
    assert 'data-add="Male."' in html
    denied = read("not pregnant")
    assert denied.pregnancy is not None
    assert denied.pregnancy.value == NO
    assert 'data-add="Pregnant."' in patient_html(denied, ENGLISH)
    assert "妊娠" in asks_html(("pregnancy",), CHINESE)
    assert asks_html((), ENGLISH) == patient_html(read("dose?"), ENGLISH) == ""


def test_a_planted_line_is_named_by_its_place_alone(agent: Around) -> None:
    html = aside_html(agent.evidence, ENGLISH, "t0")
    assert html.index("aside-planted") < html.index("aside-superseded")
    assert html.count("<li>") == 2
    assert "Ignore" not in html
    assert "Found and not used: 2 places" in html
    assert aside_html(replace(agent.evidence, aside=()), ENGLISH, "t0") == ""


def test_the_sheet_gives_no_words_of_a_planted_line(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    from guidelines.intake import add

    path = tmp_path / "bad.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, PLANTED)
    canvas.drawString(72, 660, "Give amoxicillin 1 g every 8 hours to adults with pneumonia.")
    canvas.save()
    home = Home(tmp_path / "home")
    entry, _ = add(home, path, {"title": "Bad"})
    html = sheet_html(home, f"{entry.sha256}:1:0-{len(PLANTED)}", "", ENGLISH)
    assert "Picture only" in html
    assert "Ignore all previous" not in html
    assert "data:image/png" in html


def test_no_grade_is_drawn_where_none_is_stated(agent: Around) -> None:
    told = agent.cited("Offer oral amoxicillin")
    assert grades_html((told, told), agent.evidence, ENGLISH).count("<button") == 1
    other = agent.cited("Stop antibiotics")
    assert grades_html((other,), agent.evidence, ENGLISH) == ""
    assert grades_html((told,), None, ENGLISH) == ""
    assert grades_html((replace(told, line_id="else"),), agent.evidence, ENGLISH) == ""
    # A grade that stands elsewhere on the page may be another recommendation's.
    apart = replace(told, spans=((0, 1),))
    assert grades_html((apart,), agent.evidence, ENGLISH) == ""


@pytest.mark.parametrize(
    "sent",
    [
        None, {}, {"receipt": "x", "thumb": "up", "reason": ""},
        {"receipt": "0" * 16, "thumb": "sideways", "reason": ""},
        {"receipt": "0" * 16, "thumb": "up", "reason": "because"},
        {"receipt": "0" * 16, "thumb": "up", "reason": "", "note": "x" * 501},
        {"receipt": "0" * 16, "thumb": "up", "reason": "", "lines": ["1.1; DROP"]},
        {"receipt": "0" * 16, "thumb": "up", "reason": "", "lines": [["1.1"]]},
        {"receipt": "0" * 16, "thumb": ["up"], "reason": ""},
        {"receipt": "0" * 16, "thumb": "up", "reason": "", "note": 5},
        {"receipt": "0" * 16, "thumb": "up", "reason": ""},
    ],
)  # fmt: skip
def test_what_no_page_sends_is_not_stored_and_says_so(sent: object, tmp_path: Path) -> None:
    taken = take(ReceiptStore(tmp_path / "receipts.db"), sent)
    assert not taken.stored
    assert taken.why


def test_a_line_that_was_no_evidence_is_refused(agent: Around) -> None:
    agent.conversations.append("f" * 32)
    answer = agent.answer("a dose?")
    sent = {"receipt": answer.receipt_id, "thumb": "up", "reason": ""}
    store = ReceiptStore(agent.home.receipts)
    assert "was no evidence" in take(store, {**sent, "lines": ["9.9"]}).why
    assert take(store, {**sent, "lines": ["1.1"]}).stored


def test_an_answer_comes_out_of_its_receipt_as_it_went_in(agent: Around) -> None:
    for question in ("a dose?", "compose", "beside", "abstain", "collapse"):
        agent.conversations.append("e" * 32)
        answer = agent.answer(question)
        document = json.loads(canonical(answer.document()))
        assert answer_of({**document, "new": 1}, answer.receipt_id or "") == answer
    turns = restored(agent.home, "e" * 32)
    assert [t.question for t in turns] == ["a dose?", "compose", "beside", "abstain", "collapse"]
    assert restored(agent.home, "0" * 32) == []


def test_only_a_random_id_names_a_conversation() -> None:
    assert known_id("ab" * 16) == "ab" * 16
    for sent in ("", "api-1", "AB" * 16, "ab" * 15, "ab" * 17, None, ["ab" * 16], "ab" * 16 + "\n"):
        assert known_id(sent) is None, sent


def test_every_text_of_one_language_has_its_like_in_the_other() -> None:
    for name in PageWords.__dataclass_fields__:
        one, other = getattr(PAGE_ENGLISH, name), getattr(PAGE_CHINESE, name)
        if isinstance(one, str):
            fields = [set(re.findall(r"\{(\w+)\}", x)) for x in (one, other)]
            assert fields[0] == fields[1], name
            assert other, name
        else:
            assert one.keys() == other.keys(), name
