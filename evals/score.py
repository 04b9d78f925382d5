"""Scores that need no judge, each with its count and interval; pure.

A sample without an answer document is unscored and counted apart.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.golden import Sample

# Gives the words of (file sha256, page, spans) as they stand in the PDF now.
Extract = Callable[[str, int, Sequence[tuple[int, int]]], str]


@dataclass(frozen=True)
class Rate:
    """k of n, with Wilson's 95 % interval; no interval and no value where n is 0."""

    name: str
    k: int
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson, "Probable inference" (JASA 1927), as scipy computes it."""
        if self.n == 0:
            return None
        from scipy.stats import binomtest

        bounds = binomtest(self.k, self.n).proportion_ci(method="wilson")
        return float(bounds.low), float(bounds.high)

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.name}: unscored (n = 0)"
        low, high = self.interval
        return f"{self.name}: {self.k}/{self.n} = {self.k / self.n:.2f} [{low:.2f}, {high:.2f}]"


def scores(
    samples: Sequence[Sample], rows: Sequence[Mapping[str, Any]], extract: Extract
) -> list[Rate]:
    """Score a run.

    Resolvable: a citation whose span, extracted again, gives its quote. Verbatim: a claim that
    is its citation's quote. Right page: an answerable question with a citation on a gold page
    (on each of them where all are needed). Right line: likewise, overlapping a gold span.
    Abstention: an unanswerable question that got no answer. Kept: an answerable one that got one.
    """
    documents = {r["id"]: r["answer"] for r in rows if "answer" in r}
    scored = [(s, documents[s.id]) for s in samples if s.id in documents]
    citations = [(claim, c) for _, d in scored for claim in d["claims"] for c in claim["citations"]]
    with_gold = [(s, d) for s, d in scored if s.gold]
    without = [(s, d) for s, d in scored if not s.gold]
    current = [c for _, c in citations if c["status"] == "current"]
    return [
        Rate("unscored", len(samples) - len(scored), len(samples)),
        Rate(
            "citations resolvable", sum(_resolves(c, extract) for _, c in citations), len(citations)
        ),
        Rate("citations of current editions", len(current), len(citations)),
        Rate("claims verbatim", sum(x["text"] == c["quote"] for x, c in citations), len(citations)),
        Rate("answerable kept", sum(not d["abstained"] for _, d in with_gold), len(with_gold)),
        Rate("right page", sum(_right(s, d, _same_page) for s, d in with_gold), len(with_gold)),
        Rate("right line", sum(_right(s, d, _overlaps) for s, d in with_gold), len(with_gold)),
        *(
            Rate(f"abstained, {kind}", sum(d["abstained"] for d in group), len(group))
            for kind, group in _by_kind(without).items()
        ),
    ]


def _by_kind(pairs: Sequence[tuple[Sample, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for sample, document in pairs:
        groups.setdefault(sample.kind, []).append(document)
    return groups


def _resolves(citation: Mapping[str, Any], extract: Extract) -> bool:
    spans = [(a, b) for a, b in citation["spans"]]
    words = extract(citation["file_sha256"], citation["page"], spans)
    return bool(words) and words == citation["quote"]


def _same_page(gold: Any, citation: Mapping[str, Any]) -> bool:
    return bool((gold.file_sha256, gold.page) == (citation["file_sha256"], citation["page"]))


def _overlaps(gold: Any, citation: Mapping[str, Any]) -> bool:
    # The last span is the line itself; those before it are its lead-in.
    start, end = citation["spans"][-1]
    return _same_page(gold, citation) and start < gold.end and gold.start < end


def _right(sample: Sample, document: Mapping[str, Any], fits: Callable[..., bool]) -> bool:
    cited = [c for claim in document["claims"] for c in claim["citations"]]
    met = {gold.group for gold in sample.gold if any(fits(gold, c) for c in cited)}
    return met == {gold.group for gold in sample.gold} if sample.all else bool(met)
