"""Lost pages: told by every command that reads, kept in the manifest, never silently missing."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from guidelines import catalogue, intake
from guidelines.home import Home
from guidelines.pages import Page, read_pages
from retrieval import store
from retrieval.build import build
from retrieval.cutting import cut
from retrieval.embed import Embedder
from retrieval.plan import plan
from tests.conftest import ROOT, SAMPLES
from tests.hostile_pdf import bomb, pdf, words


def holed(folder: Path) -> Path:
    """Write three pages, the second of which is named and not there."""
    path = folder / "holed.pdf"
    pages = [words(f"On page {n} amoxicillin is given three times a day.") for n in (1, 2, 3)]
    path.write_bytes(pdf(pages).replace(b"8 0 R ", b"99 0 R "))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    intake.add(home, holed(tmp_path), {"id": "holed"})
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {"id": "whole"})
    return home


def clinicite(home: Home, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(home.root), *args],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip


def test_a_build_keeps_lost_pages_in_its_manifest_and_reads_them_again(
    home: Home, embedder: Embedder
) -> None:
    reads: list[str] = []
    first = build(home, embedder, "t", reads.append, lambda *_: None)
    assert list(first.manifest.lost) == ["holed"]
    assert list(first.manifest.lost["holed"]) == ["2"]
    assert first.manifest.lost["holed"]["2"].startswith("cannot be read: ")
    folder = store.generations(home) / first.manifest.id
    assert store.read_manifest(folder).lost == first.manifest.lost
    passages = store.read_passages(folder / store.PASSAGES)
    assert {p.page for p in passages if p.guideline == "holed"} == {1, 3}
    store.verify(folder, first.manifest)
    assert {c.guideline: c.kind for c in plan(home, embedder.name).changes} == {
        "holed": "unchanged", "whole": "unchanged",
    }  # fmt: skip
    second = build(home, embedder, "t2", reads.append, lambda *_: None)
    assert (second.unchanged, second.embedded) == (True, 0)
    assert reads == ["holed", "whole", "holed"]  # the lost page got another chance
    assert second.manifest.lost == first.manifest.lost


def test_every_command_that_reads_tells_the_lost_page(home: Home) -> None:
    built = clinicite(home, "index", "build")
    assert built.returncode == 0, built.stderr
    assert "holed: 1 pages lost, not in the index: page 2 cannot be read: " in built.stderr
    assert (
        "1 cannot be read: page 2 cannot be read: "
        in clinicite(home, "library", "show", "holed").stdout
    )
    checked = clinicite(home, "library", "check")
    assert checked.returncode == 1
    assert "holed: 1 pages cannot be read: page 2 cannot be read: " in checked.stdout


def test_a_bomb_that_reached_the_library_costs_its_page_at_build(
    tmp_path: Path, embedder: Embedder
) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / "bomb.pdf"
    entry, _ = intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {"id": "one"})
    path.write_bytes(pdf([words("Give adrenaline into the thigh at once."), bomb(b"q ", 100)]))
    sha256 = store.sha256_of(path)
    path.replace(home.files / f"{sha256}.pdf")
    with catalogue.locked(home) as entries:
        entries["two"] = replace(entry, id="two", sha256=sha256, pages=2)
    built = build(home, embedder, "t", lambda _: None, lambda *_: None)
    assert built.manifest.lost == {"two": {"2": "needs more memory than a reader may have"}}
    assert built.manifest.counts["two"] == 1


def test_beside_a_lost_page_no_heading_is_carried_over_and_no_torn_sentence_is_whole() -> None:
    pages = list(read_pages(SAMPLES / "cap-adults-2025.pdf"))
    whole = cut(pages, "g", "0" * 64)
    gone = Page(4, "4", "", (), 0.0, 0.0, "lost", why="crashed its reader (SIGSEGV)")
    holed = cut([gone if p.number == 4 else p for p in pages], "g", "0" * 64)
    assert {p.page for p in holed} == {p.page for p in whole} - {4}
    after = {p.id: p for p in holed if p.page == 5}
    before = {p.id: p for p in whole if p.page == 5}
    carried = next(p for p in whole if p.page == 5)
    assert carried.section
    assert all(len(p.section) <= len(before[i].section) for i, p in after.items() if i in before)
    assert after[carried.id].section != carried.section
