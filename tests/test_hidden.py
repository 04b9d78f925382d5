"""Hidden words: what a page's text holds and its print does not show is never quoted."""

from pathlib import Path

import pytest

from guidelines.checked import read_page_checked
from guidelines.pages import page_text, read_pages
from retrieval.cutting import cut
from tests.conftest import SAMPLES
from tests.hostile_pdf import A4, LAYER_OFF, LAYER_ON, SENTENCE, pdf, words

SEEN = "This sentence is printed on the page for all to read."
BELOW = words(SEEN, y=600)
IN_LAYER = words(before="/OC /L BDC") + b" EMC "
REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "guideline-pdfs"

HIDDEN = {
    "a layer switched off": pdf([IN_LAYER + BELOW], catalog=LAYER_OFF),
    "ink switched off, over no picture": pdf([words(before="3 Tr") + b" 0 Tr " + BELOW]),
    "white on white": pdf([words(before="1 1 1 rg") + b" 0 g " + BELOW]),
    "black on black": pdf([b"0 g 60 690 500 30 re f " + words() + BELOW]),
    "covered afterwards": pdf([words() + b" 60 690 500 30 re f " + BELOW]),
    "outside the crop box": pdf([words() + BELOW], page=f"{A4}/CropBox [0 500 595 650]"),
    "outside the page": pdf([words(y=2000) + BELOW]),
}
SHOWN = {
    "a layer switched on": pdf([IN_LAYER + BELOW], catalog=LAYER_ON),
    "white on dark": pdf(
        [b"0 0 .4 rg 60 690 500 30 re f " + words(before="1 g") + b" 0 g " + BELOW]
    ),
    "printed over in bold": pdf([words(before="1 g") + b" 0 g " + words() + BELOW]),
}


def rows_of(data: bytes, folder: Path) -> list[str]:
    path = folder / "page.pdf"
    path.write_bytes(data)
    (page,) = read_pages(path)
    assert page_text(path, 1) == page.text  # what is quoted again is what was read
    return [page.text[r.start : r.end] for r in page.rows]


@pytest.mark.parametrize("how", HIDDEN)
def test_words_that_are_not_printed_are_not_read(how: str, tmp_path: Path) -> None:
    assert rows_of(HIDDEN[how], tmp_path) == [SEEN]


@pytest.mark.parametrize("how", SHOWN)
def test_words_that_are_printed_are_read(how: str, tmp_path: Path) -> None:
    assert rows_of(SHOWN[how], tmp_path) == [SENTENCE, SEEN]


def test_the_unprinted_words_of_a_scan_are_read_where_its_picture_shows_ink(tmp_path: Path) -> None:
    # Strokes stand for the scanned letters: a drawing, not text.
    ink = b" ".join(b"%d 698 m %d 710 l S" % (x, x) for x in range(72, 370, 4))
    scan = ink + b" " + words(before="3 Tr") + words("Nothing is under this row of words.", y=500)
    assert rows_of(pdf([scan]), tmp_path) == [SENTENCE]


def test_do_not_with_a_hidden_not_is_never_quoted(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    row = b"BT /F 12 Tf 72 700 Td (Do ) Tj 1 g (not ) Tj 0 g (give this to any small child.) Tj ET "
    path.write_bytes(pdf([row + BELOW]))
    page = read_page_checked(path, 1, tmp_path / "ocr")
    lines = [line for p in cut([page], "g", "0" * 64) for line in p.lines]
    quotable = [line.text for line in lines if line.quotable]
    assert quotable == [SEEN]
    assert any(line.text.startswith("Do \ufffd\ufffd\ufffd give") for line in lines)


def test_nothing_of_the_samples_is_taken_for_hidden() -> None:
    pages = [p for path in sorted(SAMPLES.glob("*.pdf")) for p in read_pages(path)]
    assert len(pages) == 66
    assert not any("\ufffd" in p.text for p in pages)
    assert sum(len(p.rows) for p in pages) > 1_000


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_the_other_half_of_a_spread_is_not_read_with_a_real_page() -> None:
    page = list(read_pages(REAL / "who-bfhi-breastfeeding-2017.pdf"))[116]
    assert (round(page.width), round(page.height)) == (842, 595)  # read as its table is turned
    assert all(-2 < row.left < 842 for row in page.rows)
    assert page.text.count("Antenatal breastfeeding education for mothers") == 1


def test_what_is_hidden_beside_a_page_number_does_not_make_the_page_suspect(tmp_path: Path) -> None:
    foot = b"BT /F 12 Tf 300 20 Td 1 g (4) Tj 0 g ( 19) Tj ET "
    table = b"BT /F 12 Tf 72 400 Td 1 g (4) Tj 0 g ( 19) Tj ET "
    for name, more, quality in (("foot", foot, "text"), ("table", table, "suspect")):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf([more + words() + BELOW]))
        (page,) = read_pages(path)
        assert page.quality == quality, page.reasons


def test_a_dose_painted_over_by_another_of_its_width_is_not_read(tmp_path: Path) -> None:
    old, new = (words(f"Give {dose} mg every 8 hours for seven days.") for dose in (500, 250))
    (tmp_path / "page.pdf").write_bytes(pdf([old + b" 1 g 60 690 500 30 re f 0 g " + new + BELOW]))
    (page,) = read_pages(tmp_path / "page.pdf")
    assert "500" not in page.text
    assert "250" in page.text
    assert page.quality == "suspect"  # both stand in one row of the text: OCR has to bear it out
