"""Order, headings and tables on pages that we print ourselves, in orders that real files have."""

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from guidelines.outline import outline
from guidelines.pages import page_text, read_pages
from retrieval import store
from retrieval.cutting import cut
from retrieval.passages import Line, Passage, quote_spans

Printer = Callable[[Canvas], None]
Printed = Callable[..., tuple[Path, list[Passage]]]


def row(canvas: Canvas, x: float, y: float, words: str, bold: bool = False, size: int = 9) -> None:
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    canvas.drawString(x, y, words)


@pytest.fixture
def printed(tmp_path: Path) -> Printed:
    def make(*printers: Printer) -> tuple[Path, list[Passage]]:
        path = tmp_path / "made.pdf"
        canvas = Canvas(str(path), pagesize=(595, 842))
        for printer in printers:
            printer(canvas)
            canvas.showPage()
        canvas.save()
        return path, cut(list(read_pages(path)), "made", "0" * 64, outline(path))

    return make


def lines(passages: list[Passage]) -> list[Line]:
    return [line for passage in passages for line in passage.lines]


def body(canvas: Canvas) -> None:
    for i in range(6):
        row(canvas, 80, 500 - 12 * i, f"Practical advice number {i} is printed below the box here.")


def box_last(canvas: Canvas) -> None:
    body(canvas)
    row(canvas, 88, 740, "Strong recommendation for , Low certainty evidence", size=8)
    row(canvas, 80, 714, "Zinc for small children (2022)", bold=True)
    row(canvas, 80, 694, "Children with diarrhoea should be given zinc for ten days.")
    row(canvas, 90, 640, "• Zinc can be given with food to every child at home.")


def test_a_box_that_the_file_stores_last_is_read_first(printed: Printed) -> None:
    path, passages = printed(box_last)
    texts = [line.text for line in lines(passages)]
    assert texts[0] == "Children with diarrhoea should be given zinc for ten days."
    assert texts.index(texts[0]) < next(i for i, t in enumerate(texts) if "Practical" in t)
    for line in lines(passages):
        assert quote_spans(page_text(path, 1), line.spans) == line.text


def test_a_grade_is_bound_to_its_recommendation_and_not_to_the_remarks(
    printed: Printed, tmp_path: Path
) -> None:
    path, passages = printed(box_last)
    graded = [line for line in lines(passages) if line.grade is not None]
    assert [line.text[:26] for line in graded] == ["Children with diarrhoea sh"]
    grade = graded[0].grade
    assert grade is not None
    assert (grade.strength, grade.certainty, grade.page) == ("strong", "low", 1)
    assert quote_spans(page_text(path, 1), grade.spans) == grade.text
    store.write_passages(tmp_path / "p.jsonl", passages)
    assert store.read_passages(tmp_path / "p.jsonl") == passages


def test_a_grade_at_a_page_end_is_bound_to_the_recommendation_over_the_page(
    printed: Printed,
) -> None:
    def first(canvas: Canvas) -> None:
        body(canvas)
        row(canvas, 80, 120, "Conditional recommendation against", size=8)
        row(canvas, 80, 100, "Steroids (2021)", bold=True)

    def second(canvas: Canvas) -> None:
        row(canvas, 80, 700, "Steroids should not be given for a viral cold in any adult.")
        row(canvas, 80, 500, "Another paragraph far below says something else entirely.")

    _, passages = printed(first, second)
    graded = [line for line in lines(passages) if line.grade]
    assert [line.text for line in graded] == [
        "Steroids should not be given for a viral cold in any adult."
    ]
    assert graded[0].grade is not None
    assert (graded[0].grade.strength, graded[0].grade.page) == ("conditional against", 1)


def two_columns(canvas: Canvas) -> None:
    for x, name in ((60, "left"), (320, "right")):
        for i in range(8):
            row(canvas, x, 700 - 12 * i, f"The {name} column has row number {i} of eight.")


def test_two_columns_in_the_files_order_stay_so(printed: Printed) -> None:
    _, passages = printed(two_columns)
    words = " ".join(p.text for p in passages)
    assert words.index("left column has row number 7") < words.index(
        "right column has row number 0"
    )


def dose_table(canvas: Canvas) -> None:
    for x, head, unit in ((80, "Weight", "kg"), (180, "Dose", "mg"), (400, "Age", "years")):
        row(canvas, x, 700, head, bold=True)
        row(canvas, x, 690, unit)
    row(canvas, 260, 702, "Use one of the following", bold=True)
    row(canvas, 265, 692, "Syrup", bold=True)
    row(canvas, 265, 682, "5 mL")
    row(canvas, 330, 691, "Tablet", bold=True)
    for i, cells in enumerate(
        (("10-14", "100", "5 mL", "1", "1-3"), ("14-20", "150", "7 mL", "2", "3-5"))
    ):
        for x, cell in zip((80, 180, 265, 330, 400), cells, strict=True):
            row(canvas, x, 667 - 14 * i, cell)


def test_a_dose_row_carries_every_column_heading_in_the_columns_order(
    printed: Printed,
) -> None:
    _, passages = printed(dose_table)
    line = next(x for x in lines(passages) if "150" in x.text)
    assert line.quotable
    *heads, values = line.text.split(" … ")
    assert values == "14-20 150 7 mL 2 3-5"
    assert (
        " ".join(heads) == "Weight kg Dose mg Use one of the following Syrup 5 mL Tablet Age years"
    )
    assert "10-14" not in line.text


def test_headings_take_their_depth_from_the_outline(printed: Printed) -> None:
    def part(canvas: Canvas) -> None:
        for key, level, y in (
            ("Treatment", 0, 700),
            ("Oral treatment", 1, 600),
            ("Referral", 0, 500),
        ):
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(key, key, level)
            row(canvas, 80, y, key, size=9)
            row(canvas, 80, y - 30, f"Under {key.lower()} this sentence says enough to be read.")
        canvas.bookmarkPage("_GoBack")
        canvas.addOutlineEntry("_GoBack", "_GoBack", 0)

    path, passages = printed(part)
    assert [(b.title, b.page, b.level) for b in outline(path)] == [
        ("Treatment", 1, 0), ("Oral treatment", 1, 1), ("Referral", 1, 0),
    ]  # fmt: skip
    assert [p.section for p in passages] == [
        ("Treatment",), ("Treatment", "Oral treatment"), ("Referral",),
    ]  # fmt: skip
