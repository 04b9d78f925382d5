"""A build that was broken off goes on where it stopped: nothing is embedded twice."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from guidelines import catalogue, intake
from guidelines.home import Home
from retrieval import store
from retrieval.build import Built, build
from retrieval.embed import Embedder, Progress, Vectors
from retrieval.journal import BATCH, Journal, text_keys
from retrieval.material import Read
from retrieval.plan import plan
from retrieval.weights import CLINICAL
from tests.conftest import CHOSEN, ROOT, SAMPLES


class Counting(Embedder):
    """The real embedder, counting what it is given; it may break off after some calls."""

    def __init__(self, exports: Path, breaks_after: int = 10**9) -> None:
        super().__init__(CLINICAL, exports)
        self.texts: list[str] = []
        self._left = breaks_after

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.texts += texts
        return super().encode(texts, progress)


def run(home: Home, embedder: Embedder, told: list[tuple[int, int]] | None = None) -> Built:
    def on_embed(done: int, total: int) -> None:
        if told is not None:
            told.append((done, total))

    return build(home, embedder, "2026-01-01T00:00:00+00:00", lambda _: None, on_embed)


@pytest.fixture
def unbuilt(sample_home: Home, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root / "library", home.root / "library")
    return home


def test_a_build_broken_off_embeds_only_the_rest_and_gives_the_same_bytes(
    unbuilt: Home, sample_home: Home, exports: Path
) -> None:
    first = Counting(exports, breaks_after=1)
    with pytest.raises(KeyboardInterrupt):
        run(unbuilt, first)
    assert len(first.texts) == BATCH
    assert store.current_id(unbuilt) is None
    second = Counting(exports)
    told: list[tuple[int, int]] = []
    built = run(unbuilt, second, told)
    total = built.manifest.passages
    assert total > BATCH + 32  # a batch and more are left
    assert told[0] == (BATCH, total)
    assert told[-1] == (total, total)
    assert (built.embedded, built.resumed, built.reused) == (total - BATCH, BATCH, 0)
    assert len(second.texts) == total - BATCH
    # The same as a build that was left alone, to the last bit.
    assert built.manifest.id == store.current_id(sample_home)
    assert not (unbuilt.index / ".work").exists()


def test_a_killed_process_leaves_its_vectors_to_the_next(unbuilt: Home, exports: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from retrieval.journal import Journal\n"
        "real = Journal.append\n"
        "def dying(*a):\n"
        "    real(*a)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Journal.append = dying\n"
        "from guidelines.command import main\n"
        "main(['--home', sys.argv[1], 'index', 'build'])\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(unbuilt.root)],
        cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-500:]
    counting = Counting(exports)
    built = run(unbuilt, counting)
    assert len(counting.texts) == built.embedded == built.manifest.passages - BATCH
    assert built.resumed == BATCH


@pytest.mark.parametrize("lost", [1, 31, 32, 33, 5000])
def test_a_torn_tail_is_known_by_its_checksum_and_cut_off(
    lost: int, embedder: Embedder, tmp_path: Path
) -> None:
    texts = [f"passage number {i}" for i in range(4)]
    keys = text_keys(texts)
    vectors = embedder.encode(texts)
    with Journal(tmp_path, embedder) as work:
        work.append(keys[:2], vectors[:2])
        whole = (tmp_path / "vectors.log").stat().st_size
        work.append(keys[2:], vectors[2:])
    log = tmp_path / "vectors.log"
    log.write_bytes(log.read_bytes()[: -min(lost, log.stat().st_size - whole)])
    with Journal(tmp_path, embedder) as work:
        assert set(work.vectors) == set(keys[:2])
        assert np.array_equal(work.vectors[keys[1]], vectors[1])
        assert log.stat().st_size == whole
        work.append(keys[2:], vectors[2:])
    with Journal(tmp_path, embedder) as work:
        assert set(work.vectors) == set(keys)


def test_an_altered_vector_is_not_taken_over(embedder: Embedder, tmp_path: Path) -> None:
    vectors = embedder.encode(["a", "b"])
    with Journal(tmp_path, embedder) as work:
        work.append(text_keys(["a"]), vectors[:1])
        work.append(text_keys(["b"]), vectors[1:])
    log = tmp_path / "vectors.log"
    data = bytearray(log.read_bytes())
    data[-100] ^= 1
    log.write_bytes(data)
    with Journal(tmp_path, embedder) as work:
        assert set(work.vectors) == set(text_keys(["a"]))


def test_what_another_embedder_wrote_is_not_taken_over(embedder: Embedder, tmp_path: Path) -> None:
    with Journal(tmp_path, embedder) as work:
        work.append(text_keys(["a"]), embedder.encode(["a"]))
    log = tmp_path / "vectors.log"
    print_ = embedder.fingerprint().encode()
    log.write_bytes(log.read_bytes().replace(print_, b"0" * len(print_)))
    with Journal(tmp_path, embedder) as work:
        assert work.vectors == {}


def test_embed_calls_are_the_changed_passages_and_plan_knows_them_before(
    sample_home: Home, tmp_path: Path, exports: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    planned = sum(c.passages for c in plan(home, CLINICAL).changes)
    counting = Counting(exports)
    built = run(home, counting)
    assert len(counting.texts) == built.embedded == planned
    assert built.manifest.counts["anaphylaxis-2023"] == planned
    assert built.reused == sum(built.manifest.counts[name] for name in CHOSEN)


def test_a_passage_under_another_heading_is_embedded_again_though_its_id_is_the_same(
    sample_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exports: Path
) -> None:
    import dataclasses

    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    folder = store.generations(home) / str(store.current_id(home))
    passages = store.read_passages(folder / store.PASSAGES)
    ids = {p.id for p in passages}
    moved = [dataclasses.replace(passages[0], section=("Elsewhere",)), *passages[1:]]
    monkeypatch.setattr("retrieval.build.passages_from", lambda *_: Read(moved, {}, {}))
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "fever-children-2022")
        catalogue.retire(entries, "child-diarrhoea-zh-2023")
    kept = {e.id for e in catalogue.load(home).values() if e.status == "current"}
    kept |= {"cap-adults-2021"}
    moved[:] = [p for p in moved if p.guideline in kept]
    counting = Counting(exports)
    built = run(home, counting)
    assert {p.id for p in moved} < ids
    assert len(counting.texts) == built.embedded == 1
    assert "Elsewhere" in counting.texts[0]


def test_a_damaged_file_of_the_current_generation_is_mended_without_embedding(
    sample_home: Home, tmp_path: Path, exports: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    current = str(store.current_id(home))
    folder = store.generations(home) / current
    damaged = folder / store.LEXICAL / "vocab.index.json"
    damaged.write_bytes(damaged.read_bytes()[:-7])
    counting = Counting(exports)
    built = run(home, counting)
    assert counting.texts == []
    assert built.manifest.id == current == store.current_id(home)
    store.verify(folder, store.read_manifest(folder))
    assert not list(store.generations(home).glob(".*"))
