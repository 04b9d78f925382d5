"""Tier 0: whether a citation is what it says it is. No judge, no model; pure.

Every function gives one truth a citation (or claim) of a case; `metric.listed` makes the mean.
"""

import re
import unicodedata

from evals.cases import Case, Cited, Said
from evals.metric import Metric, listed
from retrieval.passages import GAP

_BLANK = re.compile(r"\s+")
# Signs that a reader takes for one: hyphens and dashes, quotation marks, and what ends a quote.
_SAME = str.maketrans({**dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("‘’‛′", "'"),
                       **dict.fromkeys("“”„″", '"')})  # fmt: skip


def resolvable(case: Case) -> list[bool]:
    """Citations that resolve: of the turn's own evidence, with file, page and spans that exist.

    ALCE's scripts count a marker beyond the sources as unsupported; here it is told apart.
    """
    known = {(s.id, s.line_id) for s in case.record.evidence}
    return [(c.id, c.line_id) in known and bool(c.extracted) for c in case.citations]


def provenance(case: Case) -> list[bool]:
    """Citations whose spans, extracted again from the PDF with that sha256, give their quote."""
    return [bool(c.extracted) and c.extracted == c.quote for c in case.citations]


def verbatim(case: Case) -> list[bool]:
    """Quoted claims that are, character for character, what their spans give now.

    Claims that a model worded (`mode` compose) are no quotations and do not count.
    """
    return [any(claim.text == c.extracted for c in claim.citations) for claim in _quotations(case)]


def verbatim_folded(case: Case) -> list[bool]:
    """The same after folding: NFKC, letter case, white space, hyphens and quotation marks."""
    return [
        any(c.extracted and folded(claim.text) == folded(c.extracted) for c in claim.citations)
        for claim in _quotations(case)
    ]


def superseded(case: Case) -> list[bool]:
    """Citations of an edition that the catalogue of the run had as superseded or retired.

    By the manifest, not by what the citation says of itself. A file the library did not have
    counts as well: it cannot be current.
    """
    return [_status(case, c) != "current" for c in case.citations]


def wrong_guideline(case: Case) -> list[bool]:
    """Citations that name another guideline, edition or title than their PDF is in the catalogue.

    The words may be on the page and the name over them wrong: then a reader trusts the wrong
    publisher.
    """
    return [
        (entry := case.library.get(c.file_sha256)) is None
        or (c.guideline, c.edition, c.title) != (entry["id"], entry["edition"], entry["title"])
        for c in case.citations
    ]


def off_gold(case: Case) -> list[bool]:
    """Citations, at answerable questions, of a guideline that holds no gold span.

    Gold may be incomplete, so this is told and not gated: another guideline may answer too.
    """
    if not case.answerable:
        return []
    gold = {g.file_sha256 for g in case.sample.gold}
    return [c.file_sha256 not in gold for c in case.citations]


def folded(text: str) -> str:
    """Fold what a reader does not see: width, case, white space, kinds of hyphen and quote."""
    plain = unicodedata.normalize("NFKC", text).translate(_SAME).replace("\xad", "")
    return _BLANK.sub(" ", plain.replace(GAP.strip(), " ")).strip().casefold()


def _status(case: Case, cited: Cited) -> str:
    entry = case.library.get(cited.file_sha256)
    return str(entry["status"]) if entry else "unknown"


def _quotations(case: Case) -> tuple[Said, ...]:
    return case.claims if case.answer["mode"] == "quote" else ()


METRICS: tuple[Metric, ...] = (
    listed("citations resolvable", "high", resolvable),
    listed("provenance", "high", provenance),
    listed("quotes verbatim, exact", "high", verbatim),
    listed("quotes verbatim, folded", "high", verbatim_folded),
    listed("superseded citations", "low", superseded),
    listed("wrong-guideline citations", "low", wrong_guideline),
    listed("citations off the gold guidelines", "low", off_gold),
)
