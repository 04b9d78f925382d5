"""A place that may not be written, or is something else: one line, and the index stays whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guidelines import intake
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import releases, store
from retrieval.embed import Embedder
from retrieval.search import Index
from tests.conftest import SAMPLES
from tests.test_full_disk import assert_whole, litter, rebuild

NOBODY = 65534


@pytest.fixture
def changed(sample_home: Home, tmp_path: Path) -> tuple[Home, str]:
    """Give a home whose library has one PDF more than its index, and the index's generation."""
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    return home, str(store.current_id(home))


@contextmanager
def somebody_else() -> Iterator[None]:
    """Be a user that file permissions hold for: root passes them all."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("place", ["index", "index/generations", "index/.lock"])
def test_a_place_that_may_not_be_written(
    place: str, changed: tuple[Home, str], embedder: Embedder, tmp_path: Path
) -> None:
    home, old = changed
    for folder in (*tmp_path.parents[:2], tmp_path):
        folder.chmod(0o755)
    if os.geteuid() == 0:
        for path in (home.root, *home.root.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    (home.root / place).chmod(0o444 if place.endswith("lock") else 0o555)
    with somebody_else(), pytest.raises(Problem, match="Permission denied") as told:
        rebuild(home, embedder)
    assert told.value.mend == "let this user write there, then clinicite index build"
    assert_whole(home, old)
    (home.root / place).chmod(0o755)
    # As root again: this user may not be allowed to start a reader from where Python lies.
    new = rebuild(home, embedder)
    assert_whole(home, new)
    assert litter(home) == []


@pytest.mark.parametrize("place", ["generations", ".lock", ".work"])
def test_a_place_that_is_something_else(
    place: str, changed: tuple[Home, str], embedder: Embedder, tmp_path: Path
) -> None:
    home, old = changed
    path = home.index / place
    if path.exists():
        path.rename(tmp_path / "aside")
    if place == ".lock":
        path.mkdir()
    else:
        path.write_text("not a folder")
    with pytest.raises(Problem, match="cannot be written") as told:
        rebuild(home, embedder)
    assert "\\n" not in str(told.value)
    path.rmdir() if path.is_dir() else path.unlink()
    if (tmp_path / "aside").exists():
        (tmp_path / "aside").rename(path)
    assert_whole(home, old)
    assert rebuild(home, embedder) != old
    assert litter(home) == []


def test_rollback_and_prune_tell_it_too(
    changed: tuple[Home, str], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, old = changed
    new = rebuild(home, embedder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(Problem, match="No space left") as told:
            releases.rollback(home, old, "t")
        assert told.value.mend.endswith(f"clinicite index rollback {old}")
    assert_whole(home, new)
    assert Index.open(home, embedder).manifest.id == new
    releases.rollback(home, old, "t")
    assert_whole(home, old)
    assert litter(home) == []
