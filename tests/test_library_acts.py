"""What the librarian's buttons do: uploads, what is not believed, and a build that is followed."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest

from agent.library_acts import Library
from agent.library_history import difference_html
from agent.library_intray import Intray
from agent.library_job import BuildJob, Progress
from agent.library_words import Say
from guidelines import catalogue, intake
from guidelines.home import Home
from retrieval import store
from retrieval.generations import difference, listed
from retrieval.weights import CLINICAL
from tests.conftest import SAMPLES


@pytest.fixture
def library(sample_home: Home, tmp_path: Path) -> tuple[Library, Home, Path]:
    home, uploads = Home(tmp_path / "home"), tmp_path / "uploads"
    shutil.copytree(sample_home.root, home.root)
    uploads.mkdir()
    return Library(home, CLINICAL, Intray(home, uploads)), home, uploads


def act(library: Library, **asked: object) -> str:
    """Send what a browser would, and again as it does while something is being read."""
    until = time.monotonic() + 60
    drawn = library.act(json.dumps(asked))
    while asked["do"] == "show" and "data-poll" in drawn and time.monotonic() < until:
        drawn = library.act(json.dumps(asked))
    return drawn


def test_of_several_uploads_each_bad_one_is_refused_with_its_reason(
    library: tuple[Library, Home, Path],
) -> None:
    page, home, uploads = library
    (uploads / "no.pdf").write_bytes(b"hello")
    whole = (SAMPLES / "uti-2024.pdf").read_bytes()
    (uploads / "cut.pdf").write_bytes(whole[:3000])
    for name, source in (("good", "uti-2024"), ("twin", "uti-2024"), ("known", "cap-adults-2021")):
        shutil.copy(SAMPLES / f"{source}.pdf", uploads / f"{name}.pdf")
    names = ("no", "cut", "good", "twin", "known")
    files = [{"name": f"{n}.pdf", "path": str(uploads / f"{n}.pdf")} for n in names]
    files.append({"name": "passwd", "path": "/etc/passwd"})
    files.append(
        {"name": "up.pdf", "path": f"{uploads}/../{home.root.name}/library/catalogue.toml"}
    )
    drawn = act(page, do="uploaded", files=files)
    assert "Not taken: 6" in drawn
    assert re.findall(r"<li><strong>([\w.]+)</strong> ([\w ]+)", drawn) == [
        ("no.pdf", "is not a PDF"),
        ("cut.pdf", "is cut off"),
        ("twin.pdf", "waits below already "),
        ("known.pdf", "is in the library already as "),
        ("passwd", "did not arrive"),
        ("up.pdf", "did not arrive"),
    ]
    token = re.search(r'data-token="(\w+)"', drawn)
    assert token is not None
    form = {"token": token[1], "title": "Urinary infection", "publisher": "P", "edition": ""}
    drawn = act(page, do="add", forms=[{**form, "id": "uti"}])
    assert "Fill this in." in drawn
    assert 'value="Urinary infection"' in drawn
    drawn = act(page, do="add", forms=[{**form, "edition": "2024", "id": "uti"}])
    assert "Added to the library: 1" in drawn
    entry = catalogue.load(home)["uti"]
    assert (entry.title, entry.edition, entry.file) == ("Urinary infection", "2024", "good.pdf")


def test_nothing_that_a_browser_sends_is_believed(library: tuple[Library, Home, Path]) -> None:
    page, home, _ = library
    before = home.catalogue.read_bytes(), store.current_id(home)
    assert 'data-view="list"' in page.act("no json")
    assert 'data-view="list"' in page.act('{"do": "delete-all"}')
    assert 'data-view="list"' in page.act('{"view": "page/none/1", "do": 3}')
    assert "is not in the library" in act(page, do="show", view="page/none/²")
    assert 'data-view="add"' in act(page, do="uploaded", files=5, view="add")
    assert "is not in the library" in act(page, do="retire", id="x", view="list")
    assert "is not here" in act(page, do="rollback", id="../../library", view="generations")
    assert "is not here" in act(page, do="verify", id="..", view="generations")
    assert "it has 8 pages" in act(page, do="show", view="page/cap-adults-2025/9")
    assert "cannot supersede itself" in act(
        page, do="supersede", old="cap-adults-2025", new="cap-adults-2025", view="list"
    )
    assert "&lt;b&gt;" in act(page, do="retire", id="<b>", view="<script>")
    assert (home.catalogue.read_bytes(), store.current_id(home)) == before


def test_a_build_tells_its_progress_and_a_stop_leaves_the_index_as_it_was(
    library: tuple[Library, Home, Path],
) -> None:
    _, home, _ = library
    old = store.current_id(home)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    job = BuildJob(home)
    job.start()
    with pytest.raises(Exception, match="is running already"):
        job.start()
    job.cancel()
    assert wait(job).phase == "stopped"
    assert store.current_id(home) == old
    job.start()
    ended = wait(job)
    assert ended.phase == "done", ended
    # The stopped build may have got as far as embedding: what it did is not done again.
    made = ended.result["embedded"] + ended.result["resumed"]
    assert (ended.done, ended.of) == (made, made)
    assert ended.result["counts"]["anaphylaxis-2023"] == made
    assert store.current_id(home) == ended.result["id"] != old
    manifests, broken = listed(home)
    assert [m.id for m in manifests] == [ended.result["id"], old]
    assert broken == []
    found = difference(manifests[1], manifests[0])
    assert found.added == ("anaphylaxis-2023",)
    assert (found.removed, found.changed, found.restatused) == ((), (), ())
    drawn = difference_html(manifests[1], manifests[0], found, manifests[0].titles, Say("en"))
    assert f"0 → {made}" in drawn


def wait(job: BuildJob) -> Progress:
    until = time.monotonic() + 120
    while job.progress().running and time.monotonic() < until:
        time.sleep(0.1)
    return job.progress()


def test_a_current_generation_that_no_reader_would_take_up_is_told_above_the_generations(
    library: tuple[Library, Home, Path],
) -> None:
    page, home, _ = library
    current = str(store.current_id(home))
    before = act(page, do="show", view="generations")
    assert current in before
    assert "Readers who had another generation keep it" not in before
    (store.generations(home) / current / store.PASSAGES).write_text("torn")
    drawn = act(page, do="show", view="generations")
    assert "its file passages.jsonl is missing, torn or altered" in drawn
    assert "Readers who had another generation keep it" in drawn


def test_a_catalogue_that_cannot_be_read_is_told_on_every_view(
    library: tuple[Library, Home, Path],
) -> None:
    page, home, _ = library
    home.catalogue.write_text("[[guideline", "utf-8")
    for view in ("list", "add", "build", "page/uti-2024/1"):
        assert "catalogue.toml" in act(page, do="show", view=view), view
