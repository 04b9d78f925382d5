"""A disk that is full at any write: told in one line, and the index stays whole."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from guidelines import intake
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from tests.conftest import ROOT, SAMPLES


def rebuild(home: Home, embedder: Embedder) -> str:
    return build(home, embedder, "t", lambda _: None, lambda *_: None).manifest.id


@pytest.fixture
def changed(sample_home: Home, tmp_path: Path) -> tuple[Home, str]:
    """Give a home whose library has one PDF more than its index, and the index's generation."""
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    return home, str(store.current_id(home))


def assert_whole(home: Home, generation: str) -> None:
    assert store.current_id(home) == generation
    folder = store.generations(home) / generation
    store.verify(folder, store.read_manifest(folder))


def litter(home: Home) -> list[Path]:
    return [p for p in home.index.rglob(".*") if p.name != ".lock"]


class Faults:
    """Lets the first calls that open, make, rename or sync a place under the index pass."""

    def __init__(self, index: Path) -> None:
        self.index = str(index)
        self.passes: int | None = None
        self.calls: list[str] = []

    def count(self, name: str, path: Any) -> None:
        if self.passes is None or not str(path).startswith(self.index):
            return
        self.calls.append(f"{name} {Path(str(path)).name}")
        if len(self.calls) > self.passes:
            raise OSError(28, "No space left on device", str(path))

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        writes = event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes or event in ("os.mkdir", "os.rename"):
            self.count(event, args[0])

    @contextmanager
    def after(self, passes: int) -> Iterator[list[str]]:
        self.passes, self.calls = passes, []
        try:
            yield self.calls
        finally:
            self.passes = None


@pytest.mark.slow
def test_the_disk_is_full_at_the_nth_write_for_every_n(
    changed: tuple[Home, str], embedder: Embedder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, old = changed
    pristine = tmp_path / "pristine"
    shutil.copytree(home.root, pristine)
    faults = Faults(home.index)
    sys.addaudithook(faults.hear)  # cannot be taken away again; hears nothing outside `after`
    real_sync = os.fsync

    def fsync(handle: int) -> None:
        faults.count("os.fsync", os.readlink(f"/proc/self/fd/{handle}"))
        real_sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with faults.after(10**6) as calls:
        new = rebuild(home, embedder)
        steps = list(calls)
    assert len(steps) > 40
    kinds = {"open", "os.mkdir", "os.rename", "os.fsync"}
    assert {s.split()[0] for s in steps} == kinds
    refused = 0
    for passes in range(len(steps)):
        shutil.rmtree(home.root)
        shutil.copytree(pristine, home.root)
        told = ""
        try:
            with faults.after(passes):
                rebuild(home, embedder)
        except Problem as problem:
            told = str(problem)
            refused += 1
        if told:
            assert "No space left on device" in told, steps[passes]
            assert told.endswith("free space on that disk, then clinicite index build")
        current = str(store.current_id(home))
        assert current in (old, new), steps[passes]
        assert_whole(home, current)
        assert rebuild(home, embedder) == new, steps[passes]
        assert_whole(home, new)
        assert litter(home) == [], steps[passes]
    # All but the memo of what was seen, which nothing depends on.
    assert refused >= len(steps) - 6


@pytest.mark.slow
def test_no_file_may_grow_beyond_a_limit(changed: tuple[Home, str], embedder: Embedder) -> None:
    home, old = changed
    sizes = [0, 100, 2_000, 20_000, 60_000, 120_000]
    code = (
        "import json, resource, sys\n"
        "from guidelines.command import main\n"
        "import retrieval.build, sentence_transformers\n"
        "for size in json.loads(sys.argv[2]):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "    try:\n"
        "        main(['--home', sys.argv[1], 'index', 'build'])\n"
        "    except SystemExit as end:\n"
        "        print('status', end.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.root), json.dumps(sizes)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["status 1"] * len(sizes)
    told = [line for line in done.stderr.splitlines() if line.startswith("clinicite: ")]
    assert len(told) == len(sizes)
    assert all("File too large" in t or "taken only in part" in t for t in told)
    assert all(t.endswith("free space on that disk, then clinicite index build") for t in told)
    assert "Traceback" not in done.stderr
    assert_whole(home, old)
    new = rebuild(home, embedder)
    assert_whole(home, new)
    assert litter(home) == []


# Runs in a mount namespace of its own: a real file system of some kilobytes holds the index.
SMALL = """
import subprocess, sys, shutil, traceback
from pathlib import Path
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.weights import CLINICAL
home = Home(Path(sys.argv[1]))
kept = home.root / "kept"
home.index.rename(kept)
home.index.mkdir()
def size(kib):
    remount = ["-o", f"remount,size={kib}k"] if home.index.is_mount() else ["-o", f"size={kib}k"]
    subprocess.run(["mount", "-t", "tmpfs", *remount, "tmpfs", home.index], check=True)
size(20_000)
shutil.copytree(kept, home.index, dirs_exist_ok=True)
old = store.current_id(home)
used = sum(-(-f.stat().st_size // 4096) * 4 for f in home.index.rglob("*") if f.is_file())
embedder = Embedder(CLINICAL, home.models)
def whole(generation):
    folder = store.generations(home) / generation
    store.verify(folder, store.read_manifest(folder))
def place(fault):
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [f for f in frames if Path(f.filename).parent.name in ("retrieval", "guidelines")]
    return " > ".join(f.name for f in ours if f.name not in ("build", "writing", "sole_builder"))
told = set()
for free in (8, 16, 40, 80, 120, 200, 280, 360, 400, 440, 480, 520, 560):
    size(used + free)
    try:
        done = build(home, embedder, "t", lambda _: None, lambda *_: None)
        print("built with", free, "KiB free")
        break
    except Problem as problem:
        told.add(place(problem.__cause__))
        assert str(problem).endswith("free space on that disk, then clinicite index build")
    assert store.current_id(home) == old
    whole(old)
size(20_000)
done = build(home, embedder, "t", lambda _: None, lambda *_: None)
whole(store.current_id(home))
assert done.manifest.id != old and store.current_id(home) == done.manifest.id
assert [p for p in home.index.rglob(".*") if p.name != ".lock"] == []
print("refused at", len(told), "places")
for line in sorted(told):
    print(line)
"""


@pytest.mark.slow
def test_a_real_disk_that_fills_up(changed: tuple[Home, str]) -> None:
    home, _ = changed
    alone = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets nobody mount a small file system")
    done = subprocess.run(
        [*alone, sys.executable, "-c", SMALL, str(home.root)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    # Where the disk ran full: in the journal, in several files of the generation.
    assert int(done.stdout.split("refused at ")[1].split()[0]) >= 3, done.stdout
    assert "append" in done.stdout
    assert "write_passages" in done.stdout
