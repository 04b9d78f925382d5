"""What a page's key covers, and the files that get none: PDFs made here, changed here."""

from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
)
from reportlab.pdfgen.canvas import Canvas

from guidelines.page_keys import page_keys
from tests.conftest import SAMPLES

PAGES = 5
Edit = Callable[[pypdf.PdfWriter], None]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Give a file of five pages, each with text in two fonts."""
    path = tmp_path / "made.pdf"
    canvas = Canvas(str(path), pageCompression=0)
    for number in range(1, PAGES + 1):
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, 740, f"{number}. A heading")
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(72, 700, f"Give {number} mg once a day.")
        canvas.showPage()
    canvas.save()
    return path


def edited(source: Path, edit: Edit) -> Path:
    target = source.with_name("edited.pdf")
    writer = pypdf.PdfWriter(clone_from=source)
    edit(writer)
    writer.write(target)
    return target


def keys(path: Path) -> list[str]:
    found = page_keys(path)
    assert found is not None
    assert all(len(key) == 32 for key in found)
    return found


def changed(source: Path, edit: Edit) -> list[int]:
    """Give the numbers of the pages whose key an edit changed."""
    before, after = keys(source), keys(edited(source, edit))
    assert len(before) == len(after)
    return [n for n, (a, b) in enumerate(zip(before, after, strict=True), start=1) if a != b]


def draw(writer: pypdf.PdfWriter) -> None:
    data = writer.pages[2].get_contents()
    assert data is not None
    data.set_data(data.get_data().replace(b"3 mg", b"8 mg"))
    writer.pages[2][NameObject("/Contents")] = writer._add_object(data)


def turn(writer: pypdf.PdfWriter) -> None:
    writer.pages[2].rotate(90)


def annotate(writer: pypdf.PdfWriter) -> None:
    box = RectangleObject((72, 690, 200, 712))
    look = pypdf.generic.StreamObject()
    look.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): box,
    })  # fmt: skip
    look.set_data(b"1 1 1 rg 72 690 128 22 re f")
    note = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Square"),
        NameObject("/Rect"): box,
        NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
    })  # fmt: skip
    writer.pages[2][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


def other_font(writer: pypdf.PdfWriter) -> None:
    """Give one page's heading font another name, the object it refers to changed alone."""
    fonts = writer.pages[2]["/Resources"]["/Font"]  # type: ignore[index]
    page = writer.pages[2]
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject(fonts)}
    )
    own = page["/Resources"]["/Font"]  # type: ignore[index]
    name = next(k for k in own if own[k]["/BaseFont"] == "/Times-Roman")
    symbol = DictionaryObject({**own[name], NameObject("/BaseFont"): NameObject("/Symbol")})
    own[NameObject(name)] = writer._add_object(symbol)


@pytest.mark.parametrize("edit", [draw, turn, annotate, other_font])
def test_what_a_page_draws_is_in_its_key_alone(made: Path, edit: Edit) -> None:
    assert changed(made, edit) == [3]


def layer(writer: pypdf.PdfWriter) -> None:
    group = writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/OCG")}))
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject({
        NameObject("/OCGs"): ArrayObject([group]),
        NameObject("/D"): DictionaryObject({NameObject("/OFF"): ArrayObject([group])}),
    })  # fmt: skip


def crop_all(writer: pypdf.PdfWriter) -> None:
    """Set on the tree of pages, whose pages inherit it."""
    box = ArrayObject([FloatObject(0), FloatObject(0), FloatObject(300), FloatObject(300)])
    writer.root_object["/Pages"][NameObject("/CropBox")] = box  # type: ignore[index]


@pytest.mark.parametrize("edit", [layer, crop_all])
def test_what_a_document_says_of_all_pages_is_in_every_key(made: Path, edit: Edit) -> None:
    assert changed(made, edit) == [1, 2, 3, 4, 5]


def bookmark(writer: pypdf.PdfWriter) -> None:
    writer.add_outline_item(title="A heading", page_number=2)
    writer.add_metadata({"/Title": "Another"})


@pytest.mark.parametrize("edit", [bookmark, lambda _: None])
def test_what_changes_no_page_changes_no_key(made: Path, edit: Edit) -> None:
    assert changed(made, edit) == []


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pdf")), ids=lambda p: p.stem)
def test_a_file_written_anew_has_the_same_pages(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.pdf"
    pypdf.PdfWriter(clone_from=path).write(again)
    assert again.read_bytes() != path.read_bytes()
    assert keys(again) == keys(path)


def test_pages_keep_their_keys_when_others_come_go_and_move(made: Path) -> None:
    first = keys(made)

    def edit(writer: pypdf.PdfWriter) -> None:
        writer.remove_page(1)
        writer.insert_blank_page(index=0)
        kids = writer.root_object["/Pages"]["/Kids"]  # type: ignore[index]
        kids[2], kids[3] = kids[3], kids[2]

    found = keys(edited(made, edit))
    assert found[0] not in first
    assert found[1:] == [first[0], first[3], first[2], first[4]]


def test_a_change_appended_to_the_file_is_seen(made: Path) -> None:
    """The newest table says where an object is, not the first one in the file."""
    before, target = keys(made), made.with_name("appended.pdf")
    writer = pypdf.PdfWriter(made, incremental=True)
    turn(writer)
    writer.write(target)
    assert target.read_bytes().startswith(made.read_bytes())
    assert [a == b for a, b in zip(before, keys(target), strict=True)] == [
        *(True, True, False, True, True)
    ]


def encrypted(data: bytes, path: Path) -> bytes:
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    "odd",
    [
        lambda data, _: b"%comment\n" + data,
        lambda data, _: data[: len(data) // 2],
        lambda data, _: data.replace(b"startxref\n", b"startxref\n1"),
        lambda data, _: data.replace(b"/Count 5", b"/Count 4"),
        # One byte more before the objects: no table is right any more, pdfium builds its own.
        lambda data, _: data.replace(b"%PDF-1.3\n", b"%PDF-1.3\n\n"),
        lambda data, _: data.replace(b"5 0 obj", b"5 1 obj"),
        lambda data, _: data.replace(b"endstream", b"endstrean"),
        lambda data, _: data.replace(b"trailer\n<<", b"trailer\n<< /XRefStm 10"),
        lambda data, _: b"",
        encrypted,
    ],
)
def test_a_file_that_could_be_read_in_two_ways_gives_no_keys(
    made: Path, odd: Callable[[bytes, Path], bytes]
) -> None:
    data = made.read_bytes()
    found = odd(data, made)
    assert found != data
    made.write_bytes(found)
    assert page_keys(made) is None


def test_a_number_of_another_kind_is_another_number(made: Path) -> None:
    def crop(value: NumberObject | FloatObject) -> Edit:
        def edit(writer: pypdf.PdfWriter) -> None:
            box = ArrayObject([NumberObject(0), NumberObject(0), value, NumberObject(500)])
            writer.pages[0][NameObject("/CropBox")] = box

        return edit

    found = {
        value: keys(edited(made, crop(value)))[0]
        for value in (NumberObject(300), FloatObject("300.5"), FloatObject("300.25"))
    }
    assert len(set(found.values())) == 3
    assert keys(edited(made, crop(FloatObject("300.50"))))[0] == found[FloatObject("300.5")]
