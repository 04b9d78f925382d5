"""The plan tells what a build would do, and rollback goes back to what was, bit for bit."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from guidelines import catalogue, intake
from guidelines.command import build as build_command
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.plan import plan
from retrieval.search import Index
from retrieval.store import Manifest
from retrieval.weights import CLINICAL
from tests.conftest import SAMPLES


@pytest.fixture
def home(sample_home: Home, tmp_path: Path) -> Home:
    copied = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, copied.root)
    return copied


def rebuild(home: Home, embedder: Embedder) -> str:
    return build(home, embedder, "2026-01-02T00:00:00+00:00", lambda _: None, lambda *_: None
                 ).manifest.id  # fmt: skip


def kinds(home: Home, embedder: str = CLINICAL) -> dict[str, str]:
    return {c.guideline: c.kind for c in plan(home, embedder).changes}


def test_nothing_changed_is_said_for_every_guideline(home: Home) -> None:
    assert set(kinds(home).values()) == {"unchanged"}
    assert plan(home, CLINICAL).seconds == 0


def test_each_change_is_named_and_counted_before_anything_is_done(
    home: Home, embedder: Embedder
) -> None:
    before = store.current_id(home)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "fever-children-2022")
        entries["child-diarrhoea-zh-2023"] = replace(
            entries["child-diarrhoea-zh-2023"], status="superseded"
        )
        entries["cap-adults-2025"] = replace(entries["cap-adults-2025"], title="Another title")
    made = plan(home, CLINICAL)
    found = {c.guideline: c for c in made.changes}
    assert {i: c.kind for i, c in found.items()} == {
        "cap-adults-2021": "unchanged",
        "cap-adults-2025": "changed",
        "child-diarrhoea-zh-2023": "re-statused",
        "anaphylaxis-2023": "added",
        "fever-children-2022": "removed",
    }
    assert found["child-diarrhoea-zh-2023"].detail == "current to superseded"
    assert made.seconds > 0
    assert store.current_id(home) == before
    embedded = found["anaphylaxis-2023"].passages + found["cap-adults-2025"].passages
    built = build(home, embedder, "t", lambda _: None, lambda *_: None)
    assert built.embedded == embedded
    assert set(kinds(home).values()) == {"unchanged"}


def test_a_build_of_an_unchanged_library_reads_no_passage_and_embeds_nothing(
    home: Home, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("an unchanged library is not read")

    first = rebuild(home, embedder)
    with monkeypatch.context() as patch:
        patch.setattr("retrieval.build._build", never)
        built = build(home, embedder, "t", lambda _: None, lambda *_: None)
        assert (built.manifest.id, built.unchanged, built.embedded) == (first, True, 0)
        # The same bytes with other times on the disk are hashed, and are the same.
        for path in home.files.iterdir():
            path.touch()
        assert build(home, embedder, "t", lambda _: None, lambda *_: None).unchanged


def test_what_an_unchanged_library_was_built_from_is_not_taken_on_trust(
    home: Home, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rebuild(home, embedder)
    pdf = next(home.files.iterdir())
    times = pdf.stat()
    data = bytearray(pdf.read_bytes())
    data[len(data) // 2] ^= 1
    pdf.write_bytes(data)
    os.utime(pdf, ns=(times.st_atime_ns, times.st_mtime_ns))  # same size, same time stamp
    with pytest.raises(Problem, match="missing or its bytes have changed"):
        rebuild(home, embedder)
    data[len(data) // 2] ^= 1
    pdf.write_bytes(data)
    assert rebuild(home, embedder) == first
    # Other code that reads, cuts or indexes: built anew and compared, though nothing else changed.
    monkeypatch.setattr("retrieval.seen.program", lambda: "other code")
    built = build(home, embedder, "t", lambda _: None, lambda *_: None)
    assert (built.unchanged, built.embedded, built.manifest.id) == (True, 0, first)
    memo = json.loads((home.index / "seen.json").read_text())
    for text in ("{torn", json.dumps({**memo, "files": None})):
        (home.index / "seen.json").write_text(text)
        assert rebuild(home, embedder) == first


def test_a_generation_is_hashed_once_a_day_and_whenever_it_was_touched(
    home: Home, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rebuild(home, embedder)
    hashed: list[str] = []
    real = store.verify

    def verify(folder: Path, manifest: Manifest) -> None:
        hashed.append(folder.name)
        real(folder, manifest)

    monkeypatch.setattr("retrieval.store.verify", verify)
    monkeypatch.setattr("retrieval.seen._DOUBT_NS", 0)
    assert [rebuild(home, embedder) for _ in range(3)] == [first] * 3
    assert len(hashed) == 1
    (store.generations(home) / first / store.TEXTS).touch()
    assert rebuild(home, embedder) == first
    assert len(hashed) == 2
    memo = json.loads((home.index / "seen.json").read_text())
    for other in (memo["hashed"] - 86_400_000_000_001, memo["hashed"] + 10**15, "now"):
        (home.index / "seen.json").write_text(json.dumps({**memo, "hashed": other}))
        hashed.clear()
        assert rebuild(home, embedder) == first
        assert len(hashed) == 1


def test_a_bit_that_a_disk_turned_over_is_found_by_whoever_opens_and_mended_by_a_build(
    home: Home, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stamps are as they were: the memo alone would call the library unchanged."""
    monkeypatch.setattr("retrieval.seen._DOUBT_NS", 0)
    first = rebuild(home, embedder)
    rebuild(home, embedder)
    vectors = store.generations(home) / first / store.VECTORS
    data = bytearray(vectors.read_bytes())
    data[-9] ^= 1
    vectors.write_bytes(data)
    path = home.index / "seen.json"
    memo = json.loads(path.read_text())
    facts = vectors.stat()
    stamp = [facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]
    path.write_text(json.dumps({**memo, "index": {**memo["index"], store.VECTORS: stamp}}))
    assert rebuild(home, embedder) == first
    assert vectors.read_bytes() == data
    with pytest.raises(Problem, match=r"vectors\.faiss is missing, torn or altered"):
        Index.open(home, embedder)
    assert rebuild(home, embedder) == first
    assert Index.open(home, embedder).manifest.id == first


