"""The benchmark over real guidelines: its card tells the truth, its spans stand on their pages."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from guidelines.pages import page_text
from guidelines.text import quote
from retrieval import golden as benchmark
from tests.conftest import ROOT

BENCHMARK = ROOT / "evals" / "benchmarks" / "real.jsonl"
REAL = ROOT.parent / "shared" / "data" / "guideline-pdfs"


def test_the_card_counts_what_is_there() -> None:
    card = BENCHMARK.with_suffix(".md").read_text("utf-8")
    counts = Counter(sample.kind for sample in benchmark.load(BENCHMARK))
    told = {kind: int(n) for kind, n in re.findall(r"^\| (\w+) \| (\d+) \|", card, re.MULTILINE)}
    assert dict(counts) == told
    assert sum(told.values()) == 333
    assert hashlib.sha256(BENCHMARK.read_bytes()).hexdigest() in card


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
    rows = [json.loads(row) for row in BENCHMARK.read_text("utf-8").splitlines()]
    count = Counter((row["kind"], row["split"]) for row in rows)
    for kind in {row["kind"] for row in rows}:
        assert abs(count[kind, "dev"] - count[kind, "test"]) <= 1, kind


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_every_gold_span_stands_on_its_page() -> None:
    files = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in sorted(REAL.glob("*.pdf"))}
    golds = [g for sample in benchmark.load(BENCHMARK) for g in sample.gold]
    assert len(golds) == 486
    texts = [quote(page_text(files[g.file_sha256], g.page), g.start, g.end) for g in golds]
    assert min(len(t) for t in texts) >= 8
    assert Path(files[golds[0].file_sha256]).suffix == ".pdf"
