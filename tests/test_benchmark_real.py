"""The benchmark over real guidelines: its card tells the truth, its spans stand on their pages."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from guidelines.pages import page_text
from guidelines.text import quote
from retrieval import golden as benchmark
from tests.conftest import ROOT

BENCHMARK = ROOT / "evals" / "benchmarks" / "real.jsonl"
SECOND = BENCHMARK.parent / "second" / "real.jsonl"
REAL = ROOT.parent / "shared" / "data" / "guideline-pdfs"


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file in its order."""
    return [json.loads(row) for row in path.read_text("utf-8").splitlines()]


def words(text: str) -> list[str]:
    """Return the words of a text without their case."""
    return re.findall(r"\w+", text.casefold())


def test_the_card_counts_what_is_there() -> None:
    card = BENCHMARK.with_suffix(".md").read_text("utf-8")
    samples = benchmark.load(BENCHMARK)
    cells = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \|", card, re.MULTILINE)
    told = {kind: (int(n), int(late)) for kind, n, late in cells}
    counts = Counter(sample.kind for sample in samples)
    late = Counter(sample.kind for sample in samples if sample.id.startswith("t"))
    assert {kind: (n, late[kind]) for kind, n in counts.items()} == told
    assert sum(n for n, _ in told.values()) == 333
    assert re.findall(r"\b[0-9a-f]{64}\b", card) == [
        hashlib.sha256(BENCHMARK.read_bytes()).hexdigest()
    ]


def test_only_the_questions_that_are_not_answered_have_no_gold() -> None:
    for sample in benchmark.load(BENCHMARK):
        assert bool(sample.gold) is (sample.kind not in ("unanswerable", "nearmiss"))


def test_what_needs_several_places_has_a_group_of_gold_for_each() -> None:
    needs_all = [s for s in benchmark.load(BENCHMARK) if s.all]
    assert {s.kind for s in needs_all} == {"several", "documents", "conflict", "injected"}
    for sample in needs_all:
        groups = {g.group: set[str]() for g in sample.gold}
        for gold in sample.gold:
            groups[gold.group].add(gold.file_sha256)
        assert len(groups) > 1, sample.id
        if sample.kind in ("documents", "conflict"):
            first, second = groups.values()
            assert not first & second, sample.id


def test_every_kind_is_half_dev_and_half_test() -> None:
    asked = rows(BENCHMARK)
    count = Counter((row["kind"], row["split"]) for row in asked)
    for kind in {row["kind"] for row in asked}:
        assert abs(count[kind, "dev"] - count[kind, "test"]) <= 1, kind


def test_the_second_pass_agrees_as_the_card_says() -> None:
    gold = {sample.id: sample for sample in benchmark.load(BENCHMARK)}
    pages, lines, missed = 0, 0, set()
    for seen in rows(SECOND):
        sample = gold[seen["id"]]
        place = (seen["file_sha256"], seen["page"])
        same = [
            g
            for g in sample.gold
            if (g.file_sha256, g.page) == place and (not sample.all or g.group == seen["group"])
        ]
        met = any(seen["start"] < g.end and g.start < seen["end"] for g in same)
        pages, lines = pages + bool(same), lines + met
        missed |= set() if met else {seen["id"]}
    assert (pages, lines, len(rows(SECOND)), missed) == (78, 77, 78, {"t069"})
    card = BENCHMARK.with_suffix(".md").read_text("utf-8")
    assert "78 of 78, 46 of 46 | 77 of 78, 45 of 46" in card


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_every_gold_span_stands_on_its_page() -> None:
    files = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in sorted(REAL.glob("*.pdf"))}
    found = 0
    for sample in benchmark.load(BENCHMARK):
        asked = words(sample.question)
        for g in sample.gold:
            text = quote(page_text(files[g.file_sha256], g.page), g.start, g.end)
            assert len(text) >= 8, sample.id
            said = " ".join(words(text))
            # The first two batches were worded before this was asked for.
            if sample.id.startswith("t"):
                assert not any(" ".join(asked[i : i + 6]) in said for i in range(len(asked) - 5))
            found += 1
    assert found == 536
