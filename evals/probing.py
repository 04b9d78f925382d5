"""Ask the questions of a plan again, of the very same system, over what each change makes of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from agent.receipt_store import ReceiptStore
from evals import alterations
from evals.alterations import DEEP, PLANTED
from evals.altered import Alter, AlteredIndex, Fixed
from evals.changes import Change
from evals.opening import Parts
from evals.records import Record
from evals.sources import Extract
from evals.swapped import exchanged
from guidelines import catalogue
from guidelines.home import Home
from retrieval.golden import Sample
from retrieval.search import Hit, Index


class Probing:
    """The system that a run was made with; each question meets an index altered for it alone.

    What is altered stands in memory, and its receipts in the probe's folder: neither the index nor
    the receipts of real answers are touched.
    """

    def __init__(self, parts: Parts, changes: Mapping[str, Change], folder: Path) -> None:
        self.name: str = parts.name
        self._parts, self._changes, self._folder = parts, changes, folder
        self._receipts = ReceiptStore(folder / "receipts.db")
        # One generation to the end, whatever is built meanwhile.
        self._index = parts.holder()

    async def answer(self, sample: Sample) -> Record:
        """Ask a question with what its change leaves."""
        change = self._changes[sample.id]
        index = altered(self._index, change, self._folder)
        extract = self._parts.extract
        if change.kind == "edit":
            extract = _edited(extract, change)
        record = await self._parts.system(self._receipts, Fixed(index), extract).answer(sample)
        return _as_shown(record, change)


def altered(index: Index, change: Change, folder: Path) -> Index:
    """Give an index as a change makes it; `folder` keeps the swapped catalogue."""
    if change.kind == "swap":
        return AlteredIndex(index, _as_found, home=_swapped(index.home, folder))
    alter, spare = _ways(change)
    return AlteredIndex(index, alter, spare)


def _ways(change: Change) -> tuple[Alter, int]:
    if change.kind == "delete":
        return alterations.without(change), len(change.passages)
    if change.kind == "plant":
        return alterations.planted(change), DEEP
    made = alterations.edited if change.kind == "edit" else alterations.shuffled
    return made(change), 0


def _as_found(found: list[Hit], k: int) -> list[Hit]:
    return found[:k]


def _swapped(home: Home, folder: Path) -> Home:
    """Give a home whose catalogue has current and superseded editions change places."""
    other = Home(folder / "swapped")
    if not other.catalogue.is_file():
        catalogue.save(other, exchanged(catalogue.load(home)))
    return other


def _edited(extract: Extract, change: Change) -> Extract:
    return lambda sha256, page, spans: alterations.reworded(change, extract(sha256, page, spans))


def _as_shown(record: Record, change: Change) -> Record:
    """Give the record with a planted line's own words: its spans are those of its neighbour."""
    if change.kind != "plant":
        return record
    evidence = tuple(
        replace(s, text=change.edited) if s.line_id.startswith(PLANTED) else s
        for s in record.evidence
    )
    return replace(record, evidence=evidence)
