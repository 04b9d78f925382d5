"""The gate: a generation that finds golden pages less often is not promoted without a reason."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from guidelines import catalogue, intake
from guidelines.command import build as build_command
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.gate import Gate, causes_told
from retrieval.golden import golden_file
from retrieval.store import Manifest
from tests.conftest import ROOT, SAMPLES


@pytest.fixture
def home(sample_home: Home, tmp_path: Path) -> Home:
    """Copy the home and give it as golden those benchmark questions that it can answer."""
    copied = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, copied.root)
    here = {e.sha256 for e in catalogue.load(copied).values()}
    # Of the first 60, so that one question lost of these 16 is past the margin of one in twenty.
    rows = (ROOT / "evals" / "benchmarks" / "samples.jsonl").read_text("utf-8").splitlines()[:60]
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


def ids_on(home: Home, guideline: str) -> list[str]:
    """Give the golden questions that only this guideline answers, in the file's order."""
    sha256 = catalogue.load(home)[guideline].sha256
    rows = map(json.loads, golden_file(home).read_text("utf-8").splitlines())
    return [r["id"] for r in rows if {g["file_sha256"] for g in r["gold"]} == {sha256}]


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


def test_each_generation_is_judged_with_the_statuses_it_was_released_with(
    home: Home, embedder: Embedder
) -> None:
    """The retired guideline is gone from both by today's catalogue; its questions are not."""
    before = store.current_id(home)
    mine = ids_on(home, "fever-children-2022")
    assert len(mine) >= 3
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "fever-children-2022")
    with pytest.raises(Problem, match="not promoted") as refused:
        rebuild(home, embedder)
    assert "\n" not in str(refused.value)
    assert "lost: fever-children-2022 is retired: " in refused.value.why
    named = refused.value.why.partition("is retired: ")[2].partition(" and ")[0].split(", ")
    assert 1 <= len(named) <= 3
    assert set(named) <= set(mine)
    assert refused.value.mend.startswith("clinicite index build --force REASON")
    assert store.current_id(home) == before
    manifest = rebuild(home, embedder, force="withdrawn by its publisher")
    assert manifest.gate["forced"] == "withdrawn by its publisher"
    assert set(manifest.gate["lost"]) <= set(mine)
    assert set(manifest.gate["lost"].values()) == {"fever-children-2022 is retired"}
    assert manifest.gate["before"] - manifest.gate["found"] == len(manifest.gate["lost"]) >= 2
    kept = store.read_manifest(store.generations(home) / manifest.id)
    assert kept.gate == manifest.gate


def test_a_supersession_that_loses_golden_questions_names_them_and_the_edition(
    home: Home, embedder: Embedder
) -> None:
    with catalogue.locked(home) as entries:
        catalogue.supersede(entries, "fever-children-2022", "cap-adults-2025")
    with pytest.raises(Problem, match="lost: fever-children-2022 is superseded: "):
        rebuild(home, embedder)


def test_a_loss_within_the_margin_is_told_when_the_build_is_done(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ids_on(home, "fever-children-2022")
    golden = golden_file(home)
    rows = golden.read_text("utf-8").splitlines()
    others = [r for r in rows if json.loads(r)["id"] not in mine]
    kept = next(r for r in rows if json.loads(r)["id"] == mine[0])
    # One lost of more than twenty is within the margin.
    twice = [json.dumps({**json.loads(r), "id": f"again-{n}"}) for n, r in enumerate(others)]
    golden.write_text("\n".join([kept, *others, *twice]) + "\n", "utf-8")
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "fever-children-2022")
    monkeypatch.setenv("CLINICITE_HOME", str(home.root))
    words = ["index", "build"]
    done = CliRunner().invoke(build_command(words), words)
    assert done.exit_code == 0, done.output
    line = f"golden questions lost: fever-children-2022 is retired: {mine[0]}\n"
    assert line in done.stderr
    again = CliRunner().invoke(build_command(words), words)
    assert "lost" not in again.output


def test_a_generation_that_cannot_be_asked_is_no_yardstick_and_that_is_said(
    home: Home, embedder: Embedder
) -> None:
    folder = store.generations(home) / str(store.current_id(home))
    (folder / store.PASSAGES).write_text("torn")
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    gate = rebuild(home, embedder).gate
    assert gate["before"] is None
    assert gate["uncompared"] == (
        f"index generation {folder.name} its file passages.jsonl is missing, torn or altered"
    )


def test_what_was_lost_is_told_by_cause_the_commonest_first_and_not_at_any_length() -> None:
    lost = {"q1": "b is retired", **{f"a{n}": "a is retired" for n in range(5)}}
    assert causes_told(lost) == "a is retired: a0, a1, a2 and 2 more; b is retired: q1"
    many = {f"q{n}": f"g{n} is retired" for n in range(9)}
    assert causes_told(many).endswith("; g3 is retired: q3; other causes: 5")


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
