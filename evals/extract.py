"""Words of the library's PDFs, extracted again: what a citation is held against."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.sources import Extract
from guidelines import catalogue
from guidelines.home import Home
from guidelines.pages import opened, page_text
from guidelines.problem import Problem
from retrieval.golden import Sample
from retrieval.passages import quote_spans


def files(home: Home) -> dict[str, Path]:
    """Give the library's PDFs by their sha256, those that are there."""
    paths = {e.sha256: catalogue.file_of(home, e) for e in catalogue.load(home).values()}
    return {sha256: path for sha256, path in paths.items() if path.is_file()}


def extractor(by_hash: Mapping[str, Path]) -> Extract:
    """Give a function that extracts spans; "" for a file, page or span that does not exist."""
    counts: dict[str, int] = {}

    def extract(sha256: str, page: int, spans: Sequence[tuple[int, int]]) -> str:
        path = by_hash.get(sha256)
        if path is None or not spans:
            return ""
        if sha256 not in counts:
            with opened(path) as document:
                counts[sha256] = len(document)
        if not 1 <= page <= counts[sha256]:
            return ""
        text = page_text(path, page)
        if any(not 0 <= a < b <= len(text) for a, b in spans):
            return ""
        return quote_spans(text, spans)

    return extract


def standing(samples: Sequence[Sample], extract: Extract) -> list[str]:
    """Tell, a line each, which gold spans do not stand in their PDFs any more."""
    return [
        f"{sample.id}: {gold.file_sha256[:12]} page {gold.page} [{gold.start}, {gold.end})"
        for sample in samples
        for gold in sample.gold
        if not extract(gold.file_sha256, gold.page, [(gold.start, gold.end)]).strip()
    ]


def check(samples: Sequence[Sample], by_hash: Mapping[str, Path], benchmark: Path) -> None:
    """Refuse a benchmark whose gold is not in this library.

    Raises:
        Problem: a gold span names a PDF, a page or characters that do not exist.
    """
    what = f"benchmark {benchmark}"
    if not samples:
        raise Problem(what, "holds no question", "give another one")
    if absent := sorted({g.file_sha256 for s in samples for g in s.gold} - by_hash.keys()):
        raise Problem(
            what,
            f"was labelled on {len(absent)} PDFs that this library lacks, the first {absent[0]}",
            "clinicite library add them, or give --home",
        )
    if lost := standing(samples, extractor(by_hash)):
        raise Problem(
            what,
            f"{len(lost)} gold spans no longer stand in their PDFs, the first {lost[0]}",
            "label them again",
        )
