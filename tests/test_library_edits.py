"""What is known of an edition is edited, wrong proposals are turned down; a person's words stay."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from agent.library_acts import Library
from agent.library_intray import Intray
from guidelines import catalogue, dismissals, intake
from guidelines.check import Fault, check
from guidelines.dismissals import Dismissal
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.weights import CLINICAL
from tests.conftest import ROOT, SAMPLES

OLD, NEW = "cap-adults-2021", "cap-adults-2025"
TODAY = date(2026, 6, 1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    for name in (OLD, NEW):
        intake.add(made, SAMPLES / f"{name}.pdf", {"publisher": "P", "edition": name[-4:]})
    text = made.catalogue.read_text("utf-8")
    text = text.replace('publisher = "P"', 'publisher = "P" # as on the cover', 1)
    text = text.replace('edition = "2021"', 'edition = "2021"\nurl = "https://a.b" # asked Ann', 1)
    made.catalogue.write_text(f"# Kept by Ann.\n{text}", "utf-8")
    return made


def clinicite(home: Home, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guidelines.command", "--home", str(home.root), "library"]
    return subprocess.run(
        [*command, *args], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )


def open_faults(home: Home) -> list[Fault]:
    found = check(home, list(catalogue.load(home).values()), TODAY)
    return dismissals.open_and_dismissed(home, found)[0]


def test_an_edit_changes_what_it_names_and_every_comment_stays(home: Home) -> None:
    done = clinicite(home, "edit", OLD, "--publisher", "The Institute", "--url", "",
                     "--review-by", "2027-01-31")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "publisher: P -> The Institute",
        "review_by: not known -> 2027-01-31",
        "url: https://a.b -> not known",
    ]
    entry = catalogue.load(home)[OLD]
    assert (entry.publisher, entry.review_by, entry.url) == ("The Institute", "2027-01-31", "")
    text = home.catalogue.read_text("utf-8")
    assert text.startswith("# Kept by Ann.\n")
    assert 'publisher = "The Institute" # as on the cover' in text
    assert "# asked Ann" in text
    assert catalogue.load(home)[NEW].publisher == "P"
    assert clinicite(home, "edit", OLD, "--publisher", "The Institute").stdout.startswith("unch")


def test_faulty_fields_are_each_told_in_a_line_and_nothing_is_changed(home: Home) -> None:
    before = home.catalogue.read_bytes()
    done = clinicite(home, "edit", OLD, "--title", " ", "--published", "2025-02-30", "--url", "x",
                     "--population", "adults")  # fmt: skip
    assert done.returncode == 1
    assert [line.split(". Mend")[0] for line in done.stderr.splitlines()] == [
        "clinicite: title ' ': may not be empty",
        "clinicite: published '2025-02-30': is no date: write it as YYYY-MM-DD",
        "clinicite: url 'x': is no web address: it begins with http:// or https://",
    ]
    clinicite(home, "edit", OLD, "--review-by", "2024-01-01")
    late = clinicite(home, "edit", OLD, "--published", "2024-06-01")
    assert "review_by '2024-01-01': is not after the day of publication" in late.stderr
    assert clinicite(home, "edit", "nobody", "--title", "T").returncode == 1
    assert clinicite(home, "edit", OLD).returncode == 1
    clinicite(home, "edit", OLD, "--review-by", "")
    assert home.catalogue.read_bytes() == before


def test_a_dismissed_proposal_is_not_made_again_and_its_reason_is_kept(home: Home) -> None:
    proposed = [f for f in open_faults(home) if f.kind == "supersession"]
    assert {f.editions for f in proposed} == {(OLD, NEW)}
    done = clinicite(home, "dismiss", "supersession", OLD, NEW, "--reason", "two parts of one")
    assert done.returncode == 0, done.stderr
    (left,) = open_faults(home)
    assert left.kind == "near-duplicate"
    # Either order names the same pair of near-duplicates.
    clinicite(home, "dismiss", "near-duplicate", NEW, OLD, "--reason", "one body of text")
    checked = clinicite(home, "check", "--json")
    told = json.loads(checked.stdout)
    assert checked.returncode == 0
    assert list(told) == ["schema", "editions", "faults", "dismissed", "quarantine"]
    assert (told["schema"], told["editions"], told["faults"]) == (1, 2, [])
    assert [(d["kind"], d["reason"]) for d in told["dismissed"]] == [
        ("supersession", "two parts of one"), ("near-duplicate", "one body of text"),
    ]  # fmt: skip
    # Whatever else is written into the catalogue, they stay; and they can be taken back.
    clinicite(home, "edit", OLD, "--licence", "CC BY")
    assert len(dismissals.load(home)) == 2
    assert "# as on the cover" in home.catalogue.read_text("utf-8")
    assert clinicite(home, "dismiss", "supersession", OLD, NEW, "--again").returncode == 0
    assert {f.kind for f in open_faults(home)} == {"supersession"}
    assert clinicite(home, "dismiss", "near-duplicate", OLD, NEW, "--again").returncode == 0
    assert dismissals.load(home) == []


def test_a_dismissal_needs_a_reason_and_editions_that_are_there(home: Home) -> None:
    before = home.catalogue.read_bytes()
    for dismissal, why in (
        (Dismissal("supersession", (OLD, NEW), "", "2026-01-01"), "the reason: is empty"),
        (Dismissal("supersession", (OLD, "x"), "r", "2026-01-01"), "is not in the library"),
        (Dismissal("supersession", (OLD, OLD), "r", "2026-01-01"), "is about 2 editions"),
        (Dismissal("title", (OLD, NEW), "r", "2026-01-01", "T"), "is about 1 edition"),
    ):
        with pytest.raises(Problem, match=why):
            dismissals.dismiss(home, dismissal)
    assert home.catalogue.read_bytes() == before
    home.catalogue.write_bytes(before + b'[[dismissed]]\nkind = "hunch"\neditions = ["a"]\n')
    with pytest.raises(Problem, match="cannot be read"):
        dismissals.load(home)


def test_only_the_title_that_was_turned_down_is_not_proposed_again(home: Home) -> None:
    clinicite(home, "edit", OLD, "--title", OLD)
    (fault,) = [f for f in open_faults(home) if f.kind == "title"]
    assert fault.title == "Community-acquired pneumonia in adults"
    assert clinicite(home, "dismiss", "title", OLD, "--reason", "a series").returncode == 0
    assert [f for f in open_faults(home) if f.kind == "title"] == []
    (kept,) = dismissals.load(home)
    assert not kept.covers(Fault(OLD, "", "", "title", (OLD,), "Another title"))


def page_of(home: Home, tmp_path: Path) -> Library:
    return Library(home, CLINICAL, Intray(home, tmp_path))


def act(page: Library, **asked: object) -> str:
    until = time.monotonic() + 60
    drawn = page.act(json.dumps(asked))
    while "data-poll" in drawn and time.monotonic() < until:
        drawn = page.act(json.dumps({"do": "show", "view": "checks"}))
    return drawn


def test_the_page_edits_by_the_rules_of_its_add_form_and_tells_a_stale_form(
    home: Home, tmp_path: Path
) -> None:
    page = page_of(home, tmp_path)
    form = act(page, do="show", view=f"edit/{OLD}")
    token = re.search(r'data-token="(\w+)"', form)
    assert token is not None
    assert 'value="https://a.b"' in form
    fields = {"title": "Pneumonia <i>", "publisher": "", "edition": "1", "published": "2021-13-01",
              "url": "ftp://x", "status": "retired", "token": token[1]}  # fmt: skip
    wrong = act(page, do="edit", id=OLD, forms=[fields])
    assert re.findall(r'class="fault" id="(\w+)-', wrong) == ["publisher", "published", "url"]
    assert "Pneumonia &lt;i&gt;" in wrong
    assert catalogue.load(home)[OLD].edition == "2021"
    sound = {**fields, "publisher": "I", "published": "2021-03-01", "url": ""}
    assert f"Saved: {OLD}." in act(page, do="edit", id=OLD, forms=[sound])
    entry = catalogue.load(home)[OLD]
    assert (entry.title, entry.published, entry.status) == (
        "Pneumonia <i>",
        "2021-03-01",
        "current",
    )
    assert "# asked Ann" in home.catalogue.read_text("utf-8")
    stale = act(page, do="edit", id=OLD, forms=[{**sound, "title": "Other"}])
    assert "Somebody changed this edition after you opened it" in stale
    assert catalogue.load(home)[OLD].title == "Pneumonia <i>"
    assert "is not in the library" in act(page, do="edit", id="x", forms=5, view="list")


def test_the_page_turns_a_proposal_down_only_with_a_reason_and_proposes_it_again(
    home: Home, tmp_path: Path
) -> None:
    page = page_of(home, tmp_path)
    named = {"about": "supersession", "id": OLD, "other": NEW}
    assert 'class="box proposal"' in act(page, do="check")
    asked = act(page, do="ask-dismiss", **named)
    assert asked.startswith("<dialog")
    assert 'name="reason"' in asked
    assert "the reason: is empty" in act(page, do="dismiss", reason=" ", view="checks", **named)
    gone = act(page, do="dismiss", reason="r", about="supersession", id=NEW, other=OLD)
    assert "This is not proposed any more." in gone
    done = act(page, do="dismiss", reason="two <parts>", **named)
    assert 'class="box proposal"' not in done
    assert "two &lt;parts&gt;" in done
    assert dismissals.load(home)[0].reason == "two <parts>"
    assert 'class="box proposal"' not in act(page, do="check")
    assert 'class="box proposal"' in act(page, do="propose", **named)
