"""Only pages of the catalogue can be asked for, and the line is where the picture scrolls to."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from agent.page_ref import PageRef, parse
from agent.page_sheet import sheet_html
from agent.words import ENGLISH
from guidelines import pages
from guidelines.home import Home
from guidelines.intake import add
from guidelines.library.generate import HERE
from tests.hostile_pdf import PAINTED, pdf, words

SHA = "ab" * 32
EVIL = "<img src=x onerror=alert(1)>"


def test_a_reference_comes_back_as_it_went() -> None:
    ref = PageRef(SHA, 4, ((10, 20), (30, 44)))
    assert str(ref) == f"{SHA}:4:10-20,30-44"
    assert parse(str(ref)) == ref
    assert parse(f"{SHA}:12:") == PageRef(SHA, 12)


@pytest.mark.parametrize(
    "text",
    [
        "", None, 7, SHA, f"{SHA}:0:", f"{SHA}:-1:", f"{SHA}:4", f"{SHA}:4:9-9", f"{SHA}:4:9-3",
        f"../../{SHA}:4:", f"{SHA[:-1]}:4:", f"{SHA.upper()}:4:", f"{SHA}:4:1-2\n", f"{SHA}:1e3:",
        f"{SHA}:4:" + ",".join(f"{n}-{n + 1}" for n in range(41)),
    ],
)  # fmt: skip
def test_what_is_no_reference_is_refused(text: object) -> None:
    assert parse(text) is None


def test_only_pages_of_the_catalogue_are_drawn(tmp_path: Path) -> None:
    home = Home(tmp_path)
    entry, _ = add(home, HERE / "anaphylaxis-2023.pdf", {"title": EVIL, "edition": "R3"})
    (home.files / f"{SHA}.pdf").write_bytes((HERE / "uti-2024.pdf").read_bytes())
    shown = sheet_html(home, f"{entry.sha256}:1:0-30", "", ENGLISH)
    assert "data:image/png;base64," in shown
    assert "Page 1 of 3" in shown
    assert shown.count("<img") == 1
    assert "disabled" in shown
    assert "&lt;img src=x" in shown
    for refused in (f"{entry.sha256}:4:", f"{SHA}:1:", "nonsense", None, 3):
        html = sheet_html(home, refused, "", ENGLISH)
        assert "This page is not in the library." in html
        assert "data:image" not in html
    assert "Open a citation" in sheet_html(home, "", "", ENGLISH)


def test_leafing_keeps_the_way_back_to_the_cited_line(tmp_path: Path) -> None:
    home = Home(tmp_path)
    entry, _ = add(home, HERE / "anaphylaxis-2023.pdf", {})
    cited = f"{entry.sha256}:2:83-140"
    shown = sheet_html(home, cited, cited, ENGLISH)
    assert "B1. Inject adrenaline into the middle of the outer thigh." in shown
    top = re.search(r'data-top="([0-9.]+)"', shown)
    assert top is not None
    assert 0.05 < float(top[1]) < 0.3
    away = sheet_html(home, f"{entry.sha256}:3:", cited, ENGLISH)
    assert "The cited line is on page 2." in away
    assert away.count(f'data-leaf="{cited}"') == 2


def test_a_span_past_the_pages_end_is_not_marked(tmp_path: Path) -> None:
    home = Home(tmp_path)
    entry, _ = add(home, HERE / "anaphylaxis-2023.pdf", {})
    html = sheet_html(home, f"{entry.sha256}:1:0-9999999", "", ENGLISH)
    assert "Highlighted line" not in html
    assert "data:image" in html


def test_a_page_made_to_be_slow_is_refused_plainly_and_holds_up_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    sound, _ = add(home, HERE / "anaphylaxis-2023.pdf", {})
    (tmp_path / "slow.pdf").write_bytes(pdf([words(), PAINTED + words()]))
    slow, _ = add(home, tmp_path / "slow.pdf", {"edition": "R7"})
    # Whatever a click opens, it is not opened in the page's own process.
    monkeypatch.setattr(pages, "_open", None)
    sheet_html(home, f"{sound.sha256}:1:", "", ENGLISH)
    seen: list[str] = []
    click = threading.Thread(
        target=lambda: seen.append(sheet_html(home, f"{slow.sha256}:2:", "", ENGLISH))
    )
    click.start()
    time.sleep(0.5)
    assert "data:image" in sheet_html(home, f"{sound.sha256}:2:83-140", "", ENGLISH)
    assert click.is_alive()
    click.join()
    # By the clock where others keep the machine busy.
    assert re.search(
        r"This page cannot be shown here \(took more than (3 s of computing|10 s)\)\.", seen[0]
    )
    assert "slow.pdf" in seen[0]
    assert "R7" in seen[0]
    assert "data:image" not in seen[0]
    assert f'data-leaf="{slow.sha256}:1:"' in seen[0]
    assert "data:image" in sheet_html(home, f"{slow.sha256}:1:", "", ENGLISH)


def test_a_worker_stays_for_its_file_and_one_that_was_lost_is_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (tmp_path / "own.pdf").write_bytes(pdf([words(), words()]))
    entry, _ = add(home, tmp_path / "own.pdf", {})

    def workers() -> set[psutil.Process]:
        return set(psutil.Process().children())

    before = workers()
    sheet_html(home, f"{entry.sha256}:1:", "", ENGLISH)
    (kept,) = workers() - before
    sheet_html(home, f"{entry.sha256}:2:", "", ENGLISH)
    assert workers() - before == {kept}
    (reader,) = kept.children()
    os.kill(reader.pid, signal.SIGKILL)
    assert "data:image" in sheet_html(home, f"{entry.sha256}:1:", "", ENGLISH)
    (fresh,) = workers() - before - {kept}
    assert fresh != kept
