"""`library check`: every fault at once, each with the command that mends it."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from guidelines import catalogue, intake
from guidelines.catalogue import Guideline
from guidelines.check import Fault, check, says
from guidelines.home import Home
from tests.conftest import ROOT, SAMPLES

TODAY = date(2026, 6, 1)
REAL = ROOT.parent / "shared" / "data" / "guideline-pdfs"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    for name in ("cap-adults-2021", "cap-adults-2025", "uti-2024"):
        intake.add(found, SAMPLES / f"{name}.pdf", {"publisher": name[:3], "title": name[:3]})
    return found


def faults(home: Home, **changes: Guideline) -> list[Fault]:
    entries = {**catalogue.load(home), **changes}
    return check(home, list(entries.values()), TODAY)


def test_a_sound_library_has_no_fault(home: Home) -> None:
    with catalogue.locked(home) as entries:
        catalogue.supersede(entries, "cap-adults-2021", "cap-adults-2025")
    assert faults(home) == []


def test_two_current_editions_are_told_by_name_by_content_and_by_their_own_words(
    home: Home,
) -> None:
    found = faults(home)
    assert {f.guideline for f in found} == {"cap-adults-2025"}
    said = " | ".join(f.what for f in found)
    assert "is current beside cap-adults-2021, which has the same title" in said
    assert "of its words' runs with cap-adults-2021" in said
    assert "says of itself" in said
    assert "clinicite library supersede cap-adults-2021 cap-adults-2025" in {f.mend for f in found}


def test_missing_and_changed_files_and_bad_dates_are_all_told_at_once(home: Home) -> None:
    with catalogue.locked(home) as entries:
        catalogue.supersede(entries, "cap-adults-2021", "cap-adults-2025")
    entries = catalogue.load(home)
    catalogue.file_of(home, entries["cap-adults-2021"]).unlink()
    changed = catalogue.file_of(home, entries["cap-adults-2025"])
    changed.write_bytes(changed.read_bytes() + b" ")
    uti = replace(entries["uti-2024"], review_by="2026-05-31", published="May 2024")
    found = [(f.guideline, f.what.split(" of its PDF")[0]) for f in faults(home, **{uti.id: uti})]
    sha = entries["cap-adults-2021"].sha256
    assert found == [
        ("cap-adults-2021", f"its PDF {sha}.pdf is missing"),
        ("cap-adults-2025", "the bytes"),
        ("uti-2024", "published 'May 2024' is no date"),
        ("uti-2024", "was to be reviewed by 2026-05-31"),
    ]
    due = replace(uti, review_by="2026-06-01", published="2024-05-01")
    assert "uti-2024" not in {f.guideline for f in faults(home, **{due.id: due})}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_a_real_alert_that_supersedes_another_is_proposed_and_not_decided(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for path in sorted(REAL.glob("cdc-*.pdf")):
        intake.add(home, path, {})
    found = faults(home)
    assert [f.mend for f in found] == [
        "clinicite library supersede cdc-han-00426-2019ncov-2020-01-17 "
        "cdc-han-00427-2019ncov-2020-02-01"
    ]
    assert {e.status for e in catalogue.load(home).values()} == {"current"}


def test_what_a_text_says_of_older_editions_is_read_up_to_the_sentence_ends() -> None:
    sentence = "This guidance supersedes HAN 426 and is replacing all earlier notes"
    assert list(says(f"Wash hands. {sentence}. Rest.")) == [sentence]
    assert list(says("不变。本标准代替旧版，1999年。其他。")) == ["本标准代替旧版，1999年"]
    assert list(says("A replacement is not meant. Nor is 'unreplaces'.")) == []
    far = "x" * 400
    assert list(says(f"{far} replaces {far}")) == [f"{'x' * 159} replaces {'x' * 159}"]


def test_a_book_without_full_stops_is_searched_in_no_time() -> None:
    text = "doses of the medicine and the table of weights " * 85_000
    began = time.process_time()
    assert list(says(f"{text}replaces 426")) == [f"{text[-160:]}replaces 426".strip()]
    assert time.process_time() - began < 2
