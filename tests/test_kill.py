"""SIGKILL at every step of a build, a rollback and a pruning: old or new serves, never a mix."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guidelines import intake
from guidelines.home import Home
from retrieval import releases, store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.search import Index
from tests.conftest import ROOT, SAMPLES

# Every step at which something changes on the disk, in the order of the work.
BUILD = (
    "retrieval.lock.sole_builder",
    "retrieval.releases.sweep",
    "retrieval.kept.save",
    "retrieval.journal.Journal.append",
    "tempfile.mkdtemp",
    "retrieval.store.write_passages",
    "retrieval.store.write_vectors",
    "retrieval.store.write_texts",
    "retrieval.lexical.Lexical.save",
    "retrieval.store.seal",
    "retrieval.store.write_manifest",
    "os.rename",
    "retrieval.store.promote",
    "retrieval.seen.remember",
    "retrieval.journal.drop",
)
# From the end of this one on, the new generation serves.
SWITCH = BUILD.index("retrieval.store.promote")
ROLLBACK = ("retrieval.store.verify", "tempfile.mkstemp", "os.replace", "retrieval.store.promote")
PRUNE = ("retrieval.releases.set_aside", "os.rename", "os.unlink", "os.rmdir", "shutil.rmtree")

# Runs the real command in a child that dies right before or right after the named call. The
# parent has imported what takes long and has no threads, so that forking it is sound.
KILLER = """
import json, os, pkgutil, signal, sys
import retrieval.build, sentence_transformers
from guidelines.command import main
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def run(place, when, argv):
    owner, _, name = place.rpartition(".")
    owner = pkgutil.resolve_name(owner)
    real = getattr(owner, name)
    def dying(*args, **kwargs):
        if when == "before":
            die()
        real(*args, **kwargs)
        die()
    setattr(owner, name, dying)
    for module in list(sys.modules.values()):  # where the call is known by a name of its own
        if getattr(module, name, None) is real:
            setattr(module, name, dying)
    main(argv)
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            run(*json.loads(line))
        finally:
            os._exit(99)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
Kill = Callable[[str, str, Home, list[str]], int]
Copy = Callable[[Home], Home]


@pytest.fixture(scope="module")
def kill() -> Iterator[Kill]:
    with subprocess.Popen(
        [sys.executable, "-c", KILLER], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    ) as killer:  # fmt: skip
        orders, replies = killer.stdin, killer.stdout
        assert orders is not None
        assert replies is not None
        assert replies.readline() == "ready\n"

        def run(place: str, when: str, home: Home, words: list[str]) -> int:
            argv = ["--home", str(home.root), "index", *words]
            print(json.dumps([place, when, argv]), file=orders, flush=True)
            return int(replies.readline())

        yield run
        orders.close()


def content(home: Home, generation: str) -> dict[str, str]:
    folder = store.generations(home) / generation
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def sealed(home: Home, generation: str) -> dict[str, str]:
    """Give a generation's content without its manifest, which says when it was made."""
    return {k: v for k, v in content(home, generation).items() if k != store.MANIFEST}


def litter(home: Home) -> list[Path]:
    return [p for p in home.index.rglob(".*") if p.name != ".lock"]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Give what makes a copy of a home that a test may harm."""

    def copied(home: Home) -> Home:
        found = Home(tmp_path / "home")
        shutil.copytree(home.root, found.root)
        return found

    return copied


def rebuild(home: Home, embedder: Embedder) -> str:
    return build(home, embedder, "t", lambda _: None, lambda *_: None).manifest.id


@pytest.fixture(scope="module")
def two(
    sample_home: Home, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, str, str]:
    """Give a home that was built, changed, and built again without any trouble."""
    home = Home(tmp_path_factory.mktemp("two") / "home")
    shutil.copytree(sample_home.root, home.root)
    old = str(store.current_id(home))
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    return home, old, rebuild(home, embedder)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", BUILD)
def test_a_build_killed_at_a_step(
    step: str,
    when: str,
    kill: Kill,
    two: tuple[Home, str, str],
    sample_home: Home,
    embedder: Embedder,
    copy: Copy,
) -> None:
    done, old, new = two
    home = copy(sample_home)
    before = content(home, old)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    assert kill(step, when, home, ["build"]) == -signal.SIGKILL
    served = Index.open(home, embedder)  # what a reader gets after the restart is whole
    at = BUILD.index(step)
    switched = at > SWITCH or (at == SWITCH and when == "after")
    assert served.manifest.id == (new if switched else old)
    assert content(home, old) == before
    built = build(home, embedder, "t", lambda _: None, lambda *_: None)
    assert store.current_id(home) == built.manifest.id == new
    assert sealed(home, new) == sealed(done, new)
    if at > BUILD.index("retrieval.journal.Journal.append"):
        assert built.embedded == 0
    assert Index.open(home, embedder).search("adrenaline dose", 3)
    assert litter(home) == []


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ROLLBACK)
def test_a_rollback_killed_at_a_step(
    step: str,
    when: str,
    kill: Kill,
    two: tuple[Home, str, str],
    embedder: Embedder,
    copy: Copy,
) -> None:
    done, old, new = two
    home = copy(done)
    before = content(home, old), content(home, new)
    assert kill(step, when, home, ["rollback", old]) == -signal.SIGKILL
    switched = when == "after" and step in ("os.replace", "retrieval.store.promote")
    assert Index.open(home, embedder).manifest.id == (old if switched else new)
    releases.rollback(home, old, "t")
    assert Index.open(home, embedder).manifest.id == old
    assert store.predecessor_id(home) == new
    assert (content(home, old), content(home, new)) == before
    rebuild(home, embedder)
    assert litter(home) == []


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", PRUNE)
def test_a_pruning_killed_at_a_step(
    step: str,
    when: str,
    kill: Kill,
    two: tuple[Home, str, str],
    embedder: Embedder,
    copy: Copy,
) -> None:
    done, _, new = two
    home = copy(done)
    intake.add(home, SAMPLES / "asthma-children-2024.pdf", {})
    third = rebuild(home, embedder)
    before = content(home, new), content(home, third)
    assert kill(step, when, home, ["prune", "--keep", "2"]) == -signal.SIGKILL
    assert Index.open(home, embedder).manifest.id == third
    assert all(r.manifest is not None for r in releases.releases(home))
    releases.prune(home, 2, "t")
    assert sorted(r.id for r in releases.releases(home)) == sorted([new, third])
    assert (content(home, new), content(home, third)) == before
    assert litter(home) == []


@pytest.mark.slow
@pytest.mark.parametrize("step", ["retrieval.releases.set_aside", "shutil.rmtree", "os.rename"])
def test_a_mending_killed_at_a_step(
    step: str,
    kill: Kill,
    two: tuple[Home, str, str],
    embedder: Embedder,
    copy: Copy,
) -> None:
    done, _, new = two
    home = copy(done)
    (store.generations(home) / new / store.PASSAGES).write_text("torn")
    assert kill(step, "after", home, ["build"]) == -signal.SIGKILL
    assert rebuild(home, embedder) == new
    assert sealed(home, new) == sealed(done, new)
    assert litter(home) == []
