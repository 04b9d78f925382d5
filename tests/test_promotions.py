"""Readers search while another process promotes and prunes: no error, every citation resolves."""

import os
import shutil
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.holder import IndexHolder
from guidelines import catalogue, intake
from guidelines.command import build as build_command
from guidelines.home import Home
from guidelines.pages import page_text
from guidelines.problem import Problem
from retrieval import releases, store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.passages import quote_spans
from retrieval.search import Hit, Index
from tests.conftest import ROOT, SAMPLES

QUERIES = (
    "adrenaline dose in anaphylaxis",
    "first-line antibiotic for pneumonia",
    "paracetamol dose for a feverish child",
    "儿童腹泻 补液",
    "when to refer",
)
# Promotes what it is told to, one generation a line, and prunes in between.
PROMOTER = """
import sys
from pathlib import Path
from guidelines.home import Home
from retrieval import releases
home = Home(Path(sys.argv[1]))
for line in sys.stdin:
    releases.rollback(home, line.strip(), "t")
    releases.prune(home, 3, "t")
    print("promoted", flush=True)
"""


def rebuild(home: Home, embedder: Embedder, created: str) -> str:
    return build(home, embedder, created, lambda _: None, lambda *_: None).manifest.id


@pytest.fixture
def three(sample_home: Home, embedder: Embedder, tmp_path: Path) -> tuple[Home, list[str]]:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    made = [str(store.current_id(home))]
    for name in ("anaphylaxis-2023", "uti-2024"):
        intake.add(home, SAMPLES / f"{name}.pdf", {"id": name})
        made.append(rebuild(home, embedder, f"2026-01-0{len(made) + 1}"))
    return home, made


def resolves(home: Home, generation: str, hit: Hit) -> bool:
    """Take the words from the PDF again, and the passage from the generation that was named."""
    folder = store.generations(home) / generation
    stored = {p.id: p for p in store.read_passages(folder / store.PASSAGES)}
    passage = hit.passage
    path = catalogue.file_of(home, hit.guideline)
    text = page_text(path, passage.page)
    return (
        store.read_manifest(folder).guidelines[hit.guideline.id] == passage.sha256
        and store.sha256_of(path) == passage.sha256
        and stored[passage.id] == passage
        and len(passage.lines) > 0
        and all(quote_spans(text, line.spans) == line.text for line in passage.lines)
    )


