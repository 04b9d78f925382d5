"""Pages that are not read again give what a library gives that never saw another edition."""

import random
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.pages import Page
from guidelines.proofing import proofed_pages
from retrieval import kept, source
from retrieval.passages import Passage
from retrieval.store import sha256_of

PAGES = 10
Draw = Callable[[Canvas], None]


def page(number: int, said: str, heading: str = "") -> Draw:
    """Give a page whose parts hang on its neighbours: torn, graded, parted, headed."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 810, f"A guideline for tests {number}")
        if heading:
            canvas.setFont("Helvetica-Bold", 16)
            canvas.drawString(72, 760, heading)
        canvas.setFont("Helvetica", 10)
        rows = [
            f"and goes on with {said} where the page before it ended. Give {number} mg once a day.",
            "Adults with a severe illness that does not get better are referred to a hospital.",
            f"Start treat\u00adment number {number} at once, and go on with it for a week.",
            "Strong recommendation for, low certainty evidence" if number % 3 == 0 else "Remarks",
            f"We recommend {said} for adults who are otherwise well, once a day and for a week,",
        ]
        for nth, row in enumerate(rows):
            canvas.drawString(72, 700 - 60 * nth, row)
        canvas.showPage()

    return draw


def headed(number: int) -> str:
    return f"{number // 4 + 1}. Chapter of {number // 4 + 1}" if number % 4 == 1 else ""


def made(path: Path, *draws: Draw) -> Path:
    canvas = Canvas(str(path))
    for draw in draws:
        draw(canvas)
    canvas.save()
    return path


class Library:
    """A home whose one guideline is replaced again and again."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.anew = Home(root / "home"), Home(root / "anew")
        self.read: list[int] = []

        def counted(*args: object) -> list[Page]:
            found = proofed_pages(*args)  # type: ignore[arg-type]
            self.read = [p.number for p in found]
            return found

        monkeypatch.setattr("retrieval.source.proofed_pages", counted)

    def taken(self, path: Path, home: Home) -> list[Passage]:
        self.read = []
        entry = Guideline("one", "One", sha256_of(path), path.name, 1)
        found = source.passages_of(home, path, entry, lambda _: None)
        kept.save(home, "one", found.records)
        return found.passages

    def new_pages(self, path: Path) -> list[int]:
        """Take a file; its passages must be those of a library that never saw another one."""
        found = self.taken(path, self.home)
        read = self.read
        kept.drop(self.anew, [])
        assert found == self.taken(path, self.anew)
        assert found
        return read


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    return Library(tmp_path, monkeypatch)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    draws = [page(n, "amoxicillin", headed(n)) for n in range(1, PAGES + 1)]
    return made(tmp_path / "first.pdf", *draws)


def edited(path: Path, edit: Callable[[pypdf.PdfWriter], object]) -> Path:
    writer = pypdf.PdfWriter(clone_from=path)
    edit(writer)
    target = path.with_name(f"{path.stem}-edited.pdf")
    writer.write(target)
    return target


def put(path: Path, at: int, draw: Draw) -> Callable[[pypdf.PdfWriter], object]:
    """Put a page in the place of one."""

    def edit(writer: pypdf.PdfWriter) -> None:
        new = pypdf.PdfReader(made(path.with_name("page.pdf"), draw)).pages[0]
        writer.insert_page(new, at - 1)
        writer.remove_page(at)

    return edit


def test_only_the_page_that_changed_is_read(library: Library, first: Path) -> None:
    assert library.new_pages(first) == list(range(1, PAGES + 1))
    assert library.new_pages(first) == []
    assert library.new_pages(edited(first, put(first, 4, page(4, "doxycycline")))) == [4]


def test_another_heading_is_the_heading_of_the_pages_that_follow(
    library: Library, first: Path
) -> None:
    library.new_pages(first)
    other = edited(first, put(first, 5, page(5, "amoxicillin", "2. Another name")))
    assert library.new_pages(other) == [5]
    found = [p for p in library.taken(other, library.home) if p.page in (6, 7, 8)]
    assert {p.section for p in found} == {("2. Another name",)}


def test_a_page_that_goes_or_comes_moves_the_rest_unread(library: Library, first: Path) -> None:
    library.new_pages(first)
    assert library.new_pages(edited(first, lambda w: w.remove_page(2))) == []
    assert library.new_pages(first) == [3]
    blank = edited(first, lambda w: w.insert_blank_page(index=3))
    assert library.new_pages(blank) == [4]


def test_a_new_running_header_makes_every_page_new(library: Library, first: Path) -> None:
    library.new_pages(first)

    def header(canvas: Canvas) -> None:
        canvas.drawString(300, 810, "Second edition")
        canvas.showPage()

    stamp = made(first.with_name("stamp.pdf"), header)

    def edit(writer: pypdf.PdfWriter) -> None:
        for each in writer.pages:
            each.merge_page(pypdf.PdfReader(stamp).pages[0])

    assert library.new_pages(edited(first, edit)) == list(range(1, PAGES + 1))


@pytest.mark.slow
def test_a_long_history_of_edits_never_shows(library: Library, first: Path) -> None:
    draw = random.Random(5)
    library.new_pages(first)
    path, read = first, 0
    for step in range(12):
        total = len(pypdf.PdfReader(path).pages)
        at = draw.randint(2, total - 1)
        said = draw.choice(("amoxicillin", "doxycycline", "rest"))
        heading = draw.choice(("", "", "3. A new chapter", "An unnumbered heading"))
        new = put(path, at, page(draw.choice((at, at + 1)), said, heading))
        kinds = (new, new, lambda w, at=at: w.remove_page(at - 1))
        target = edited(path, draw.choice(kinds))
        path = target.rename(target.with_name(f"step{step}.pdf"))
        read += len(library.new_pages(path))
    assert read <= 12


def test_a_torn_or_altered_record_is_not_used(library: Library, first: Path) -> None:
    library.new_pages(first)
    path = kept.folder(library.home) / "one.jsonl"
    data = path.read_bytes()
    altered = data.replace(b"3 mg", b"8 mg")
    assert altered != data
    for torn in (altered, data[:-40], b"", b"{}", data[: len(data) // 2]):
        path.write_bytes(torn)
        assert library.new_pages(first) == list(range(1, PAGES + 1))


def test_other_code_or_other_fonts_read_everything_anew(
    library: Library, first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.new_pages(first)
    monkeypatch.setattr("retrieval.kept.made_by", lambda: "another program")
    assert library.new_pages(first) == list(range(1, PAGES + 1))


def test_a_page_that_ocr_judged_is_known_only_among_the_same_neighbours(
    library: Library, tmp_path: Path
) -> None:
    """Which engine reads it hangs on the letters around it."""
    empty: Draw = lambda c: c.showPage()  # noqa: E731
    path = made(tmp_path / "gap.pdf", page(1, "rest"), empty, page(3, "rest"), page(4, "rest"))
    assert library.new_pages(path) == [1, 2, 3, 4]
    assert library.new_pages(path) == []
    assert library.new_pages(edited(path, put(path, 3, page(3, "sleep")))) == [2, 3]