def test_another_embedder_changes_everything(home: Home) -> None:
    assert set(kinds(home, "bge-small").values()) == {"changed"}


def test_other_weights_under_the_same_name_change_everything(home: Home) -> None:
    path = store.generations(home) / str(store.current_id(home)) / store.MANIFEST
    fields = json.loads(path.read_text())
    path.write_text(json.dumps({**fields, "embedder_sha256": "0" * 64}))
    made = plan(home, CLINICAL)
    assert {c.kind for c in made.changes} == {"changed"}
    assert sum(c.passages for c in made.changes) == fields["passages"]


def test_the_same_input_gives_the_same_generation_in_another_process(
    sample_home: Home, home: Home
) -> None:
    import subprocess
    import sys

    shutil.rmtree(home.index)
    subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(home.root), "index", "build"],
        check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"},
        cwd=SAMPLES.parent.parent,
    )  # fmt: skip
    assert store.current_id(home) == store.current_id(sample_home)


def test_rollback_goes_back_and_refuses_what_is_not_whole(
    home: Home, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINICITE_HOME", str(home.root))
    first = str(store.current_id(home))
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    second = rebuild(home, embedder)
    runner = CliRunner()

    def rollback(generation: str) -> tuple[int, str]:
        words = ["index", "rollback", generation]
        done = runner.invoke(build_command(words), words)
        return done.exit_code, f"{done.output}{done.exception}"

    assert rollback(first)[0] == 0
    assert store.current_id(home) == first
    vectors = store.generations(home) / second / store.VECTORS
    vectors.write_bytes(vectors.read_bytes()[:-3])
    status, said = rollback(second)
    assert status == 1
    assert "vectors.faiss is missing, torn or altered" in said
    assert store.current_id(home) == first
    assert "is not here" in rollback("nothing")[1]
    # What a killed build left behind was judged by nobody.
    left = store.generations(home) / ".building-x"
    shutil.copytree(store.generations(home) / first, left)
    assert "is not here" in rollback(left.name)[1]
    assert "is not here" in rollback(f"../generations/{first}")[1]


def test_a_plan_expects_the_reading_too_and_an_empty_library_is_told_what_to_do(
    home: Home, tmp_path: Path
) -> None:
    intake.add(home, SAMPLES / "uti-2024.pdf", {})
    made = plan(home, CLINICAL)
    assert made.reading == pytest.approx(7 / 80)
    assert made.seconds > made.reading
    shutil.rmtree(home.index)
    pages = sum(e.pages for e in catalogue.load(home).values())
    assert plan(home, CLINICAL).reading == pytest.approx(pages / 80)
    status, out, err = index_command(tmp_path / "none", "plan")
    assert (status, out) == (0, "")
    assert err == "The library has no guideline to index. Add one: clinicite library add FILE.pdf\n"


def index_command(root: Path, *args: str) -> tuple[int, str, str]:
    words = ["--home", str(root), "index", *args]
    done = CliRunner().invoke(build_command(words), words)
    return done.exit_code, done.stdout, done.stderr


def test_plan_list_and_verify_give_one_document_with_stable_keys(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINICITE_HOME", str(home.root))
    current = str(store.current_id(home))

    def told(*args: str) -> tuple[int, dict[str, Any]]:
        status, out, _ = index_command(home.root, *args, "--json")
        return status, json.loads(out)

    made = told("plan")[1]
    assert list(made) == ["schema", "changes", "seconds", "reading"]
    assert made["seconds"] == 0
    status, listed = told("list")
    (one,) = listed["generations"]
    assert list(one) == ["id", "current", "predecessor", "in_use", "readable", "created",
                         "passages", "guidelines", "embedder", "gate"]  # fmt: skip
    assert (one["id"], one["current"], one["readable"], status) == (current, True, True, 0)
    assert len(one["guidelines"]) == 4
    status, sound = told("verify")
    assert list(sound) == ["schema", "generation", "sound", "files", "why"]
    assert (status, sound["sound"], sound["why"]) == (0, True, "")
    (store.generations(home) / current / store.VECTORS).write_bytes(b"torn")
    status, torn = told("verify")
    assert list(torn) == list(sound)
    assert (status, torn["sound"]) == (1, False)
    assert "vectors.faiss is missing, torn or altered" in str(torn["why"])
    (store.generations(home) / current / store.MANIFEST).write_text("{torn")
    (broken,) = told("list")[1]["generations"]
    assert list(broken) == list(one)
    assert (broken["id"], broken["readable"], broken["passages"]) == (current, False, None)
