"""One sample with its record, as the scorers read it: claims, citations and what they point at.

Pure: what stands in the PDF comes in as a function. Knows no score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.records import Record, Run, Source
from evals.sources import Extract
from retrieval.golden import Gold, Sample

Span = tuple[int, int]


@dataclass(frozen=True)
class Cited:
    """One citation as the reader got it, and its words as the PDF has them now.

    `own` are the spans of the cited words without their lead-in: the last span of a line, every
    span of a whole passage. `extracted` is "" where file, page or span do not exist.
    """

    id: str
    line_id: str
    guideline: str
    edition: str
    title: str
    status: str
    file_sha256: str
    page: int
    spans: tuple[Span, ...]
    own: tuple[Span, ...]
    quote: str
    extracted: str


@dataclass(frozen=True)
class Said:
    """One claim as the reader got it."""

    text: str
    citations: tuple[Cited, ...]


@dataclass(frozen=True)
class Case:
    """A sample that was answered, or that abstained; `library` is the manifest's."""

    sample: Sample
    record: Record
    answer: Mapping[str, Any]
    claims: tuple[Said, ...]
    library: Mapping[str, Mapping[str, Any]]

    @property
    def answerable(self) -> bool:
        """Whether the library answers, by the benchmark's label."""
        return bool(self.sample.gold)

    @property
    def answered(self) -> bool:
        """Whether anything was shown as an answer."""
        return bool(self.claims)

    @property
    def citations(self) -> tuple[Cited, ...]:
        """Every citation, claim by claim."""
        return tuple(c for claim in self.claims for c in claim.citations)

    @property
    def cluster(self) -> str:
        """What the sample is resampled with: its gold guideline; alone where it has none."""
        return self.sample.gold[0].file_sha256 if self.sample.gold else f"alone {self.sample.id}"


def cases(run: Run, extract: Extract) -> list[Case]:
    """Give every sample of a run that has an answer document, in the benchmark's order."""
    return [
        Case(
            sample,
            record,
            record.answer,
            tuple(_said(claim, extract) for claim in record.answer["claims"]),
            run.manifest.library,
        )
        for sample in run.samples
        if (record := run.records.get(sample.id)) is not None and record.answer is not None
    ]


def overlaps(gold: Gold, file_sha256: str, page: int, span: Span) -> bool:
    """Tell whether a span shares at least one character with a gold span."""
    same = (gold.file_sha256, gold.page) == (file_sha256, page)
    return same and span[0] < gold.end and gold.start < span[1]


def of_source(source: Source) -> tuple[Span, ...]:
    """Give a source's own spans, as `Cited.own` has them."""
    return _own(source.line_id, source.spans)


def _own(line_id: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    # The last span is the line itself, those before it are its lead-in; a passage has no lead-in.
    return tuple(spans) if line_id.startswith("passage-") else tuple(spans[-1:])


def _said(claim: Mapping[str, Any], extract: Extract) -> Said:
    return Said(claim["text"], tuple(_cited(c, extract) for c in claim["citations"]))


def _cited(c: Mapping[str, Any], extract: Extract) -> Cited:
    spans = tuple((int(a), int(b)) for a, b in c["spans"])
    return Cited(
        c["line"], c["line_id"], c["guideline"], c["edition"], c["title"], c["status"],
        c["file_sha256"], c["page"], spans, _own(c["line_id"], spans), c["quote"],
        extract(c["file_sha256"], c["page"], spans),
    )  # fmt: skip
