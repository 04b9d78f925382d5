"""The title that a first page prints: told by its type, and left alone where it is in doubt."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from guidelines import catalogue, inspection, intake
from guidelines.check import Fault, check
from guidelines.fidelity import Finding
from guidelines.furniture import is_address, is_date, is_furniture
from guidelines.home import Home
from guidelines.pages import read_page
from guidelines.titles import first_page_title
from tests.conftest import ROOT, SAMPLES
from tests.test_check import TODAY

REAL = ROOT.parent / "shared" / "data" / "guideline-pdfs"
# Rows of a page: size in points, height of the baseline from the foot, words.
Rows = Sequence[tuple[float, float, str]]
PROSE: Rows = [
    (11, 600 - 14 * i, "Give the first dose in the ambulance and write down the time it was given.")
    for i in range(12)
]
TITLE: Rows = [(26, 700, "Managing heat stroke"), (26, 668, "in outdoor workers")]


def written(path: Path, *pages: Rows, title: str = "") -> Path:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setTitle(title)
    for rows in pages:
        for size, bottom, words in rows:
            canvas.setFont("Vera", size)
            canvas.drawString(50, bottom, words)
        canvas.showPage()
    canvas.save()
    return path


def printed(tmp_path: Path, *pages: Rows) -> str:
    return inspection.printed_title(written(tmp_path / "a.pdf", *pages))


def test_the_rows_in_the_largest_type_are_the_title_wherever_the_file_draws_them(
    tmp_path: Path,
) -> None:
    rows = [*PROSE, *reversed(TITLE), (11, 640, "12 March 2021"), (22, 790, "Public Health Pages")]
    assert printed(tmp_path, rows) == "Managing heat stroke in outdoor workers"


def test_a_word_broken_at_a_rows_end_is_made_whole_and_a_compound_keeps_its_hyphen(
    tmp_path: Path,
) -> None:
    broken = [(26, 700, "Heat stroke and its manage-"), (26, 668, "ment in outdoor workers")]
    assert printed(tmp_path, [*broken, *PROSE]) == (
        "Heat stroke and its management in outdoor workers"
    )
    compound = [(26, 700, "Heat stroke: evidence-"), (26, 668, "based care")]
    said = (11, 400, "All of it is based on trials.")
    assert printed(tmp_path, [*compound, *PROSE, said]) == "Heat stroke: evidence-based care"


def test_a_cover_gives_its_display_rows_in_order_without_date_logo_and_kind(
    tmp_path: Path,
) -> None:
    cover = [
        (30, 780, "GUIDELINE"),
        (20, 650, "Recognising and cooling"),
        (28, 610, "HEAT STROKE"),
        (20, 580, "at the place of work"),
        (20, 300, "Institute of Outdoor Medicine"),
        (34, 100, "2021"),
        (9, 60, "Second printing, with corrections"),
    ]
    assert printed(tmp_path, cover) == "Recognising and cooling HEAT STROKE at the place of work"


UNTITLED: dict[str, Rows] = {
    "a logo's word": [(30, 760, "CDC"), *PROSE],
    "the publisher alone": [(26, 700, "Ministry of Health of Aldermere"), *PROSE],
    "a date": [(26, 700, "Updated 12 March 2021"), *PROSE],
    "a code": [(26, 700, "HAN-00426"), *PROSE],
    "a kind of paper": [(26, 700, "Clinical Practice Guideline"), *PROSE],
    "an address": [(26, 700, "https://example.org/heat-stroke"), *PROSE],
    "too short": [(26, 700, "Heat"), *PROSE],
    "too long": [(14, 760 - 18 * i, "Heat stroke in those who work in the sun") for i in range(6)],
    "prose in large type": [
        (20, 700, "Call for help early."),
        (20, 675, "Then cool the patient at once"),
        *PROSE,
    ],
    "a title cut off": [(26, 700, "Recommendations for the"), *PROSE],
    "no larger than the text": [(13, 700, "Managing heat stroke in workers"), *PROSE],
    "in the lower half": [(26, 300, "Managing heat stroke in workers"), *PROSE],
    "small print of a picture": [(8, 60, "Design by Rowan Ash Studio")],
    "small print under a logo": [(40, 700, "IOM"), (13, 60, "Design by Rowan Ash Studio")],
    "cells of a table": [(20, 700, "Heat stroke" + " " * 20 + "Cold injury"), *PROSE],
    "letters set apart": [(20, 700, "H E A T S T R O K E"), *PROSE],
}


@pytest.mark.parametrize("kind", UNTITLED)
def test_what_is_no_title_is_not_taken_for_one(kind: str, tmp_path: Path) -> None:
    assert printed(tmp_path, UNTITLED[kind]) == ""


def test_a_heading_far_below_in_the_same_type_is_no_part_of_the_title(tmp_path: Path) -> None:
    rows = [(26, 780, "Managing heat stroke"), (26, 680, "What to do at once"), *PROSE]
    assert printed(tmp_path, rows) == "Managing heat stroke"


def test_what_the_next_page_repeats_in_its_place_is_a_running_header(tmp_path: Path) -> None:
    header = (28, 800, "Aldermere Health Pages")
    first = [header, (24, 700, "Managing heat stroke"), *PROSE]
    assert printed(tmp_path, first, [header, *PROSE]) == "Managing heat stroke"
    assert printed(tmp_path, first, PROSE) == "Aldermere Health Pages"
    # A title page that repeats the cover takes nothing from it.
    assert printed(tmp_path, TITLE, TITLE) == "Managing heat stroke in outdoor workers"


def test_no_title_is_taken_from_lost_letters_or_from_a_scan(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", [*TITLE, (22, 600, "A second line of it"), *PROSE])
    page = read_page(path, 1)
    assert first_page_title(page) == "Managing heat stroke in outdoor workers"
    at = page.text.index("outdoor")
    lost = Finding("lost character", at, at + 1, False)
    assert first_page_title(replace(page, quality="suspect", findings=(lost,))) == ""
    assert first_page_title(replace(page, scan=True)) == ""
    # Damage in the running text costs the title nothing.
    at = page.text.index("ambulance")
    body = Finding("lost character", at, at + 1, False)
    assert first_page_title(replace(page, quality="suspect", findings=(body,))) != ""


def test_a_title_that_is_lost_as_a_whole_is_not_replaced_by_what_is_next_in_size(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "a.pdf", [*TITLE, (22, 560, "In those who work outside"), *PROSE])
    page = read_page(path, 1)
    rows = [row for row in page.rows if row.size == 26]
    text = page.text
    for row in rows:
        text = text[: row.start] + "\ufffd" * (row.end - row.start) + text[row.end :]
    lost = tuple(Finding("lost character", row.start, row.end, False) for row in rows)
    assert first_page_title(replace(page, text=text, findings=lost)) == ""


def test_each_samples_first_page_prints_the_title_of_its_properties() -> None:
    samples = sorted(SAMPLES.glob("*.pdf"))
    told = {p.stem: (inspection.printed_title(p), inspection.title(p)) for p in samples}
    assert len(told) == 11
    assert {stem: pair for stem, pair in told.items() if pair[0] != pair[1]} == {}


def test_add_says_where_the_title_was_read(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain.pdf", [*TITLE, *PROSE], title="untitled")
    bare = written(tmp_path / "bare.pdf", PROSE, title="untitled")
    done = subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(tmp_path / "h"), "library",
         "add", str(plain), str(bare), str(SAMPLES / "uti-2024.pdf")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [line for line in done.stdout.splitlines() if line.startswith("  title: ")] == [
        "  title: Managing heat stroke in outdoor workers (read from the first page)",
        "  title: bare (the file's name: no title was found inside; --title gives one)",
        "  title: Urinary tract infection (read from the file's properties)",
    ]


def test_check_proposes_a_title_for_an_entry_named_by_its_file_and_sets_none(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    path = written(tmp_path / "Heat 2021.pdf", [*TITLE, *PROSE])
    intake.add(home, path, {"title": "Heat 2021"})
    intake.add(home, SAMPLES / "uti-2024.pdf", {"title": "Infections of the urinary tract"})
    before = home.catalogue.read_bytes()
    assert check(home, list(catalogue.load(home).values()), TODAY) == [
        Fault(
            "heat-2021",
            "its title is only its file's name, and a better one was read from the first page",
            "clinicite library edit heat-2021 --title 'Managing heat stroke in outdoor workers', "
            "then index build",
            "title",
            ("heat-2021",),
            "Managing heat stroke in outdoor workers",
        )
    ]
    assert home.catalogue.read_bytes() == before
    mended = before.replace(b'"Heat 2021"', b'"Managing heat stroke in outdoor workers"')
    assert mended != before
    home.catalogue.write_bytes(mended)
    assert check(home, list(catalogue.load(home).values()), TODAY) == []


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("WHO_guide_final2", ""),
        ("PowerPoint Presentation", ""),
        ("https://example.org/a", ""),
        ("Hypertension", "Hypertension"),
        ("Type 2 diabetes", "Type 2 diabetes"),
    ],
)
def test_the_properties_title_is_not_a_files_name_or_an_address(title: str, kept: str) -> None:
    assert inspection._useful(title) == kept


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_no_title_read_from_a_real_first_page_is_a_line_of_furniture() -> None:
    paths = sorted(REAL.glob("*.pdf"))
    assert len(paths) == 15
    read = {path.stem: inspection.printed_title(path) for path in paths}
    # A scan, an empty page, and a cover that is a drawing.
    none = {"cn-ws320-2010-spontaneous-ich-diagnosis", "who-malaria-2025-08-13",
            "za-maternity-care-2007"}  # fmt: skip
    assert {stem for stem, title in read.items() if not title} == none
    titles = [title for title in read.values() if title]
    assert len(set(titles)) == 12
    for title in titles:
        assert (is_address(title), is_date(title), is_furniture(title)) == (False, False, False)
        assert title not in ("2019 Novel Coronavirus", "Emergency Preparedness and Response")
    for path in paths:
        if (inside := inspection.title(path)) and read[path.stem]:
            assert read[path.stem].casefold() == inside.casefold()
