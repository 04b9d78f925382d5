"""Choosing, judging and abstaining: what a turn decides apart from the model."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agent import turn
from agent.answer import Answer, Choice
from agent.closing import judged
from agent.thinking import Thought
from guidelines import catalogue
from guidelines.home import Home
from retrieval.embed import Embedder
from retrieval.search import Index

CHILD = "14 kg child with fever: how many mL of paracetamol?"


def begun(index: Index, question: str) -> turn.Turn:
    return turn.begin(question, [], index, "quote", "retrieval", "m")


def answered(index: Index, question: str, answer: str = "") -> Answer:
    return judged(begun(index, question), index, Thought("t", answer, True))[1]


def test_a_dose_row_for_another_weight_is_not_picked(sample_index: Index) -> None:
    answer = answered(sample_index, CHILD, "NONE")
    rows = [c.text for c in answer.claims if "kg to <" in c.text]
    assert [r.split(" … ")[1][:14] for r in rows] == ["12 kg to < 16 "]


@pytest.mark.parametrize(
    ("question", "answerable"),
    [
        (CHILD, True),
        ("amoxicillin dose in low severity pneumonia", True),
        ("儿童重度脱水静脉补液", True),
        ("deflazacort after loss of ambulation in Duchenne dystrophy", False),
        ("aflibercept interval in wet macular degeneration", False),
    ],
)
def test_what_the_library_is_about(sample_index: Index, question: str, answerable: bool) -> None:
    assert turn.answerable(begun(sample_index, question)) is answerable


def test_the_models_own_choice_is_kept_and_only_ids_that_exist(sample_index: Index) -> None:
    answer = answered(sample_index, CHILD, "1.1 77.7")
    assert answer.model_choice == Choice(("1.1",), none=False)


def test_an_emergency_is_the_first_notice_even_where_nothing_is_answered(
    sample_index: Index,
) -> None:
    question = "wheezing and collapsed after a sting, aflibercept deflazacort nusinersen?"
    answer = turn.abstain(begun(sample_index, question), "foreign")
    assert [n.kind for n in answer.notices] == ["emergency"]
    assert answer.notices[0].about == "unconscious"


def test_a_superseded_edition_is_told_only_where_its_successor_is_cited(
    sample_index: Index,
) -> None:
    dose = answered(sample_index, "amoxicillin dose low severity pneumonia")
    # The two editions differ in the dose: the card says so, and the notice would say less.
    assert [
        (c.sides[0].citation.guideline, c.sides[1].citation.guideline, c.differs)
        for c in dose.outdated
    ] == [("cap-adults-2025", "cap-adults-2021", ("dose", "duration"))]
    assert [n.kind for n in dose.notices] == []
    child = answered(sample_index, CHILD)
    assert [n.kind for n in child.notices] == []


def test_the_document_keeps_the_contract(sample_index: Index) -> None:
    document = answered(sample_index, CHILD, "NONE").document()
    assert document["schema"] == 1
    assert set(document) >= {
        "question", "abstained", "reason", "mode", "claims", "withheld", "notices", "selected_by",
        "thinking", "model", "generation", "receipt_id", "timing_ms",
    }  # fmt: skip
    citation = document["claims"][0]["citations"][0]
    assert set(citation) >= {
        "guideline", "edition", "status", "file_sha256", "page", "passage_id", "line_id", "quote",
    }  # fmt: skip


def test_an_edition_retired_between_search_and_answer_is_not_shown(
    sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    index = Index.open(home, embedder)
    searched = begun(index, "amoxicillin dose low severity pneumonia")
    entries = catalogue.load(home)
    entries["cap-adults-2025"] = replace(entries["cap-adults-2025"], status="retired")
    catalogue.save(home, entries)
    _, answer = judged(searched, index, Thought("", "", True))
    shown = [c for claim in answer.claims for c in claim.citations]
    assert "cap-adults-2025" not in {
        c.guideline for c in (*shown, *answer.nearest, *answer.omitted)
    }
    assert any("retired since the question was asked" in w.why for w in answer.withheld)


def test_warnings_of_the_shown_section_are_told(sample_index: Index) -> None:
    answer = answered(sample_index, CHILD, "NONE")
    shown = {c.section for claim in answer.claims for c in claim.citations}
    assert {c.section for c in answer.omitted} <= shown
    assert not {c.quote for c in answer.omitted} & {c.text for c in answer.claims}
    assert [v.guard for v in answer.verdicts if v.guard in ("omission", "conflict")] == [
        "omission",
        "conflict",
    ]
