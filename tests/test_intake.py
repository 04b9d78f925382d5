"""Intake: each bad file is one line, and nothing already stored is lost."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from guidelines import catalogue, inspection, intake, quarantine
from guidelines.home import Home
from guidelines.judging import Most, Sound
from guidelines.problem import Problem
from tests.conftest import ROOT, SAMPLES
from tests.hostile_pdf import bomb, pdf, words

GOOD = SAMPLES / "anaphylaxis-2023.pdf"


def bad_file(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.pdf"
    data = GOOD.read_bytes()
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("Dear colleague, this is not a PDF")
    elif kind == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "encrypted":
        writer = PdfWriter(clone_from=PdfReader(GOOD))
        writer.encrypt("secret")
        writer.write(path)
    elif kind == "no-pages":
        PdfWriter().write(path)
    elif kind == "garbage":
        path.write_bytes(b"%PDF-1.7\n" + b"\x00junk" * 50 + b"\n%%EOF\n")
    return path


BAD = {
    "folder": "is a folder",
    "empty": "is empty (0 bytes)",
    "text": "is not a PDF",
    "truncated": "is cut off",
    "encrypted": "is encrypted",
    "no-pages": "has zero pages",
    "garbage": "is unsound",
    "missing": "there is no such file",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_one_line_that_says_why(kind: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    intake.add(home, GOOD, {"id": "kept"})
    path = bad_file(kind, tmp_path)
    with pytest.raises(Problem) as refused:
        intake.add(home, path, {})
    line = str(refused.value)
    assert BAD[kind] in line
    assert "\n" not in line
    assert str(path) in line
    assert list(catalogue.load(home)) == ["kept"]
    assert len(list(home.files.iterdir())) == 1


def test_the_same_bytes_under_another_name_are_refused_and_name_the_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    entry, _ = intake.add(home, GOOD, {})
    copy = tmp_path / "renamed.pdf"
    copy.write_bytes(GOOD.read_bytes())
    with pytest.raises(Problem, match="is in the library already as 'anaphylaxis-2023'"):
        intake.add(home, copy, {})
    assert intake.add(home, GOOD, {})[1] == "already there"
    kept = catalogue.file_of(home, entry)
    for harm in (Path.unlink, lambda path: path.write_bytes(b"%PDF- other")):
        harm(kept)
        assert intake.add(home, GOOD, {})[1] == "put back"
        assert kept.read_bytes() == GOOD.read_bytes()
    assert len(catalogue.load(home)) == 1


def test_a_taken_id_and_an_unknown_predecessor_are_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    intake.add(home, GOOD, {"id": "one"})
    with pytest.raises(Problem, match="another edition has it"):
        intake.add(home, SAMPLES / "uti-2024.pdf", {"id": "one"})
    with pytest.raises(Problem, match="'nobody': is not in the library"):
        intake.add(home, SAMPLES / "uti-2024.pdf", {"id": "two", "supersedes": "nobody"})
    assert list(catalogue.load(home)) == ["one"]


def test_a_new_edition_supersedes_the_old_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    intake.add(home, SAMPLES / "cap-adults-2021.pdf", {"id": "old"})
    entry, _ = intake.add(home, SAMPLES / "cap-adults-2025.pdf", {"id": "new", "supersedes": "old"})
    entries = catalogue.load(home)
    assert (entries["old"].status, entries["new"].status) == ("superseded", "current")
    assert entry.supersedes == entries["new"].supersedes == "old"


def test_metadata_from_a_file_adds_every_sample(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(tmp_path), "library", "add",
         "--from", str(SAMPLES / "samples.toml")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count("added: ") == 11
    entries = catalogue.load(Home(tmp_path))
    assert entries["cap-adults-2021"].status == "superseded"
    assert entries["cap-adults-2025"].publisher == "Aldermere Institute for Lung Care"


def test_one_bad_file_among_good_ones_costs_only_itself(tmp_path: Path) -> None:
    bad = bad_file("text", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(tmp_path / "h"), "library",
         "add", str(bad), str(GOOD)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "added: anaphylaxis-2023" in done.stdout


@pytest.mark.parametrize(
    ("title", "kept"),
    [("Asthma in children", "Asthma in children"), ("untitled", ""), ("Guide 2012.indd", "")],
)
def test_a_title_left_over_by_a_layout_program_is_not_a_title(title: str, kept: str) -> None:
    assert inspection._useful(title) == kept


def damaged(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.pdf"
    data = GOOD.read_bytes()
    if kind == "lost-table":  # the table of places is gone: pdfium finds the objects itself
        path.write_bytes(data.replace(b"startxref", b"startnoth"))
    elif kind == "lost-objects":
        path.write_bytes(data.replace(b" obj", b" obx"))
    elif kind == "bomb":
        path.write_bytes(pdf([words(), bomb(b"BT /F 9 Tf (aaaa) Tj ET ", 100)]))
    elif kind == "no-sound-page":
        path.write_bytes(pdf([words()]).replace(b"/Kids[6 0 R]", b"/Kids[9 0 R]"))
    elif kind == "huge":
        with path.open("wb") as out:
            out.truncate(5_000_000_000)
    elif kind == "ten-thousand":
        path.write_bytes(pdf([words()] * 10_000))
    return path


DAMAGED = {
    "lost-objects": "is unsound",
    "bomb": "is a decompression bomb: page 2 needs more memory",
    "no-sound-page": "has no page that can be read: page 1 cannot be read",
    "huge": "has 5000 MB, more than 1000",
    "ten-thousand": "has 10000 pages, more than 5000 (CLINICITE_MAX_PAGES raises the limit)",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_hostile_file_is_refused_and_on_record_and_not_kept(kind: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    path = damaged(kind, tmp_path)
    with pytest.raises(Problem) as refused:
        intake.add(home, path, {}, day="2026-01-31")
    assert DAMAGED[kind] in str(refused.value)
    (noted,) = quarantine.load(home)
    assert (noted.name, noted.date) == (path.name, "2026-01-31")
    assert DAMAGED[kind] in noted.reason
    assert noted.sha256 == ("" if kind == "huge" else hashlib.sha256(path.read_bytes()).hexdigest())
    assert catalogue.load(home) == {}
    assert not home.files.exists()


def test_a_file_whose_table_of_places_is_lost_is_taken_when_its_pages_are_found(
    tmp_path: Path,
) -> None:
    entry, outcome = intake.add(Home(tmp_path / "home"), damaged("lost-table", tmp_path), {})
    assert (entry.pages, outcome) == (len(PdfReader(GOOD).pages), "added")


def test_a_raised_limit_takes_ten_thousand_pages_and_clears_the_record(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    path = damaged("ten-thousand", tmp_path)
    with pytest.raises(Problem, match="has 10000 pages"):
        intake.add(home, path, {})
    entry, _ = intake.add(home, path, {}, most=Most(pages=20_000))
    assert entry.pages == 10_000
    assert quarantine.load(home) == []


def test_a_page_that_cannot_be_read_is_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "one-lost.pdf"
    path.write_bytes(pdf([words(), words(), words()]).replace(b"8 0 R ", b"99 0 R "))
    found: list[Sound] = []
    entry, outcome = intake.add(Home(tmp_path / "home"), path, {}, on_sound=found.append)
    told = found[0].lost
    assert (entry.pages, outcome) == (3, "added")
    assert list(told) == ["2"]
    assert told["2"].startswith("cannot be read: ")


def test_the_quarantine_is_listed_checked_and_forgotten(tmp_path: Path) -> None:
    def clinicite(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "guidelines.command", "--home", str(tmp_path / "h")]
        return subprocess.run(
            [*command, "library", *args], cwd=ROOT, capture_output=True, text=True, check=False
        )

    bad = [bad_file(kind, tmp_path) for kind in ("text", "encrypted", "no-pages")]
    added = clinicite("add", str(bad[0]), str(GOOD), str(bad[1]), str(bad[2]))
    assert (added.returncode, added.stderr.count("\n")) == (1, 3)
    assert "added: anaphylaxis-2023" in added.stdout
    listed = clinicite("quarantine").stdout.splitlines()
    assert len(listed) == 3
    assert all(str(datetime.now(UTC).year) in line for line in listed)
    assert "encrypted.pdf: is encrypted and asks for a password" in listed[1]
    checked = clinicite("check")
    assert checked.stdout.count("in quarantine: ") == 3
    assert clinicite("quarantine", "--forget", "text.pdf").stdout.count("\n") == 2
    assert clinicite("quarantine", "--forget", "text.pdf").returncode == 1
