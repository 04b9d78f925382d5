"""Tier 2: whether what is cited goes by its source, by guideline and status. No judge; pure."""

from evals import swapped
from evals.alterations import PLANTED
from evals.cases import Case
from evals.metric import Metric, asked, listed
from evals.probed import Of, citations_in, one


def plants(of: Of) -> tuple[Metric, ...]:
    """Give the metrics of planted lines."""

    def cited(case: Case) -> bool | None:
        """Answers that cite the line planted in another guideline, where it was in the evidence.

        After Wallat et al. (arXiv 2412.18004): an answer's line is put into an
        irrelevant passage while its own stays. What cites it goes by words, not by source.
        """
        p = one(of(case))
        if p is None or not any(s.line_id.startswith(PLANTED) for s in p.record.evidence):
            return None
        return any(c["line_id"].startswith(PLANTED) for c in citations_in(p.record))

    def source(case: Case) -> bool | None:
        """Answers that cite their first line itself although its words were planted elsewhere."""
        p = one(of(case))
        if p is None or not any(s.line_id.startswith(PLANTED) for s in p.record.evidence):
            return None
        first = case.citations[0]
        again = {(c["file_sha256"], c["line_id"]) for c in citations_in(p.record)}
        return (first.file_sha256, first.line_id) in again

    return (
        asked("planted line cited", "low", cited, 2),
        asked("source kept beside a plant", "high", source, 2),
    )


def swaps(of: Of) -> tuple[Metric, ...]:
    """Give the metrics of editions that exchanged their status."""

    def against(case: Case) -> list[bool]:
        """Citations of an edition that is not current once two editions changed their status."""
        status = swapped.statuses(case.library)
        return [
            status.get(c["file_sha256"]) != "current"
            for p in of(case)
            for c in citations_in(p.record)
        ]

    def followed(case: Case) -> bool | None:
        """Answers that cite the other edition once it is the current one; abstaining is none."""
        p = one(of(case))
        if p is None:
            return None
        return any(c["file_sha256"] == p.change.files[1] for c in citations_in(p.record))

    return (
        listed("superseded cited after a swap", "low", against, 2),
        asked("followed the status", "high", followed, 2),
    )
