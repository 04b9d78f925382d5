"""The catalogue is a person's file too: what is written there by hand stays, or is told."""

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from guidelines import catalogue, intake
from guidelines.catalogue import Guideline
from guidelines.check import check
from guidelines.command import build as build_command
from guidelines.home import Home
from guidelines.problem import Problem
from guidelines.succession import orphans
from tests.hostile_pdf import pdf, words

ENTRY = '[[guideline]]\nid = "{}"\ntitle = "T"\nsha256 = "{}"\nfile = "a.pdf"\npages = 2\n'


def written(folder: Path, text: str) -> Home:
    home = Home(folder)
    home.catalogue.parent.mkdir(parents=True)
    home.catalogue.write_text(text)
    return home


def edition(name: str, **more: str) -> Guideline:
    return Guideline(name, "T", name, "a.pdf", 2, **more)  # type: ignore[arg-type]


def test_comments_survive(tmp_path: Path) -> None:
    text = "# Kept by the pharmacy.\n\n" + ENTRY.format("a", "1") + 'licence = "CC0" # asked\n'
    home = written(tmp_path, text)
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "a")
        entries["b"] = edition("b")
    saved = home.catalogue.read_text()
    assert "# Kept by the pharmacy." in saved
    assert 'licence = "CC0" # asked' in saved
    found = catalogue.load(home)
    assert (found["a"].status, found["a"].licence, list(found)) == ("retired", "CC0", ["a", "b"])
    with catalogue.locked(home) as entries:
        entries["b"] = edition("b", url="https://x")
        entries["a"] = edition("a", status="retired")
    assert catalogue.load(home) == {
        "a": edition("a", status="retired"), "b": edition("b", url="https://x")
    }  # fmt: skip


def test_a_date_without_quotes_is_a_date(tmp_path: Path) -> None:
    home = written(tmp_path, ENTRY.format("a", "1") + "review_by = 2020-01-31\n")
    entry = catalogue.load(home)["a"]
    assert entry.review_by == "2020-01-31"
    assert check(home, [entry], date(2026, 1, 1))[0].what.endswith("is missing")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ENTRY.format("a", "1") + ENTRY.format("a", "2"), "entry a: stands there twice"),
        (ENTRY.format("a", "1").replace("= 2", '= "two"'), "pages = 'two' is of the wrong kind"),
        (ENTRY.format("a", "1") + "edition = 2\n", "edition = 2 is of the wrong kind"),
        ('[guideline]\nid = "a"\n', "cannot be read"),
    ],
)
def test_what_was_mistyped_is_told(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Problem, match=re.escape(why)):
        catalogue.load(written(tmp_path, text))


def test_two_editions_cannot_follow_each_other() -> None:
    entries = {name: edition(name) for name in "abc"}
    catalogue.supersede(entries, "a", "b")
    catalogue.supersede(entries, "b", "c")
    for new in ("a", "b"):
        with pytest.raises(Problem, match="neither would be current"):
            catalogue.supersede(entries, "c", new)
    assert [e.status for e in entries.values()] == ["superseded", "superseded", "current"]


def test_an_edition_that_one_of_two_followers_replaces_is_no_orphan() -> None:
    old = edition("old", status="superseded")
    new, gone = edition("new", supersedes="old"), edition("x", supersedes="old", status="retired")
    assert orphans([old, new, gone]) == []
    assert [f.guideline for f in orphans([old, gone])] == ["old"]


def test_show_says_which_pages_are_in_doubt_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "doubtful.pdf").write_bytes(
        pdf(
            [
                words(before="1 g")
                + b" 0 g "
                + words("This sentence is printed for all to read.", y=600),
                b"",
            ]
        )
    )
    monkeypatch.setenv("CLINICITE_HOME", str(tmp_path / "home"))
    intake.add(Home(tmp_path / "home"), tmp_path / "doubtful.pdf", {})
    argv = ["library", "show", "doubtful"]
    said = CliRunner().invoke(build_command(argv), argv).output
    assert "1 have no text; nothing on them can be found: 2" in said
    assert "page 2: the page has almost no text" in said
