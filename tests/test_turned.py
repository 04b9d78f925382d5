"""Turned pages and odd ones: text, row boxes and the mark on the picture agree."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from guidelines.pages import page_text, read_pages
from guidelines.render import page_picture
from guidelines.text import unreadable
from tests.hostile_pdf import A4, SENTENCE, pdf, words

ROWS = ("First row of the page.", SENTENCE, "Third row of the page.")
UPRIGHT = b" ".join(words(row, y=y) for row, y in zip(ROWS, (760, 700, 640), strict=True))
TURNED = (
    b"q 0 1 -1 0 595 0 cm "
    + b" ".join(words(row, y=y) for row, y in zip(ROWS, (500, 440, 380), strict=True))
    + b" Q"
)


def written(folder: Path, contents: bytes, page: str) -> Path:
    path = folder / "page.pdf"
    path.write_bytes(pdf([contents], page=page))
    return path


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("text", ["upright", "turned"])
def test_a_turned_page_is_read_as_its_words_stand(text: str, rotation: int, tmp_path: Path) -> None:
    contents = UPRIGHT if text == "upright" else TURNED
    path = written(tmp_path, contents, f"{A4}/CropBox [20 30 575 802]/Rotate {rotation}")
    (page,) = read_pages(path)
    assert tuple(page.text[r.start : r.end] for r in page.rows) == ROWS
    assert (page.width, page.height) == ((555, 772) if text == "upright" else (772, 555))
    first, second, third = page.rows
    # Drawn at x = 72, less the crop box's edge: 20 upright, 30 for the turned text.
    edge = 52 if text == "upright" else 42
    assert all(edge <= row.left < edge + 3 for row in page.rows)
    assert pytest.approx(first.bottom - second.bottom, abs=0.1) == 60
    assert pytest.approx(second.bottom - third.bottom, abs=0.1) == 60


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("contents", [UPRIGHT, TURNED], ids=["upright", "turned"])
def test_the_mark_lies_on_the_words_of_a_turned_page(
    contents: bytes, rotation: int, tmp_path: Path
) -> None:
    page = f"{A4}/CropBox [20 30 575 802]/Rotate {rotation}"
    path = written(tmp_path, contents, page)
    start = page_text(path, 1).index(SENTENCE)
    marked = page_picture(path, 1, ((start, start + len(SENTENCE)),), dpi=72)
    yellow = Image.open(io.BytesIO(marked.png)).split()[2].point([255] * 100 + [0] * 156)
    # The same page without the marked sentence: where its print was is where they differ.
    without = contents.replace(SENTENCE.encode(), b"")
    bare = Image.open(io.BytesIO(page_picture(written(tmp_path, without, page), 1, dpi=72).png))
    plain = Image.open(io.BytesIO(page_picture(written(tmp_path, contents, page), 1, dpi=72).png))
    print_at = ImageChops.difference(bare, plain).getbbox()
    assert print_at is not None
    covered = yellow.crop(print_at).histogram()[255]
    assert covered > 0.9 * (print_at[2] - print_at[0]) * (print_at[3] - print_at[1])
    assert yellow.histogram()[255] < 3 * covered


def test_a_page_seventy_metres_wide_has_a_small_picture(tmp_path: Path) -> None:
    path = written(tmp_path, UPRIGHT, "/MediaBox [0 0 200000 200000]")
    assert Image.open(io.BytesIO(page_picture(path, 1).png)).size == (5000, 5000)


@pytest.mark.parametrize("box", ["[0 0 0 0]", "[10 10 10 10]", "[595 842 0 0]"])
def test_a_page_without_a_size_or_with_a_reversed_one_is_read(box: str, tmp_path: Path) -> None:
    (page,) = read_pages(written(tmp_path, UPRIGHT, f"/MediaBox {box}"))
    assert page.width > 500
    assert SENTENCE in page.text


HEBREW = {chr(65 + i): chr(0x05D0 + i) for i in range(22)}


def hebrew(folder: Path, rows: list[str]) -> Path:
    """Draw rows in the order of the eye, as PDFs do; A stands for alef, and so on."""
    codes = "".join(f"<{ord(c):02x}> <{ord(h):04x}>\n" for c, h in HEBREW.items())
    kept = "".join(f"<{ord(c):02x}> <{ord(c):04x}>\n" for c in " .0123456789abcde")
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> "
        f"endcodespacerange {22 + 17} beginbfchar\n{codes}{kept}endbfchar endcmap end"
    )
    drawn = b" ".join(words(row, y=700 - 40 * n) for n, row in enumerate(rows))
    data = pdf([drawn, cmap.encode()])
    path = folder / "hebrew.pdf"
    # The second page's contents are the font's table of meanings.
    path.write_bytes(
        data.replace(b"/BaseFont/Helvetica>>", b"/BaseFont/Helvetica/ToUnicode 7 0 R>>")
    )
    return path


def test_hebrew_is_read_from_the_right_and_marked_on_its_words(tmp_path: Path) -> None:
    path = hebrew(tmp_path, [".GFED 500 CBA", "aded GFED CBA", "10 GFED 500 CBA"])
    page = next(read_pages(path))
    rows = [page.text[r.start : r.end] for r in page.rows]
    meant = "".join(HEBREW.get(c, c) for c in "ABC 500 DEFG.")
    assert rows[0] == meant
    assert [bool(unreadable(row)) for row in rows] == [False, True, True]
    assert all(row.left < row.right for row in page.rows)
    start = page.rows[0].start
    picture = page_picture(path, 1, ((start, start + 3),), dpi=72)
    # The first word stands at the right end of its row, which begins at x = 72.
    assert picture.left * 595 > page.rows[0].left + 40
