"""The librarian's look at a page: what bars its lines from being quoted, and pages that do harm."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from pathlib import Path

import pytest

from agent.library_acts import Library
from agent.library_doubts import reasons_html
from agent.library_errand import Errand, Pending, Tell
from agent.library_intray import Intray
from agent.library_words import Say
from guidelines import intake
from guidelines.drawing import Drawn, drawn
from guidelines.home import Home
from guidelines.pages import read_page
from guidelines.problem import Problem
from guidelines.workers import Loss
from retrieval.weights import CLINICAL
from tests.conftest import SAMPLES
from tests.hostile_pdf import PAINTED, pdf, words

SAY = Say("en")


def shown(home: Home, view: str, uploads: Path) -> str:
    """Show a view as a browser does: again while something is being read."""
    library, until = Library(home, CLINICAL, Intray(home, uploads)), time.monotonic() + 60
    drawn_page = library.act(json.dumps({"do": "show", "view": view}))
    while "data-poll" in drawn_page and time.monotonic() < until:
        drawn_page = library.act(json.dumps({"do": "show", "view": view}))
    return drawn_page


def test_a_line_names_its_own_damage_and_a_page_in_doubt_says_why_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    broken = words("Start when the rate is \\001 90 a minute and stop below it.", y=660)
    (tmp_path / "g.pdf").write_bytes(pdf([words() + broken]))
    intake.add(home, tmp_path / "g.pdf", {"id": "g"})
    drawn_page = shown(home, "page/g/1", tmp_path)
    assert "q-suspect" in drawn_page
    assert drawn_page.count("Printed signs that the PDF’s text holds as no known character") == 1
    lines = re.findall(
        r'<li class="l-(\w+)">.*?</span> (.*?) <em class="why">(.*?)</em>', drawn_page
    )
    assert [(kind, why) for kind, _, why in lines] == [
        ("doubted", "not quoted: the page is in doubt"),
        ("hurt", "never quoted: this line lost characters"),
    ]
    assert '<mark class="gone">▯</mark> 90 a minute' in lines[1][1]
    assert "\x01" not in drawn_page


def test_a_page_that_cannot_be_drawn_says_so_and_its_lines_are_still_there(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (tmp_path / "g.pdf").write_bytes(pdf([words(), PAINTED + words()]))
    intake.add(home, tmp_path / "g.pdf", {"id": "g"})
    drawn_page = shown(home, "page/g/2", tmp_path)
    assert "This page cannot be drawn: its drawing took more than 5 s of computing." in drawn_page
    assert "<img" not in drawn_page
    assert "amoxicillin 500 mg" in drawn_page
    assert "<img" in shown(home, "page/g/1", tmp_path)


def test_a_worker_that_a_page_took_over_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "g.pdf"
    path.write_bytes(pdf([words()]))
    good = drawn(path, 1, 40, lines=[[(0, 4)]])
    assert isinstance(good, Drawn)
    assert 0.1 < good.parts[0][0].left < 0.2
    assert isinstance(drawn(path, 2, 40), Loss)
    sent = {"left": 0, "top": 0, "parts": [[]], "text": "", "label": ""}
    for told in ("", 7, {**sent, "png": "<script>"}, {**sent, "png": "aGVsbG8="}):
        monkeypatch.setattr("guidelines.caller.answer_of", lambda _, told=told: told)
        assert drawn(path, 1, 40, lines=[[(0, 4)]]) == Loss("gave no picture")


@pytest.mark.parametrize(
    ("reason", "shown_as"),
    [
        ("the page is a scan; its text was read by a machine and not proofed", "is a scan"),
        ("icon in 2 places", "web page’s buttons: 2"),
        ("the text says “5 mg” where OCR reads “<b>”", "“5 mg”, OCR reads “&lt;b&gt;”"),
        ("something <new>", "something &lt;new&gt;"),
    ],
)
def test_each_reason_is_worded_for_a_librarian(reason: str, shown_as: str) -> None:
    assert shown_as in reasons_html([reason], SAY)


def test_the_reasons_of_a_real_page_are_all_worded(tmp_path: Path) -> None:
    (tmp_path / "g.pdf").write_bytes(pdf([words("Give 5 \\001 mg or \\002 of it at once now.")]))
    page = read_page(tmp_path / "g.pdf", 1)
    assert page.reasons
    html = reasons_html(page.reasons, SAY)
    assert html.count("<li>") == 1
    assert "shown as ▯: 2" in html


def test_an_errand_is_done_once_for_a_key_and_left_for_another() -> None:
    go_on = threading.Event()
    runs: list[int] = []

    def read(tell: Tell) -> str:
        runs.append(len(runs))
        tell("page 1")
        go_on.wait(10)
        tell("page 2")
        return f"run {runs[-1]}"

    errand = Errand(read)
    first = errand.ask("a", 0.05)
    assert isinstance(first, Pending)
    assert first.what == "page 1"
    assert isinstance(errand.ask("a", 0.05), Pending)
    assert runs == [0]
    assert isinstance(errand.ask("b", 0.05), Pending)  # the reading for "a" is left
    go_on.set()
    assert errand.ask("b", 10) == "run 1"
    assert errand.ask("b", 0) == "run 1"
    assert errand.known("a") is None
    assert runs == [0, 1]


def test_a_problem_of_an_errand_is_raised_and_the_next_asking_tries_again() -> None:
    answers: list[object] = [Problem("a PDF", "is missing", "add it"), "found"]

    def read(_: Tell) -> object:
        answer = answers.pop(0)
        if isinstance(answer, Problem):
            raise answer
        return answer

    errand = Errand(read)
    with pytest.raises(Problem, match="is missing"):
        errand.ask("a", 10)
    assert errand.ask("a", 10) == "found"


def test_the_plan_is_read_in_the_background_and_an_addition_that_supersedes_asks_first(
    sample_home: Home, tmp_path: Path
) -> None:
    home, uploads = Home(tmp_path / "home"), tmp_path / "uploads"
    shutil.copytree(sample_home.root, home.root)
    uploads.mkdir()
    shutil.copy(SAMPLES / "uti-2024.pdf", uploads / "uti.pdf")
    page = Library(home, CLINICAL, Intray(home, uploads))

    def act(**asked: object) -> str:
        return page.act(json.dumps(asked))

    drawn_page = act(do="uploaded", files=[{"name": "uti.pdf", "path": str(uploads / "uti.pdf")}])
    token = re.search(r'data-token="(\w+)"', drawn_page)
    assert token is not None
    form = {"token": token[1], "title": "Fever, newer", "publisher": "P", "edition": "2",
            "id": "new", "supersedes": "fever-children-2022"}  # fmt: skip
    before = home.catalogue.read_bytes()
    asked = act(do="add", forms=[form])
    assert asked.startswith("<dialog")
    assert "Fever in children" in asked
    assert home.catalogue.read_bytes() == before
    assert "Added to the library: 1" in act(do="add", forms=[form], sure="yes")
    # Its reading began with the adding; until it is done the page says that it reads.
    seen = act(do="show", view="build")
    until = time.monotonic() + 60
    while "data-poll" in seen and time.monotonic() < until:
        assert "What the next build would do" in seen
        assert 'data-do="build"' not in seen
        seen = act(do="show", view="build")
    assert "k-added" in seen
    assert 'data-do="build"' in seen
