"""SIGKILL at every step of a build: the old generation or the new one serves, never a mix."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guidelines import intake
from guidelines.home import Home
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.search import Index
from tests.conftest import ROOT, SAMPLES

# Runs the real build and dies by SIGKILL right before or right after the named call.
KILLER = """
import os, signal, sys
from importlib import import_module
place, when = sys.argv[2], sys.argv[3]
module, _, name = place.rpartition(".")
owner = import_module(module)
real = getattr(owner, name)
def dying(*args, **kwargs):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dying)
from guidelines.command import main
main(["--home", sys.argv[1], "index", "build"])
"""
STEPS = (
    "retrieval.store.write_passages",
    "retrieval.store.write_vectors",
    "retrieval.store.seal",
    "retrieval.store.write_manifest",
    "retrieval.store.promote",
    "os.rename",
)


def content(home: Home, generation: str) -> dict[str, str]:
    folder = store.generations(home) / generation
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_build_killed_at_a_step(
    step: str, when: str, sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    old = str(store.current_id(home))
    before = content(home, old)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    killed = subprocess.run(
        [sys.executable, "-c", KILLER, str(home.root), step, when],
        cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-500:]
    served = Index.open(home, embedder)  # what a reader gets after the restart is whole
    promoted = step == "retrieval.store.promote" and when == "after"
    assert (served.manifest.id != old) is promoted
    assert content(home, old) == before
    built = build(home, embedder, "t", lambda _: None, lambda *_: None)
    assert store.current_id(home) == built.manifest.id != old
    assert built.manifest.counts["anaphylaxis-2023"] > 10
    assert Index.open(home, embedder).search("adrenaline dose", 3)
    litter = [p for p in home.index.rglob(".*") if p.name != ".lock"]
    assert litter == []
