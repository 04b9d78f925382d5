"""A reader's hold on a generation: what cannot serve is told, and the held one serves on."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.holder import IndexHolder
from guidelines import intake
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from tests.conftest import SAMPLES

QUESTION = "adrenaline dose in anaphylaxis"


@pytest.fixture
def promoted(sample_home: Home, embedder: Embedder, tmp_path: Path) -> tuple[Home, str, Path]:
    """Give a home whose second generation is current, the first one's id, the second's folder."""
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    first = str(store.current_id(home))
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    second = build(home, embedder, "t", lambda _: None, lambda *_: None).manifest.id
    return home, first, store.generations(home) / second


def tear(folder: Path) -> None:
    path = folder / store.VECTORS
    path.write_bytes(path.read_bytes()[:-100])


def alter(folder: Path) -> None:
    path = folder / store.PASSAGES
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def rewrite(folder: Path, **other: object) -> None:
    path = folder / store.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **other}), "utf-8")


def newer(folder: Path) -> None:
    rewrite(folder, schema=store.SCHEMA + 1)


def mismatched(folder: Path) -> None:
    rewrite(folder, embedder="bge-small", embedder_sha256="f" * 64)


def doubted(folder: Path) -> None:
    """Call a superseded edition current, in the manifest alone."""
    kept = json.loads((folder / store.MANIFEST).read_text("utf-8"))["statuses"]
    assert kept["cap-adults-2021"] == "superseded"
    rewrite(folder, statuses={**kept, "cap-adults-2021": "current"})


def gone(folder: Path) -> None:
    folder.rename(folder.with_name("0123456789ab"))


HARMS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a torn file": (tear, "its file vectors.faiss is missing, torn or altered"),
    "an altered byte": (alter, "its file passages.jsonl is missing, torn or altered"),
    "a newer format": (newer, "newer than this program's"),
    "another embedder": (mismatched, "was made with embedder 'bge-small'"),
    "an altered manifest": (doubted, "its file manifest.json is altered"),
    "no folder": (gone, "is not here"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_the_previous_generation_keeps_serving(
    harm: str,
    promoted: tuple[Home, str, Path],
    embedder: Embedder,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    home, first, folder = promoted
    store.promote(home, first)
    holder = IndexHolder(home, embedder)
    assert holder().manifest.id == first
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    do, why = HARMS[harm]
    do(folder)
    store.promote(home, folder.name)
    capsys.readouterr()
    for _ in range(3):
        held = holder()
        assert held.manifest.id == first
        assert held.search(QUESTION, 3)
    told = capsys.readouterr().err
    assert told.count("\n") == 1, told
    assert told.startswith(f"clinicite: generation {first} goes on serving; ")
    assert f"index generation {folder.name}: " in told
    assert why in told
    # A restart has nothing to hold: there it is the error that it was.
    with pytest.raises(Problem, match=folder.name):
        IndexHolder(home, embedder)()
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(whole, folder)
    assert holder().manifest.id == folder.name
    assert holder().search(QUESTION, 3)[0].guideline.id == "anaphylaxis-2023"
    assert capsys.readouterr().err == (
        f"clinicite: the index is mended; generation {folder.name} serves\n"
    )


def test_a_pointer_that_is_torn_or_gone_leaves_the_held_generation_serving(
    promoted: tuple[Home, str, Path], embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    home, _, folder = promoted
    holder = IndexHolder(home, embedder)
    holder()
    kept = store.pointer(home).read_bytes()
    store.pointer(home).write_bytes(b"\xff\xfe torn")
    assert holder().manifest.id == folder.name
    assert "cannot be read" in capsys.readouterr().err
    store.pointer(home).unlink()
    assert holder().manifest.id == folder.name
    assert "there is none yet" in capsys.readouterr().err
    store.pointer(home).write_bytes(kept)
    assert holder().manifest.id == folder.name
    assert capsys.readouterr().err.endswith(f"generation {folder.name} serves\n")


def test_a_build_mends_a_torn_generation_and_the_holder_takes_it_up(
    promoted: tuple[Home, str, Path], embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    home, first, folder = promoted
    store.promote(home, first)
    holder = IndexHolder(home, embedder)
    holder()
    tear(folder)
    store.promote(home, folder.name)
    assert holder().manifest.id == first
    assert "Mend: clinicite index build" in capsys.readouterr().err
    build(home, embedder, "t", lambda _: None, lambda *_: None)
    assert holder().manifest.id == folder.name
