"""Pages: characters that line up with pdfium's, rows with their type, and honest quality."""

from pathlib import Path

import pytest

from guidelines.pages import page_text, read_pages
from guidelines.problem import Problem
from guidelines.render import page_picture, span_boxes
from tests.conftest import SAMPLES

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "guideline-pdfs"


def test_rows_span_the_words_they_show() -> None:
    pages = list(read_pages(SAMPLES / "cap-adults-2025.pdf"))
    assert len(pages) == 8
    texts = [p.text[r.start : r.end] for p in pages for r in p.rows]
    assert len(texts) > 150
    assert "Recommendation 3.1" in texts
    bold = [p.text[r.start : r.end] for p in pages for r in p.rows if r.bold]
    assert "Recommendation 3.1" in bold
    assert page_text(SAMPLES / "cap-adults-2025.pdf", 4) == pages[3].text


def test_a_table_row_has_cells_and_prose_has_one() -> None:
    page = list(read_pages(SAMPLES / "fever-children-2022.pdf"))[2]
    cells = {page.text[r.start : r.end]: r.cells for r in page.rows}
    assert cells["12 kg to < 16 kg 180 mg 7.5 mL –"] == 4
    assert [n for words, n in cells.items() if words.startswith("No dose exceeds")] == [1, 1]


def test_an_image_only_page_is_empty_not_silently_skipped() -> None:
    pages = list(read_pages(SAMPLES / "asthma-children-2024.pdf"))
    assert [p.quality for p in pages] == ["text"] * 5 + ["empty"]


def test_printed_labels_stand_beside_the_page_number() -> None:
    pages = list(read_pages(SAMPLES / "ckd-dosing-2025.pdf"))
    assert [(p.number, p.label) for p in pages][:4] == [(1, "i"), (2, "ii"), (3, "1"), (4, "2")]


def test_the_boxes_of_a_span_lie_where_its_words_are() -> None:
    path = SAMPLES / "cap-adults-2025.pdf"
    text = page_text(path, 4)
    start = text.index("Offer oral amoxicillin 1 g")
    boxes = span_boxes(path, 4, start, text.index("penicillin.", start) + 11)
    assert len(boxes) == 2  # the sentence takes two rows
    assert all(60 < b.left < b.right < 540 for b in boxes)
    assert boxes[0].bottom > boxes[1].bottom


def test_a_highlight_changes_the_picture_only_around_the_line() -> None:
    import io

    from PIL import Image, ImageChops

    path = SAMPLES / "cap-adults-2025.pdf"
    start = page_text(path, 4).index("Offer oral amoxicillin 1 g")
    plain = Image.open(io.BytesIO(page_picture(path, 4, dpi=72).png))
    drawn = page_picture(path, 4, ((start, start + 60),), dpi=72)
    marked = Image.open(io.BytesIO(drawn.png))
    changed = ImageChops.difference(plain, marked).getbbox()
    assert changed is not None
    box = span_boxes(path, 4, start, start + 60)[0]
    height = plain.size[1]
    assert abs((height - changed[3]) - box.bottom) < 6
    assert changed[3] - changed[1] < 40
    assert abs(drawn.top * height - changed[1]) < 3


def test_a_missing_file_is_one_line() -> None:
    with pytest.raises(Problem, match=r"cannot open nothing\.pdf"):
        list(read_pages(Path("nothing.pdf")))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_lost_comparators_in_a_real_guideline_are_suspect() -> None:
    pages = {p.number: p for p in read_pages(REAL / "za-stg-hospital-adult-2012.pdf")}
    assert len(pages) == 424
    assert (pages[94].quality, pages[59].quality) == ("suspect", "suspect")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_a_lost_ligature_is_not_taken_for_a_hyphen() -> None:
    text = page_text(REAL / "cdc-2019ncov-biosafety-2020-02-10.pdf", 2)
    assert "heat-\ufffdxing" in text
    assert "\ufffe" not in text
