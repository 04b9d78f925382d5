"""Damaged PDFs made here, read by the real OCR: fonts that lie, exponents, ligatures, pictures."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)
from reportlab import fonts as rl_fonts
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from guidelines import checked
from guidelines.checked import needs_ocr, read_page_checked
from guidelines.ocr import Engine
from guidelines.pages import page_text, read_page
from guidelines.reading import read_pages
from guidelines.render import raster
from guidelines.text import quote
from guidelines.workers import Limits
from tests.conftest import SAMPLES

PROSE = (
    "Start oral treatment at once in every adult with fever.",
    "Give 2.5 mg of the medicine twice daily for 5 days.",
)
SIZE = (420.0, 300.0)


@pytest.fixture(scope="module", autouse=True)
def _face() -> None:
    # reportlab carries this face; it draws ≥, ≤ and the ligatures.
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))


def _written(path: Path, rows: Sequence[str]) -> Path:
    canvas = Canvas(str(path), pagesize=SIZE)
    for i, row in enumerate(rows):
        canvas.setFont("Vera", 12)
        canvas.drawString(30, 250 - 24 * i, row)
    canvas.save()
    return path


def _lying(path: Path, sign: str, code: str) -> Path:
    """Make the fonts of a file say another code for a sign that they go on drawing."""
    writer = PdfWriter(clone_from=PdfReader(path))
    fonts = writer.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    old, new, found = f"<{ord(sign):04X}>".encode(), f"<{code}>".encode(), 0
    for font in (f.get_object() for f in fonts):
        if "/ToUnicode" in font:
            table = font["/ToUnicode"].get_object()
            found += table.get_data().count(old)
            table.set_data(table.get_data().replace(old, new))
    assert found == 1
    writer.write(path)
    return path


def _mapless(path: Path, rows: Sequence[str]) -> Path:
    """Write text as bare glyph numbers of a font that maps them to no letter."""
    face = TTFont("Vera", "Vera.ttf").face
    writer = PdfWriter()
    data = StreamObject()
    data.set_data((Path(rl_fonts.__path__[0]) / "Vera.ttf").read_bytes())
    page = writer.add_blank_page(*SIZE)
    descriptor = writer._add_object(
        _dictionary(
            Type="/FontDescriptor",
            FontName="/Vera",
            Flags=4,
            ItalicAngle=0,
            Ascent=900,
            Descent=-200,
            CapHeight=700,
            StemV=80,
            FontFile2=writer._add_object(data),
            FontBBox=ArrayObject(map(NumberObject, (-200, -300, 1300, 1000))),
        )
    )
    cid = _dictionary(
        Type="/Font", Subtype="/CIDFontType2", BaseFont="/Vera", CIDToGIDMap="/Identity",
        FontDescriptor=descriptor, DW=600,
        CIDSystemInfo=DictionaryObject({
            NameObject("/Registry"): TextStringObject("Adobe"),
            NameObject("/Ordering"): TextStringObject("Identity"),
            NameObject("/Supplement"): NumberObject(0),
        }),
    )  # fmt: skip
    font = _dictionary(
        Type="/Font", Subtype="/Type0", BaseFont="/Vera", Encoding="/Identity-H",
        DescendantFonts=ArrayObject([writer._add_object(cid)]),
    )  # fmt: skip
    fonts = _dictionary(F1=writer._add_object(font))
    page[NameObject("/Resources")] = _dictionary(Font=fonts)
    drawn = StreamObject()
    glyphs = ["".join(f"{face.charToGlyph[ord(c)]:04x}" for c in row) for row in rows]
    drawn.set_data(
        "".join(
            f"BT /F1 12 Tf 30 {250 - 24 * i} Td <{g}> Tj ET " for i, g in enumerate(glyphs)
        ).encode()
    )
    page[NameObject("/Contents")] = writer._add_object(drawn)
    writer.write(path)
    return path


def _dictionary(**entries: object) -> DictionaryObject:
    def value(given: object) -> PdfObject:
        if isinstance(given, str):
            return NameObject(given)
        return NumberObject(given) if isinstance(given, int) else given  # type: ignore[return-value]

    return DictionaryObject({NameObject(f"/{k}"): value(v) for k, v in entries.items()})


def test_a_lost_comparator_makes_its_page_suspect(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.pdf", (*PROSE, "Refer where the score is ≥ 4 mg/L in adults."))
    assert read_page(path, 1).quality == "text"
    _lying(path, "≥", "0002")
    page = read_page_checked(path, 1, tmp_path / "ocr")
    assert page.text.count("\x02") == 1
    assert (page.quality, [f.decisive for f in page.findings]) == ("suspect", [True])
    assert "score is ▯ 4 mg/L in adults.”; OCR reads" in page.reasons[1]


def test_a_damaged_page_is_judged_in_a_worker_as_here(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.pdf", (*PROSE, "Refer where the score is ≥ 4 mg/L in adults."))
    _lying(path, "≥", "0002")
    here = read_page_checked(path, 1, tmp_path / "ocr")
    reader = "guidelines.checked:read_page_checked"
    limits = Limits(memory=6 << 30, cpu=120, wall=240)
    assert list(read_pages(path, reader, tmp_path / "other", limits=limits)) == [here]


def test_a_lost_ligature_costs_its_own_line_only(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.pdf", (*PROSE, "Two cases were conﬁrmed in 2019 by culture."))
    sound = read_page(path, 1)
    assert sound.repairs == (("ligature", 1),)
    assert "confirmed in 2019" in quote(sound.text, 0, len(sound.text))
    _lying(path, "ﬁ", "F123")
    page = read_page_checked(path, 1, tmp_path / "ocr")
    assert page.quality == "damaged"
    ((start, end),) = page.suspect_spans
    assert page.text[start - 3 : end + 4] == "con\uf123rmed"
    assert "confirmed" in page.ocr_text


def test_glyphs_that_map_to_no_letter_are_found_though_they_read_as_letters(
    tmp_path: Path,
) -> None:
    path = _mapless(tmp_path / "a.pdf", PROSE)
    page = read_page_checked(path, 1, tmp_path / "ocr")
    assert "Start" not in page.text
    assert "6WDUW" in page.text  # each glyph number read as a letter
    assert page.quality == "suspect"
    assert "unmapped glyph" in {f.kind for f in page.findings}


def test_an_exponent_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=SIZE)
    canvas.setFont("Vera", 12)
    canvas.drawString(30, 250, "Continue until neutrophils reach 0.5 x 10")
    x = 30 + pdfmetrics.stringWidth("Continue until neutrophils reach 0.5 x 10", "Vera", 12)
    canvas.setFont("Vera", 7)
    canvas.drawString(x, 255, "12")
    canvas.setFont("Vera", 12)
    canvas.drawString(30, 220, "Treat all of the 109 patients.")
    canvas.save()
    page = read_page(path, 1)
    assert "0.5 x 10¹²" in page.text
    assert "109 patients" in page.text
    assert (page.quality, page.repairs) == ("text", (("raised digit", 2),))
    assert page_text(path, 1) == page.text


def _pictured(path: Path, source: Path, *, hidden: Sequence[str] = ()) -> Path:
    picture = Image.open(io.BytesIO(raster(source, 1).pgm))
    canvas = Canvas(str(path), pagesize=SIZE)
    canvas.drawImage(ImageReader(picture), 0, 0, *SIZE)
    for i, row in enumerate(hidden):
        words = canvas.beginText(30, 250 - 24 * i)
        words.setTextRenderMode(3)
        words.setFont("Vera", 12)
        words.textLine(row)
        canvas.drawText(words)
    canvas.save()
    return path


def test_a_page_that_is_a_picture_can_be_found_and_not_quoted(tmp_path: Path) -> None:
    path = _pictured(tmp_path / "b.pdf", _written(tmp_path / "a.pdf", PROSE))
    assert read_page(path, 1).quality == "empty"
    page = read_page_checked(path, 1, tmp_path / "ocr")
    assert (page.quality, page.rows) == ("ocr", ())
    assert "2.5 mg of the medicine twice daily" in page.ocr_text


def test_the_text_layer_of_a_scan_is_never_quoted(tmp_path: Path) -> None:
    source = _written(tmp_path / "a.pdf", PROSE)
    path = _pictured(tmp_path / "b.pdf", source, hidden=PROSE)
    page = read_page_checked(path, 1, tmp_path / "ocr")
    assert (page.scan, page.quality) == (True, "suspect")
    assert "twice daily" in page.ocr_text


def test_text_over_a_background_picture_is_no_scan(tmp_path: Path) -> None:
    picture = Image.new("L", (42, 30), 240)
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=SIZE)
    canvas.drawImage(ImageReader(picture), 0, 0, *SIZE)
    canvas.setFont("Vera", 12)
    for i, row in enumerate(PROSE):
        canvas.drawString(30, 250 - 24 * i, row)
    canvas.save()
    page = read_page(path, 1)
    assert (page.scan, page.quality, page.picture) == (False, "text", 1.0)


def test_a_clean_page_costs_no_ocr(tmp_path: Path) -> None:
    page = read_page_checked(SAMPLES / "cap-adults-2025.pdf", 4, tmp_path / "ocr")
    assert (page.quality, needs_ocr(page), list(tmp_path.iterdir())) == ("text", False, [])


def test_what_ocr_read_is_kept_and_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _pictured(tmp_path / "b.pdf", _written(tmp_path / "a.pdf", PROSE))
    first = read_page_checked(path, 1, tmp_path / "ocr")
    (kept,) = (tmp_path / "ocr").rglob("*.json")
    monkeypatch.setattr(checked, "raster", None)  # drawing again would fail
    assert read_page_checked(path, 1, tmp_path / "ocr") == first
    kept.write_text("[[torn", "utf-8")
    with pytest.raises(TypeError):
        read_page_checked(path, 1, tmp_path / "ocr")


def test_a_page_stays_suspect_where_ocr_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _written(tmp_path / "a.pdf", (*PROSE, "Two cases were conﬁrmed in 2019 by culture."))
    _lying(path, "ﬁ", "F123")
    broken = Engine("tesseract", "broken", ("false",))
    monkeypatch.setattr(checked, "engine", lambda _: broken)
    page = read_page_checked(path, 1, tmp_path / "ocr")
    assert page.quality == "suspect"
    assert page.reasons[-1] == "OCR failed: tesseract ended with status 1"
    monkeypatch.setattr(checked, "engine", lambda _: None)
    assert read_page_checked(path, 1, tmp_path / "ocr").reasons[-1] == "no OCR engine is installed"


REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "guideline-pdfs"
TRAPS = [
    ("za-stg-hospital-adult-2012", 94, ("suspect",)),  # "MIC ≥4mg/L" and "≤4 mg/L"
    ("za-stg-hospital-adult-2012", 59, ("suspect",)),  # "≤ 0.5 × 10⁹/L"
    ("za-stg-hospital-adult-2012", 24, ("suspect",)),  # "½ tablet"
    ("za-stg-hospital-adult-2012", 160, ("suspect",)),  # "500–1500 mg"
    ("za-stg-hospital-adult-2012", 200, ("suspect",)),  # "≥ twice normal"
    ("cdc-2019ncov-biosafety-2020-02-10", 1, ("damaged", "suspect")),
    ("cdc-2019ncov-clinical-criteria-2020-02-02", 2, ("damaged", "suspect")),
    ("cdc-2019ncov-risk-assessment-2020-02-08", 1, ("damaged", "suspect")),
    ("cdc-han-00426-2019ncov-2020-01-17", 1, ("damaged", "suspect")),
    ("cdc-han-00427-2019ncov-2020-02-01", 1, ("damaged", "suspect")),
    ("za-maternity-care-2007", 2, ("damaged", "suspect")),
    ("za-maternity-care-2007", 63, ("ocr",)),
    ("cn-ws320-2010-spontaneous-ich-diagnosis", 5, ("suspect",)),
]


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
@pytest.mark.parametrize(("name", "number", "qualities"), TRAPS)
def test_the_trap_pages_of_real_guidelines_are_caught(
    name: str, number: int, qualities: tuple[str, ...], tmp_path: Path
) -> None:
    page = read_page_checked(REAL / f"{name}.pdf", number, tmp_path)
    assert page.quality in qualities
    assert page.reasons
