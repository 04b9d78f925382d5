"""Warnings of the same section: told where they are left out, and nothing else."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from agent.evidence import EvidenceLine
from agent.omission import MOST, kind, omitted
from guidelines.catalogue import Guideline
from retrieval.passages import Line, Passage


def line(text: str, section: str = "Dose", page: int = 1, of: str = "g") -> EvidenceLine:
    one = Line(text, ((0, 9), (9, 12)), text, False, True)
    passage = Passage(f"p{page}", of, "ab" * 32, page, "1", (section,), text, "text", (one,))
    return EvidenceLine("1.1", one, passage, Guideline(of, "G", "ab" * 32, "g.pdf", 9), text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Contraindicated in severe asthma.", "contraindication"),
        ("Do not give with clarithromycin.", "contraindication"),
        ("Not for children below 12 kg.", "contraindication"),
        ("孕妇禁用。", "contraindication"),
        ("Only people already on morphine are suitable.", "contraindication"),
        ("Refer urgently if breathing worsens.", "red flag"),
        ("Seek medical help if the rash spreads.", "red flag"),
        ("出现气促立即就医。", "red flag"),
        ("Stop the infusion if the pressure falls.", "stop rule"),
        ("If jaundice appears, withhold it.", "stop rule"),
        ("出现皮疹停药。", "stop rule"),
        ("Maximum 3 g in 24 hours.", "maximum"),
        ("Run it no faster than 5 mL an hour.", "maximum"),
        ("每日总量不超过2 g。", "maximum"),
        ("Check potassium every week.", "monitoring"),
        ("Baseline ECG and weekly FBC.", "monitoring"),
        ("每4周复查血常规。", "monitoring"),
        ("Take it with food.", ""),
        ("The trial was stopped for slow recruitment.", ""),
        ("It is not contraindicated in asthma.", ""),
        ("Never fix notices over the label of the brand.", ""),
        ("Home weighing is optional.", ""),
        ("无需停药。", ""),
    ],
)
def test_the_kind_of_a_warning(text: str, named: str) -> None:
    assert kind(text) == named


def test_what_is_left_out_is_told_gravest_first() -> None:
    shown = line("Give 5 mg daily.")
    check, most = line("Check potassium every week."), line("Maximum 10 mg daily.")
    never = line("Do not give in pregnancy.")
    assert omitted("Dose?", [shown], [shown, check, most, never]) == (never, most, check)
    assert omitted("Dose?", [shown, never, most, check], [never, most, check]) == ()


def test_only_lines_of_the_section_on_pages_near_by_count() -> None:
    shown = line("Give 5 mg daily.", page=4)
    text = "Do not give in pregnancy."
    assert omitted("Dose?", [shown], [line(text, "Storage", 4)]) == ()
    assert omitted("Dose?", [shown], [line(text, of="h", page=4)]) == ()
    assert omitted("Dose?", [shown], [line(text, page=9)]) == ()
    assert len(omitted("Dose?", [shown], [line(text, page=5)])) == 1


def test_another_patients_row_an_unquotable_line_and_a_repeat_are_not_told() -> None:
    shown = line("Give 5 mg daily. Do not give in pregnancy.")
    assert omitted("Dose?", [shown], [line("Do not give in pregnancy.")]) == ()
    heavy = line("Do not exceed 10 mg at 40 kg to < 60 kg.")
    assert omitted("14 kg child, dose?", [shown], [heavy]) == ()
    assert omitted("Dose?", [shown], [heavy]) == (heavy,)
    adult = line("Adults: do not exceed 10 mg.")
    assert omitted("14 kg child, dose?", [shown], [adult]) == ()
    torn = replace(heavy, line=replace(heavy.line, whole=False))
    assert omitted("Dose?", [shown], [torn]) == ()


def test_no_more_than_a_reader_reads() -> None:
    many = [line(f"Do not give with drug {n}.") for n in range(9)]
    assert len(omitted("Dose?", [line("Give 5 mg.")], many)) == MOST == 4


@pytest.mark.parametrize("piece", ["do not ", "stop if ", "check fbc ", " 5", "不", "¶ "])
def test_hostile_text_takes_no_time(piece: str) -> None:
    start = time.perf_counter()
    kind((piece * 50000)[:50000])
    assert time.perf_counter() - start < 0.5
