"""Guidelines that differ: found where they do, silent where only words, units or patients do."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from agent.conflict import conflicts, said_otherwise
from agent.evidence import EvidenceLine
from agent.measures import measures
from agent.setting import for_other_age
from agent.tripwire import fallen, standing
from guidelines.catalogue import Guideline
from retrieval.passages import Line, Passage
from retrieval.strength import Grade

SHA = "ab" * 32


def line(text: str, of: str, title: str = "Cough", **known: str) -> EvidenceLine:
    """A quotable line of the guideline `of`."""
    one = Line(f"l-{of}-{text}", ((0, 9), (9, 12)), text, False, True)
    passage = Passage(f"p-{of}", of, SHA, 1, "1", (title,), text, "text", (one,))
    entry = Guideline(of, title, SHA, f"{of}.pdf", 3, **known)  # type: ignore[arg-type]
    return EvidenceLine(f"1.{of}", one, passage, entry, text)


@pytest.mark.parametrize(
    ("question", "one", "other", "differs"),
    [
        ("Amoxicillin dose in pneumonia?", "Amoxicillin 1 g every 8 hours.",
         "Give amoxicillin 500 mg every 8 hours.", ("dose",)),
        ("How long is cellulitis treated?", "Treat for 5 days.", "Treat for 10 days.",
         ("duration",)),
        ("When is iron started?", "Offer iron below 110 g/L.", "Offer iron below 100 g/L.",
         ("threshold",)),
        ("Smear interval?", "Screen every 3 years.", "Screen every 5 years.", ("interval",)),
        ("Prednisolone in Bell's palsy?", "Prednisolone should be given.",
         "Prednisolone is not recommended.", ("direction",)),
        ("First drug in gout flare?", "Naproxen is first line.", "Colchicine is the first choice.",
         ("first choice",)),
        ("When is the cord clamped?", "Clamp before oxytocin.", "Clamp after oxytocin.",
         ("timing",)),
        ("社区获得性肺炎首选药物", "首选阿莫西林。", "首选左氧氟沙星。", ("first choice",)),
    ],
)  # fmt: skip
def test_two_publishers_that_differ_are_found(
    question: str, one: str, other: str, differs: tuple[str, ...]
) -> None:
    (found,) = conflicts(question, [line(one, "a"), line(other, "b")])
    assert found.differs == differs
    assert [side.citation.quote for side in found.sides] == [one, other]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Amoxicillin dose?", "Amoxicillin 1 g every 8 hours.", "Amoxicillin 1000 mg q8h."),
        ("Amoxicillin dose?", "Adults: amoxicillin 1 g.", "Children: amoxicillin 250 mg."),
        ("Amoxicillin dose?", "Amoxicillin 500 mg four times daily.",
         "Amoxicillin 1 g twice daily."),
        ("Rivaroxaban dose?", "20 mg at CrCl ≥ 50.", "15 mg at CrCl 15–49."),
        ("Zinc?", "Zinc 10 mg under 6 months.", "Zinc 20 mg from 6 months."),
        ("How long?", "Treat for 1 week.", "Treat for 7 days."),
        ("Magnesium in eclampsia?", "Loading dose: magnesium sulfate 4 g IV.",
         "Maintenance: magnesium sulfate 1 g/h IV."),
        ("Propranolol in anxiety?", "Give propranolol.", "Do not give propranolol in asthma."),
        ("Stop feeding on ibuprofen?", "There is no need to stop feeding.", "She may continue."),
        ("Which drug?", "Amoxicillin 500 mg.", "Doxycycline 200 mg."),
        ("Prophylaxis, how long?", "Those with valvular disease: treat until 35 years of age.",
         "Those and no valvular disease: treat until 21 years of age."),
    ],
)  # fmt: skip
def test_lines_that_do_not_disagree_draw_no_card(question: str, one: str, other: str) -> None:
    assert conflicts(question, [line(one, "a"), line(other, "b")]) == ()


def test_one_guideline_and_one_that_is_not_current_make_no_card() -> None:
    one, other = "Amoxicillin 1 g daily.", "Amoxicillin 2 g daily."
    assert conflicts("Dose?", [line(one, "a"), line(other, "a")]) == ()
    assert conflicts("Dose?", [line(one, "a"), line(other, "b", status="superseded")]) == ()


def test_lines_that_are_not_shown_count_only_where_they_answer() -> None:
    shown, other = line("Amoxicillin 1 g daily.", "a"), line("Amoxicillin 2 g daily.", "b")
    third = line("Amoxicillin 3 g daily.", "c")
    found = conflicts("Dose?", [shown], [other, third], lambda x: x.guideline.id == "c")
    assert [c.sides[1].citation.guideline for c in found] == ["c"]


def test_a_side_carries_date_strength_and_certainty() -> None:
    graded = line("Amoxicillin 1 g daily.", "a", published="2024-05")
    grade = Grade("strong", "low", 1, ((0, 3),), "strong")
    graded = replace(graded, line=replace(graded.line, grade=grade))
    (found,) = conflicts("Dose?", [graded, line("Amoxicillin 2 g daily.", "b")])
    side = found.sides[0]
    assert (side.published, side.strength, side.certainty) == ("2024-05", "strong", "low")
    assert (found.sides[1].published, found.sides[1].strength) == ("", "")


def test_an_older_edition_is_told_only_of_its_own_successor() -> None:
    now = line("Amoxicillin 1 g daily.", "a", supersedes="b")
    old = line("Amoxicillin 2 g daily.", "b", status="superseded")
    (found,) = said_otherwise("Dose?", [now], [old])
    assert found.differs == ("dose",)
    stranger = line("Amoxicillin 2 g daily.", "c", status="retired")
    assert said_otherwise("Dose?", [now], [stranger]) == ()
    assert said_otherwise("Dose?", [now], [replace(old, line=now.line)]) == ()


def test_a_claim_whose_edition_fell_meanwhile_is_withheld() -> None:
    from agent.answer import Claim

    cited = line("Amoxicillin 1 g daily.", "a").cite()
    claim = Claim(cited.quote, (cited,))
    entry = line("x", "a").guideline
    for entries, why in (
        ({"a": entry}, ""),
        ({"a": replace(entry, status="retired")}, "retired"),
        ({"a": replace(entry, sha256="cd" * 32)}, "another file"),
        ({}, "left the library"),
    ):
        kept, withheld = standing([claim], fallen([entry], entries))
        assert len(kept) == (not why)
        assert all(why in w.why for w in withheld)


def test_roles_of_quantities() -> None:
    said = [
        (m.role, m.range) for m in measures("Give 500 mg every 12 hours for 5 days at 40 years")
    ]
    assert said == [
        ("dose", (500.0, 500.0)), ("interval", (43200.0, 43200.0)),
        ("duration", (432000.0, 432000.0)), ("age", (480.0, 480.0)),
    ]  # fmt: skip
    assert [m.range[0] for m in measures("Treat for 5/7")] == [432000.0]
    assert [m.range[0] for m in measures("twice daily")] == [43200.0]


def test_a_line_for_adults_is_not_for_a_child() -> None:
    assert for_other_age("4-year-old, 16 kg", "Adults: 10 mg IV.")
    assert for_other_age("20 kg, fitting", "Adults: 10 mg IV.")
    assert not for_other_age("40-year-old", "Adults: 10 mg IV.")
    assert not for_other_age("dose of diazepam", "Adults: 10 mg IV.")


@pytest.mark.parametrize("piece", ["do not ", "first ", "for 5 days ", "with no ", "以", "¶ "])
def test_hostile_text_takes_no_time(piece: str) -> None:
    hostile = (piece * 700)[:700]
    start = time.perf_counter()
    conflicts("Dose?", [line(hostile, "a"), line(hostile + "5 mg", "b")])
    assert time.perf_counter() - start < 1.0