def test_200_queries_during_50_promotions(
    three: tuple[Home, list[str]], embedder: Embedder
) -> None:
    home, made = three
    holder = IndexHolder(home, embedder)
    asked: list[tuple[str, list[Hit]]] = []
    faults: list[BaseException] = []
    turn = threading.Condition()
    over = threading.Event()

    def read(number: int) -> None:
        try:
            while not over.is_set():
                index = holder()
                hits = index.search(QUERIES[(number + len(asked)) % len(QUERIES)], 3)
                with turn:
                    asked.append((index.manifest.id, hits))
                    turn.notify_all()
        except BaseException as fault:
            with turn:
                faults.append(fault)
                turn.notify_all()

    readers = [threading.Thread(target=read, args=(n,)) for n in range(4)]
    with subprocess.Popen(
        [sys.executable, "-c", PROMOTER, str(home.root)],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as promoter:  # fmt: skip
        assert promoter.stdin is not None
        assert promoter.stdout is not None
        for reader in readers:
            reader.start()
        promotions = 0
        for number in range(50):
            print(made[number % 3], file=promoter.stdin, flush=True)
            assert promoter.stdout.readline() == "promoted\n"
            promotions += 1
            with turn:
                # Four may be under way; of eight, one at the least began after the promotion.
                before = len(asked)
                turn.wait_for(lambda w=before + 8: len(asked) >= w or bool(faults), timeout=60)  # type: ignore[misc]
                assert made[number % 3] in {generation for generation, _ in asked[before:]}
        over.set()
        for reader in readers:
            reader.join(30)
        promoter.stdin.close()
    assert faults == []
    assert promotions == 50
    assert len(asked) >= 200
    seen = [generation for generation, _ in asked]
    assert set(seen) == set(made)
    assert sum(a != b for a, b in pairwise(seen)) >= 25
    hits = [(generation, hit) for generation, found in asked for hit in found]
    assert len(hits) >= 500
    checked = {(generation, hit.passage.id): hit for generation, hit in hits}
    assert [key for key, hit in checked.items() if not resolves(home, key[0], hit)] == []
    # What a hit says is what stands in its generation, also where the hit was not the first.
    assert all(hit.passage == checked[g, hit.passage.id].passage for g, hit in hits)


def test_pruning_spares_the_current_one_the_one_before_and_what_a_reader_holds(
    three: tuple[Home, list[str]], embedder: Embedder
) -> None:
    home, made = three
    intake.add(home, SAMPLES / "stroke-prevention-2023.pdf", {})
    made.append(rebuild(home, embedder, "2026-01-04"))
    releases.rollback(home, made[1], "t")
    index = Index.open(home, embedder)  # holds made[1]
    releases.rollback(home, made[2], "t")
    releases.rollback(home, made[3], "t")
    marks = [(r.id, r.current, r.predecessor, r.held) for r in releases.releases(home)]
    assert marks == [
        (made[0], False, False, False),
        (made[1], False, False, True),
        (made[2], False, True, False),
        (made[3], True, False, False),
    ]
    assert releases.prune(home, 1, "t") == ([made[0]], [made[1]])
    assert index.search(QUERIES[0], 1)
    del index
    assert releases.prune(home, 1, "t") == ([made[1]], [])
    assert releases.prune(home, 1, "t") == ([], [])
    assert [r.id for r in releases.releases(home)] == made[2:]


def test_a_reader_that_comes_while_its_generation_is_pruned_takes_the_new_one(
    three: tuple[Home, list[str]], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, made = three
    real = store.current_id
    answers = iter([made[0]])  # what the pointer said before it moved twice and a prune ran
    releases.prune(home, 1, "t")
    assert not (store.generations(home) / made[0]).exists()
    monkeypatch.setattr(store, "current_id", lambda h: next(answers, None) or real(h))
    assert Index.open(home, embedder).manifest.id == made[2]


def test_list_and_prune_say_which_generation_serves_and_which_go(
    three: tuple[Home, list[str]], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, made = three
    monkeypatch.setenv("CLINICITE_HOME", str(home.root))
    runner = CliRunner()

    def said(*words: str) -> str:
        done = runner.invoke(build_command(["index", *words]), ["index", *words])
        assert done.exit_code == 0, done.output
        return done.output

    index = Index.open(home, embedder)
    rows = said("list").splitlines()
    assert [row[:14] for row in rows] == [f"  {made[0]}", f"< {made[1]}", f"* {made[2]}"]
    assert [row.endswith("in use") for row in rows] == [False, False, True]
    assert said("prune", "--keep", "1") == f"removed 1 generations {made[0]}\n"
    assert said("prune", "--keep", "1") == "removed 0 generations\n"
    assert index.manifest.id == made[2]
    (store.generations(home) / made[1] / store.MANIFEST).write_text("{")
    assert f"{made[1]}  has no readable manifest" in said("list")


def test_a_generation_that_goes_while_they_are_listed_is_left_out(
    three: tuple[Home, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, made = three
    real = store.read_manifest

    def pruned_beside(folder: Path) -> store.Manifest:
        manifest = real(folder)
        if folder.name == made[0]:
            shutil.rmtree(folder)
        return manifest

    monkeypatch.setattr(store, "read_manifest", pruned_beside)
    assert [r.id for r in releases.releases(home)] == made[1:]


def test_a_pointer_to_nothing_is_told_in_one_line(
    three: tuple[Home, list[str]], embedder: Embedder
) -> None:
    home, made = three
    store.promote(home, "0123456789ab")
    with pytest.raises(Problem, match="generation 0123456789ab: is not here"):
        Index.open(home, embedder)
    assert rebuild(home, embedder, "t") == made[2]
