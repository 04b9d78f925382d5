"""The gate: a generation that finds golden pages less often is not promoted without a reason."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from guidelines import catalogue, intake
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.gate import Gate
from retrieval.store import Manifest
from tests.conftest import ROOT, SAMPLES


@pytest.fixture
def home(sample_home: Home, tmp_path: Path) -> Home:
    """Copy the home and give it as golden those benchmark questions that it can answer."""
    copied = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, copied.root)
    here = {e.sha256 for e in catalogue.load(copied).values()}
    rows = (ROOT / "evals" / "benchmarks" / "samples.jsonl").read_text("utf-8").splitlines()
    kept = [
        r for r in rows if (g := json.loads(r)["gold"]) and {x["file_sha256"] for x in g} <= here
    ]
    assert len(kept) >= 12
    copied.catalogue.with_name("golden.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    return copied


def rebuild(home: Home, embedder: Embedder, force: str = "") -> Manifest:
    return build(home, embedder, "t", lambda _: None, lambda *_: None, force).manifest


def drown(home: Home) -> None:
    """Give one guideline a title that drowns its words in the index."""
    title = "Knitting patterns for teapots and other kitchen vessels " * 12
    with catalogue.locked(home) as entries:
        entries["cap-adults-2025"] = replace(entries["cap-adults-2025"], title=title)


def test_a_build_no_worse_is_promoted_and_keeps_its_figures(home: Home, embedder: Embedder) -> None:
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    manifest = rebuild(home, embedder)
    assert store.current_id(home) == manifest.id
    assert manifest.gate["questions"] >= 12
    assert manifest.gate["found"] >= 0.6 * manifest.gate["questions"]
    assert manifest.gate["before"] is not None
    kept = store.read_manifest(store.generations(home) / manifest.id)
    assert kept.gate == manifest.gate


def test_a_worse_build_is_refused_and_the_old_one_keeps_serving(
    home: Home, embedder: Embedder
) -> None:
    before = store.current_id(home)
    drown(home)
    with pytest.raises(Problem, match="not promoted") as refused:
        rebuild(home, embedder)
    assert "clinicite index build --force REASON" in str(refused.value)
    assert store.current_id(home) == before
    assert [p for p in store.generations(home).iterdir() if p.name.startswith(".building")] == []
    manifest = rebuild(home, embedder, force="the old edition was withdrawn by its publisher")
    assert store.current_id(home) == manifest.id
    assert manifest.gate["forced"] == "the old edition was withdrawn by its publisher"
    assert manifest.gate["found"] < manifest.gate["before"]


@pytest.mark.parametrize(
    ("gate", "shut"),
    [
        (Gate(100, 95, 100), False),
        (Gate(100, 94, 100), True),
        (Gate(20, 19, 20), False),
        (Gate(20, 18, 20), True),
        (Gate(0, 0, None), False),
        (Gate(20, 0, None), False),
        (Gate(20, 20, 10), False),
    ],
)
def test_the_margin_by_hand(gate: Gate, shut: bool) -> None:
    assert gate.shut is shut
