"""The staleness report: faults and proposals, found by reading every page in the background."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from agent.library_errand import Errand, Pending, Tell
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.check import Fault, check
from guidelines.dismissals import Dismissal
from guidelines.drawing import Drawn, drawn
from guidelines.home import Home
from guidelines.succession import Proposal, orphans, proposals
from guidelines.workers import Loss

_PROOF_DPI = 90


@dataclass(frozen=True)
class Report:
    """The faults that are no proposals, and the proposals with the page that proves each.

    `made` is when the library was checked.
    """

    faults: list[Fault]
    proposed: list[tuple[Proposal, Drawn | Loss | None]]
    made: str


def standing(report: Report, dismissed: Sequence[Dismissal]) -> Report:
    """Leave out of a report what was turned down, which may be after it was made."""

    def open_(fault: Fault) -> bool:
        return not any(dismissal.covers(fault) for dismissal in dismissed)

    faults = [fault for fault in report.faults if open_(fault)]
    proposed = [(p, proof) for p, proof in report.proposed if open_(p.fault)]
    return replace(report, faults=faults, proposed=proposed)


class Checker:
    """Checks the library, and keeps the report until an edition or the day changes."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._today = date.min
        self._errand = Errand(self._check)

    def known(self, today: date) -> Report | None:
        """Give the report where it is ready, without reading a page."""
        return self._errand.known(self._key(today))

    def begin(self, today: date) -> None:
        """Check in the background, so that the list can point at what was found."""
        self._today = today
        self._errand.begin(self._key(today))

    def ask(self, today: date, patience: float) -> Report | Pending:
        """Give the report, or since when the check goes on, after `patience` seconds."""
        self._today = today
        return self._errand.ask(self._key(today), patience)

    def forget(self) -> None:
        """Check anew when asked the next time, though nothing may have changed."""
        self._errand.forget()

    def _key(self, today: date) -> object:
        return list(catalogue.load(self._home).values()), today

    def _check(self, tell: Tell) -> Report:
        entries = catalogue.load(self._home)
        tell("")
        found = check(self._home, list(entries.values()), self._today)
        best: dict[tuple[str, str], Proposal] = {}
        for proposal in proposals(self._home, entries, found):
            tell("")
            pair = proposal.old, proposal.new
            if pair not in best or (proposal.page and not best[pair].page):
                best[pair] = proposal
        rest = [f for f in found if f.kind != "supersession"]
        proposed = [(p, self._proof(entries, p)) for p in best.values()]
        made = datetime.now(UTC).isoformat(timespec="minutes")[:16]
        return Report(rest + orphans(list(entries.values())), proposed, made)

    def _proof(self, entries: dict[str, Guideline], proposal: Proposal) -> Drawn | Loss | None:
        if not proposal.page:
            return None
        path = catalogue.file_of(self._home, entries[proposal.new])
        return drawn(path, proposal.page, _PROOF_DPI, marked=[proposal.span])
