"""The benchmark over real guidelines: its card tells the truth, its spans stand on their pages."""

import hashlib
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
    assert sum(told.values()) == 170
    assert hashlib.sha256(BENCHMARK.read_bytes()).hexdigest() in card


def test_only_the_questions_that_are_not_answered_have_no_gold() -> None:
    for sample in benchmark.load(BENCHMARK):
        assert bool(sample.gold) is (sample.kind not in ("unanswerable", "nearmiss"))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real guidelines are not beside this checkout")
def test_every_gold_span_stands_on_its_page() -> None:
    files = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in sorted(REAL.glob("*.pdf"))}
    golds = [g for sample in benchmark.load(BENCHMARK) for g in sample.gold]
    assert len(golds) == 239
    texts = [quote(page_text(files[g.file_sha256], g.page), g.start, g.end) for g in golds]
    assert min(len(t) for t in texts) >= 8
    assert Path(files[golds[0].file_sha256]).suffix == ".pdf"
