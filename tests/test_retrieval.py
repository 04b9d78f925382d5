"""Fusion, words, generations and search: worked by hand, and over a real small library."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
import pytest
from typer.testing import CliRunner

from guidelines import catalogue, intake
from guidelines.command import build as build_command
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import store
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.fusion import PAGE, best, convex
from retrieval.lexical import Lexical, terms
from retrieval.search import Index
from retrieval.where import Where
from tests.conftest import CHOSEN, SAMPLES


def rebuild(home: Home, embedder: Embedder) -> tuple[str, int, int]:
    built = build(home, embedder, "2026-01-02T00:00:00+00:00", lambda _: None, lambda *_: None)
    return built.manifest.id, built.embedded, built.reused


def test_convex_fusion_by_hand() -> None:
    cosines = np.array([0.5, 0.1, 0.0], np.float32)
    lexical = np.array([0.0, 4.0, 2.0], np.float32)
    paged = np.array([0.0, 0.0, 3.0], np.float32)
    fused = convex(cosines, lexical, paged, dense=2.0)
    assert fused.tolist() == pytest.approx([1.0, 1.2, 0.5 + PAGE])
    assert convex(cosines, lexical, paged, dense=0.0)[0] == 0  # an unreadable question: words only
    assert best(np.array([1, 3, 3, -np.inf], np.float32), 4) == [1, 2, 0]  # ties, and no -inf


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the dose of amoxicillin?", ["dose", "amoxicillin"]),
        ("Doses, dosing", ["dose", "dose"]),
        ("2.5 mg/kg", ["2.5", "mg", "kg"]),
        ("儿童腹泻", ["儿童", "童腹", "腹泻"]),
        ("ORS 补液", ["or", "补液"]),
        ("the of and", []),
    ],
)
def test_terms_by_hand(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_bm25_ranks_and_survives_the_disk(tmp_path: Path) -> None:
    texts = ["amoxicillin dose in pneumonia", "aspirin after stroke", "dose of aspirin"]
    index = Lexical.build(texts)
    index.save(tmp_path / "lex")
    again = Lexical.load(tmp_path / "lex", 3)
    for lexical in (index, again):
        scores = lexical.scores("aspirin dose")
        assert int(np.argmax(scores)) == 2
        assert lexical.scores("zebra").tolist() == [0, 0, 0]
        assert lexical.knows("aspirin")
        assert not lexical.knows("zebra")
        assert lexical.rarity("zebra") > lexical.rarity("pneumonia") > lexical.rarity("dose")
    assert not list((tmp_path / "lex").rglob("*.pkl"))


@pytest.mark.parametrize(
    ("question", "guideline", "page"),
    [
        ("oral amoxicillin dose low severity pneumonia adult", "cap-adults-2025", 4),
        ("paracetamol for a child of 14 kg how many mL", "fever-children-2022", 3),
        ("重度脱水 静脉补液 速度", "child-diarrhoea-zh-2023", 3),
    ],
)
def test_a_question_finds_its_page(
    sample_index: Index, question: str, guideline: str, page: int
) -> None:
    hits = sample_index.search(question, 5)
    assert (guideline, page) in {(h.passage.guideline, h.passage.page) for h in hits}
    assert [h.rank for h in hits] == [1, 2, 3, 4, 5]


def test_superseded_and_retired_editions_leave_the_search_at_once(
    sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    index = Index.open(home, embedder)
    question = "amoxicillin dose pneumonia"
    assert "cap-adults-2021" not in {h.passage.guideline for h in index.search(question, 20)}
    both = index.search(question, 20, Where(statuses=("current", "superseded")))
    assert "cap-adults-2021" in {h.passage.guideline for h in both}
    with catalogue.locked(home) as entries:
        catalogue.retire(entries, "cap-adults-2025")
    assert "cap-adults-2025" not in {h.passage.guideline for h in index.search(question, 20)}


def test_a_question_with_words_no_passage_has_is_foreign(sample_index: Index) -> None:
    assert sample_index.foreign_share("amoxicillin pneumonia") == 0
    assert sample_index.foreign_share("stung by a bee") == 0
    assert sample_index.foreign_share("deflazacort") == 1
    assert 0 < sample_index.foreign_share("deflazacort in pneumonia") < 1
    assert sample_index.coverage("amoxicillin dose", "Dose of amoxicillin") == pytest.approx(1)


def test_a_build_embeds_only_what_is_new(
    sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    first = store.current_id(home)
    same, embedded, _ = rebuild(home, embedder)
    assert (same, embedded) == (first, 0)
    intake.add(home, SAMPLES / "anaphylaxis-2023.pdf", {})
    second, embedded, reused = rebuild(home, embedder)
    assert second != first
    assert reused == store.read_manifest(store.generations(home) / str(first)).passages
    assert 10 < embedded < 60
    assert (store.generations(home) / str(first)).is_dir()  # nothing already stored is lost


def test_no_index_and_an_empty_library_are_one_line(tmp_path: Path, embedder: Embedder) -> None:
    home = Home(tmp_path)
    with pytest.raises(Problem, match=r"there is none yet. Mend: clinicite index build"):
        Index.open(home, embedder)
    with pytest.raises(Problem, match="has no guideline to index"):
        rebuild(home, embedder)


def test_an_index_of_another_embedder_is_refused_by_name(
    sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    path = store.generations(home) / str(store.current_id(home)) / store.MANIFEST
    fields = json.loads(path.read_text())
    path.write_text(json.dumps({**fields, "embedder": "bge-small", "embedder_sha256": "f" * 64}))
    with pytest.raises(Problem, match="was made with embedder 'bge-small'"):
        Index.open(home, embedder)


@pytest.mark.parametrize(
    "name", [store.VECTORS, store.PASSAGES, f"{store.LEXICAL}/vocab.index.json"]
)
@pytest.mark.parametrize("harm", ["cut", "alter", "remove"])
def test_a_torn_or_altered_file_is_refused_by_name(
    sample_home: Home, embedder: Embedder, tmp_path: Path, name: str, harm: str
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    path = store.generations(home) / str(store.current_id(home)) / name
    data = path.read_bytes()
    if harm == "remove":
        path.unlink()
    else:
        path.write_bytes(data[:-7] if harm == "cut" else data[:-7] + b"tampers")
    with pytest.raises(Problem, match=f"its file {name} is missing, torn or altered"):
        Index.open(home, embedder)


def test_an_altered_manifest_is_refused_by_name(
    sample_home: Home, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    current = str(store.current_id(home))
    path = store.generations(home) / current / store.MANIFEST
    fields = json.loads(path.read_text())
    other = {**fields["titles"], "cap-adults-2025": "Another title"}
    changes: list[dict[str, object]] = [
        {"lost": {"a": {"1": ""}}}, {"id": "0" * 12}, {"titles": other}, {"files": {}}
    ]  # fmt: skip
    for change in changes:
        path.write_text(json.dumps({**fields, **change}))
        with pytest.raises(Problem, match=f"{current}: its file manifest.json is altered"):
            Index.open(home, embedder)
    monkeypatch.setenv("CLINICITE_HOME", str(home.root))
    words = ["index", "verify"]
    done = CliRunner().invoke(build_command(words), words)
    assert "its file manifest.json is altered" in str(done.exception)
    assert rebuild(home, embedder)[0] == current
    assert Index.open(home, embedder).manifest.id == current


def test_a_newer_format_is_refused(sample_home: Home, embedder: Embedder, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    path = store.generations(home) / str(store.current_id(home)) / store.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": store.SCHEMA + 1}))
    with pytest.raises(Problem, match="newer than this program's"):
        Index.open(home, embedder)


def test_changed_bytes_of_a_stored_pdf_stop_the_build(
    sample_home: Home, embedder: Embedder, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(sample_home.root, home.root)
    entry = catalogue.load(home)["cap-adults-2025"]
    path = catalogue.file_of(home, entry)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Problem, match="missing or its bytes have changed"):
        rebuild(home, embedder)
    assert store.current_id(home) is not None


def test_passages_survive_the_disk(sample_index: Index, tmp_path: Path) -> None:
    store.write_passages(tmp_path / "p", sample_index.passages)
    assert store.read_passages(tmp_path / "p") == sample_index.passages
    assert {p.guideline for p in sample_index.passages} == set(CHOSEN)


def test_the_catalogue_keeps_what_is_known_and_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    intake.add(home, SAMPLES / "uti-2024.pdf", {"publisher": "P", "published": "2024-05-01"})
    entries = catalogue.load(home)
    assert entries["uti-2024"].published == "2024-05-01"
    catalogue.save(home, entries)
    assert catalogue.load(home) == entries
    text = home.catalogue.read_text()
    home.catalogue.write_text(text.replace('status = "current"', 'status = "fine"'))
    with pytest.raises(Problem, match="status 'fine' is none of current, superseded, retired"):
        catalogue.load(home)
    home.catalogue.write_text(text + "[[guideline]\n")
    with pytest.raises(Problem, match="cannot be read"):
        catalogue.load(home)
    with pytest.raises(Problem, match="cannot supersede itself"):
        catalogue.supersede(dict(entries), "uti-2024", "uti-2024")
    assert replace(entries["uti-2024"], title="x").title == "x"


def test_our_arrays_are_those_of_bm25s() -> None:
    texts = [
        *("amoxicillin dose in pneumonia", "aspirin after stroke, aspirin at once", "the of and"),
        *("儿童腹泻 补液 补液盐", "dose of aspirin, 2.5 mg/kg", ""),
    ]
    rows = [terms(t) or [""] for t in texts]
    vocabulary = {t: i for i, t in enumerate(sorted({t for row in rows for t in row}))}
    theirs = bm25s.BM25(method="lucene")
    theirs.index(([[vocabulary[t] for t in row] for row in rows], vocabulary), show_progress=False)
    ours = Lexical.build(texts)._index
    assert ours.vocab_dict == theirs.vocab_dict
    assert ours.unique_token_ids_set == theirs.unique_token_ids_set
    assert len(ours.scores["data"]) == 19
    for name in ("data", "indices", "indptr"):
        assert ours.scores[name].dtype == theirs.scores[name].dtype
        assert ours.scores[name].tobytes() == theirs.scores[name].tobytes()
