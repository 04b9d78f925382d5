"""Passages and lines: cut where the page says, with the way back to the page kept."""

from pathlib import Path

import pytest

from guidelines.pages import Page, page_text, read_pages
from retrieval.cutting import cut
from retrieval.passages import Line, Passage, quote_spans
from tests.conftest import SAMPLES

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "guideline-pdfs"


def cut_sample(name: str) -> tuple[list[Page], list[Passage]]:
    pages = list(read_pages(SAMPLES / f"{name}.pdf"))
    return pages, cut(pages, name, "0" * 64)


def line_with(passages: list[Passage], words: str) -> tuple[Passage, Line]:
    return next((p, x) for p in passages for x in p.lines if words in x.text)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pdf")), ids=lambda p: p.stem)
def test_every_line_of_every_sample_is_found_again_on_its_page(path: Path) -> None:
    passages = cut(list(read_pages(path)), path.stem, "0" * 64)
    lines = [(p, x) for p in passages for x in p.lines]
    assert len(lines) > 40
    for passage, line in lines:
        assert quote_spans(page_text(path, passage.page), line.spans) == line.text
    assert len({p.id for p in passages}) == len(passages)
    assert len({x.id for _, x in lines}) == len(lines)


def test_the_changed_dose_stands_in_one_line_of_each_edition() -> None:
    for name, dose in (("cap-adults-2021", "500 mg"), ("cap-adults-2025", "1 g")):
        passage, line = line_with(cut_sample(name)[1], "Offer oral amoxicillin")
        assert f"amoxicillin {dose} every 8 hours" in line.text
        assert passage.section[-1] == "Recommendation 3.1"
        assert line.quotable


def test_a_passage_never_crosses_a_section() -> None:
    _, passages = cut_sample("cap-adults-2025")
    for passage in passages:
        for other in ("Recommendation 3.1", "Recommendation 3.2", "Recommendation 3.3"):
            if passage.section[-1] != other:
                assert other not in passage.text


def test_a_table_row_carries_its_header_and_its_torn_cells() -> None:
    _, passages = cut_sample("cap-adults-2025")
    _, line = line_with(passages, "Doxycycline 200 mg on day")
    assert line.text == (
        "Severity Drug and dose Route Interval Duration … Low, penicillin allergy Doxycycline "
        "200 mg on day 1, then 100 mg Oral Once a day 5 days"
    )
    assert len(line.spans) == 2


def test_a_weight_band_is_one_line() -> None:
    _, passages = cut_sample("fever-children-2022")
    _, line = line_with(passages, "12 kg to < 16 kg")
    assert line.text.endswith("… 12 kg to < 16 kg 180 mg 7.5 mL –")
    assert "20 kg" not in line.text


def test_two_columns_are_read_one_after_the_other() -> None:
    _, passages = cut_sample("stroke-prevention-2023")
    _, line = line_with(passages, "Statement 3.")
    assert line.text == (
        "Statement 3. We recommend starting drug treatment when the clinic blood pressure is "
        "130/80 mmHg or more in adults who have established cardiovascular disease, previous "
        "stroke or TIA, diabetes, or chronic kidney disease. (1A)"
    )


def test_chinese_sentences_are_lines() -> None:
    _, passages = cut_sample("child-diarrhoea-zh-2023")
    _, line = line_with(passages, "低渗口服补液盐")
    assert line.text.endswith("。")
    assert line.quotable


def test_running_headers_are_not_quoted() -> None:
    _, passages = cut_sample("cap-adults-2025")
    assert not [x for p in passages for x in p.lines if "NOT FOR CARE" in x.text and p.page > 1]


@pytest.mark.parametrize(
    ("text", "quotable"),
    [
        ("Do not give to infants.", True),
        ("1, then 100 mg", False),
        ("Do not give if:", False),
        ("Low Amoxicillin 1 g Oral daily", True),
        ("8 mg", False),
        ("Strong recommendation, moderate certainty of evidence", False),
        ("强推荐，低质量证据", False),
        ("立即转诊或呼叫急救。", True),
    ],
)
def test_a_torn_cell_or_a_bare_lead_in_is_not_quotable(text: str, quotable: bool) -> None:
    line = Line("x", ((0, len(text)),), text, suspect=False, whole=True)
    assert line.quotable is quotable


def test_damaged_or_cut_lines_are_never_quotable() -> None:
    text = "Give 5 mg/kg every day."
    assert not Line("x", ((0, 9),), text, suspect=True, whole=True).quotable
    assert not Line("x", ((0, 9),), text, suspect=False, whole=False).quotable


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_a_real_dose_table_and_list_keep_what_gives_them_meaning() -> None:
    path = REAL / "za-stg-phc-2008.pdf"
    passages = cut(list(read_pages(path)), "za", "0" * 64)
    assert len(passages) > 1500
    _, row = line_with([p for p in passages if p.page == 279], "≥ 10–18 kg")
    assert row.text.endswith("≥ 10–18 kg 5 mg 1 mL ≥ 1–5 years")
    _, item = line_with([p for p in passages if p.page == 120], "apply to neck and face")
    assert item.text == "Note: … o Do not apply to neck and face."


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_lost_comparators_are_not_quotable() -> None:
    path = REAL / "za-stg-hospital-adult-2012.pdf"
    passages = cut(list(read_pages(path)), "za", "0" * 64)
    damaged = [x for p in passages if p.page == 94 for x in p.lines if "\x02" in x.text]
    assert damaged
    assert not any(line.quotable for line in damaged)
