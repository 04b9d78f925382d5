"""Three journeys through real parts: ingest, answer, score; and the page over all of them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from agent.holder import IndexHolder
from agent.page import serve_page
from agent.session import Options, Session
from guidelines import catalogue
from guidelines.home import Home
from guidelines.pages import page_text
from retrieval.embed import Embedder
from retrieval.passages import quote_spans
from tests.conftest import ROOT, SAMPLES
from tests.real_model import RealModel, running

CHROMIUM = Path("/usr/bin/chromium")
QUESTION = "Low-severity pneumonia, no penicillin allergy: amoxicillin dose and duration?"


def clinicite(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(home), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Journey one: a librarian adds the samples and builds the index, by the commands."""
    home = tmp_path_factory.mktemp("library")
    added = clinicite(home, "library", "add", "--from", str(SAMPLES / "samples.toml"))
    assert added.stdout.count("added: ") == 11, added.stderr
    built = clinicite(home, "index", "build")
    assert "11 guidelines" in built.stdout, built.stderr
    return home


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealModel]:
    with running(tmp_path_factory.mktemp("model")) as found:
        yield found


def test_ingest(library: Path) -> None:
    found = clinicite(library, "index", "search", "loperamide in children", "-k", "3", "--json")
    document = json.loads(found.stdout)
    assert document["schema"] == 1
    assert [hit["rank"] for hit in document["hits"]] == [1, 2, 3]
    for hit in document["hits"]:
        assert set(hit) >= {
            "guideline", "edition", "status", "file_sha256", "page", "section", "passage_id",
            "text", "quality", "score",
        }  # fmt: skip
    assert clinicite(library, "index", "verify").stdout.startswith("sound: ")
    again = clinicite(library, "index", "build")
    assert "unchanged generation" in again.stdout
    assert "(0 embedded" in again.stdout


@pytest.mark.vllm
def test_answer(library: Path, model: RealModel) -> None:
    home = Home(library)
    asked = clinicite(
        library, "ask", QUESTION, "--json",
        CLINICITE_MODEL_URL=model.server.url, CLINICITE_MODEL=model.server.model,
    )  # fmt: skip
    answer = json.loads(asked.stdout)
    assert answer["abstained"] is False, asked.stderr
    assert answer["selected_by"] == "retrieval"
    assert len(answer["thinking"]) >= 10
    entries = {e.sha256: e for e in catalogue.load(home).values()}
    cited = [c for claim in answer["claims"] for c in claim["citations"]]
    assert cited
    for citation in cited:
        path = catalogue.file_of(home, entries[citation["file_sha256"]])
        spans = [(a, b) for a, b in citation["spans"]]
        assert quote_spans(page_text(path, citation["page"]), spans) == citation["quote"]
    assert any(
        (c["guideline"], c["page"]) in {("cap-adults-2025", 4), ("cap-adults-2025", 5)}
        for c in cited
    )
    assert "cap-adults-2021" not in {c["guideline"] for c in cited}


@pytest.mark.vllm
def test_score(library: Path, model: RealModel, tmp_path: Path) -> None:
    rows = (ROOT / "evals" / "benchmarks" / "samples.jsonl").read_text("utf-8").splitlines()
    few = tmp_path / "few.jsonl"
    kinds = ("single", "table", "unanswerable", "superseded")
    chosen = [next(r for r in rows if json.loads(r)["kind"] == kind) for kind in kinds]
    few.write_text("\n".join(chosen) + "\n", "utf-8")
    run = tmp_path / "run"
    ran = clinicite(
        library, "eval", "run", str(few), "--out", str(run),
        CLINICITE_MODEL_URL=model.server.url, CLINICITE_MODEL=model.server.model,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    scored = json.loads(clinicite(library, "eval", "score", str(run), "--json").stdout)
    scores = {r["name"]: r for r in scored["scores"]}
    assert (scored["scored"], scored["unscored"]) == (4, [])
    cited = scores["citations resolvable"]["n"]
    assert cited > 0
    for name in ("citations resolvable", "provenance", "quotes verbatim, exact"):
        assert (scores[name]["k"], scores[name]["n"]) == (cited, cited)
    for name in ("superseded citations", "wrong-guideline citations"):
        assert (scores[name]["k"], scores[name]["n"]) == (0, cited)
    assert scores["channels apart"]["value"] == 1.0


@pytest.fixture
def page(library: Path, model: RealModel, embedder: Embedder) -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium")
    session = Session(IndexHolder(Home(library), embedder), model.chat, Options())
    url = serve_page(session.ask, Home(library), port=0, examples=[QUESTION])
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(url)
        # Before its scripts have run, the page would lose what is typed.
        tab.locator(".welcome .example").wait_for()
        yield tab
        browser.close()


@pytest.mark.vllm
@pytest.mark.browser
def test_a_clinician_asks_reads_and_checks_the_page(page: Page) -> None:
    box = page.locator("#question textarea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator(".thinking-text").first).not_to_be_empty(timeout=60_000)
    claims = page.locator(".claim-text")
    expect(claims.first).to_contain_text("moxicillin 1 g", timeout=60_000)
    page.locator(".chip").last.click()
    picture = page.locator(".sheet-scroll img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 600
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("Community-acquired pneumonia in adults")
    expect(sheet).to_contain_text("Aldermere Institute for Lung Care")
    expect(sheet).to_contain_text("CURRENT")
    # The line that is highlighted is the line that was cited.
    cited = claims.last.inner_text().rsplit("\n", 1)[0].rstrip("0123456789 ")
    expect(page.locator(".sheet-marked")).to_contain_text(cited[:60])
