"""The sample guidelines: reproducible, marked on every page, and different where they claim."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pypdfium2
import pytest

from guidelines.library.faces import CJK, FACES, available
from guidelines.library.generate import HERE, generate, manifest, read_sources
from guidelines.library.wording import wording

SCANNED = ("asthma-children-2024", 6)


def pages(guideline: str) -> list[str]:
    """Return the text of each page of a committed sample, line ends as spaces."""
    document = pypdfium2.PdfDocument(HERE / f"{guideline}.pdf")
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [" ".join(text.split()) for text in texts]


def test_generating_gives_the_committed_bytes(tmp_path: Path) -> None:
    if not all(available(face) for face in FACES if face != CJK):
        pytest.skip("regeneration needs Debian 12's fonts-dejavu-core and fonts-liberation")
    made = generate(tmp_path)
    assert len(made) == 11 if available(CJK) else 10
    for path in made:
        assert path.read_bytes() == (HERE / path.name).read_bytes(), path.name
    assert (tmp_path / "samples.toml").read_bytes() == (HERE / "samples.toml").read_bytes()


def test_the_manifest_names_every_committed_pdf() -> None:
    text = (HERE / "samples.toml").read_text(encoding="utf-8")
    assert text == manifest(read_sources())
    tables = tomllib.loads(text)["guideline"]
    assert len(tables) == 11
    assert {table["file"] for table in tables} == {path.name for path in HERE.glob("*.pdf")}
    assert [table["id"] for table in tables if "supersedes" in table] == ["cap-adults-2025"]


def test_the_samples_stay_small() -> None:
    sizes = [path.stat().st_size for path in HERE.glob("*.pdf")]
    assert len(sizes) == 11
    assert max(sizes) < 300_000
    assert sum(sizes) < 2_000_000


def test_every_page_with_text_carries_the_sample_mark() -> None:
    seen = 0
    for source in read_sources():
        mark = wording(source.language).mark
        for number, text in enumerate(pages(source.id), start=1):
            assert (mark in text) == ((source.id, number) != SCANNED), (source.id, number)
            seen += 1
        assert wording(source.language).notice_title in pages(source.id)[0]
    assert seen == 66


def test_the_scanned_page_is_one_picture_without_text_and_shows_the_mark() -> None:
    guideline, number = SCANNED
    document = pypdfium2.PdfDocument(HERE / f"{guideline}.pdf")
    page = document[number - 1]
    assert page.get_textpage().count_chars() == 0
    assert [found.type for found in page.get_objects()] == [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    grey = page.render(scale=1, grayscale=True).to_pil()
    top, bottom = grey.crop((40, 30, 320, 52)), grey.crop((40, 788, 320, 812))
    for band in (top, bottom):
        dark = sum(band.histogram()[:128])
        assert dark > 300, dark


def test_the_two_pneumonia_editions_differ_in_the_amoxicillin_dose() -> None:
    old, new = " ".join(pages("cap-adults-2021")), " ".join(pages("cap-adults-2025"))
    assert "Offer oral amoxicillin 500 mg every 8 hours for 7 days to adults" in old
    assert "Offer oral amoxicillin 1 g every 8 hours for 5 days to adults" in new
    assert "Offer oral amoxicillin 1 g" not in old
    assert "It supersedes the first edition" in new


def test_two_publishers_disagree_on_when_to_start_blood_pressure_treatment() -> None:
    board = " ".join(pages("hypertension-adults-2024"))
    college = " ".join(pages("stroke-prevention-2023"))
    start = "tart drug treatment when the clinic blood pressure is 140/90 mmHg or more in adults"
    assert start in board
    assert "starting drug treatment when the clinic blood pressure is 130/80 mmHg" in college
    assert "is not recommended at a clinic blood pressure below 140/90 mmHg" in board


def test_signs_and_chinese_survive_in_the_text_layer() -> None:
    stroke = pages("stroke-prevention-2023")[2]
    for words in ("age ≥ 80 years", "weight ≤ 60 kg", "≥ 133 µmol/L"):
        assert words in stroke
    assert "38 °C" in " ".join(pages("fever-children-2022"))
    chinese = " ".join(pages("child-diarrhoea-zh-2023"))
    assert "按50～75 mL/kg在4小时内分次口服" in chinese
    assert "强推荐，高质量证据" in chinese


def test_the_second_column_follows_the_first() -> None:
    text = pages("stroke-prevention-2023")[1]
    places = [text.index(f"Statement {number}.") for number in range(1, 11)]
    assert places == sorted(places)


def test_page_labels_are_roman_before_the_first_section() -> None:
    document = pypdfium2.PdfDocument(HERE / "hypertension-adults-2024.pdf")
    assert [document.get_page_label(n) for n in range(4)] == ["i", "ii", "1", "2"]
    assert pages("hypertension-adults-2024")[2].endswith("Third edition, 2024 1")
