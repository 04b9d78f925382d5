"""Which edition follows which: what a text proposes, what is left without a successor, and undoing.

Reads the words of `guidelines.check`; proposes, and decides nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.check import Fault
from guidelines.home import Home
from guidelines.reading import read_pages
from guidelines.text import fold

_SAID = re.compile(r"“…(.+)”")


@dataclass(frozen=True)
class Proposal:
    """That `new` may take the place of `old`; page 0 means that no text says so."""

    old: str
    new: str
    fault: Fault
    sentence: str = ""
    page: int = 0
    span: tuple[int, int] = (0, 0)


def proposals(
    home: Home, entries: Mapping[str, Guideline], faults: Iterable[Fault]
) -> list[Proposal]:
    """Give the supersessions among the faults, each with the page its sentence stands on."""
    found = []
    for fault in faults:
        if fault.kind != "supersession" or not set(fault.editions) <= set(entries):
            continue
        old, new = fault.editions
        said = _SAID.search(fault.what)
        proposal = Proposal(old, new, fault, said[1].strip() if said else "")
        found.append(_placed(home, entries[new], proposal))
    return found


def _placed(home: Home, new: Guideline, proposal: Proposal) -> Proposal:
    if not proposal.sentence:
        return proposal
    for page in read_pages(catalogue.file_of(home, new)):
        folded, at = fold(page.text)
        start = folded.find(proposal.sentence)
        if start >= 0:
            end = start + len(proposal.sentence)
            # The check quotes a part, which may begin inside a word.
            if start and folded[start - 1].isalnum() and folded[start].isascii():
                start = folded.find(" ", start, end) + 1 or start
            span = at[start], at[end - 1] + 1
            return replace(proposal, sentence=folded[start:end], page=page.number, span=span)
    return proposal


def orphans(entries: Sequence[Guideline]) -> list[Fault]:
    """Find superseded editions that nothing current follows: their subject has no guideline."""
    followers: dict[str, list[Guideline]] = {}
    for entry in entries:
        followers.setdefault(entry.supersedes, []).append(entry)
    found = []
    for entry in entries:
        if entry.status != "superseded":
            continue
        after, seen = [entry], {entry.id}
        while after:
            after = [e for last in after for e in followers.get(last.id, []) if e.id not in seen]
            if any(e.status == "current" for e in after):
                break
            seen |= {e.id for e in after}
        else:
            what = "is superseded, and no current edition follows it: nothing of it is cited now"
            mend = f"clinicite library add NEW.pdf --supersedes {entry.id}"
            found.append(Fault(entry.id, what, mend))
    return found


def restore(entries: dict[str, Guideline], guideline_id: str) -> None:
    """Make an edition current again; whoever superseded it no longer says so."""
    entry = catalogue.known(entries, guideline_id)
    for other in list(entries.values()):
        if other.supersedes == guideline_id:
            entries[other.id] = replace(other, supersedes="")
    entries[guideline_id] = replace(entry, status="current")
