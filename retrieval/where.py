"""Which editions a search may find, by what the catalogue says of them; finds nothing itself."""

from dataclasses import dataclass

from guidelines.catalogue import Guideline


@dataclass(frozen=True)
class Where:
    """Which editions a search may find; an empty field lets all pass."""

    statuses: tuple[str, ...] = ("current",)
    guidelines: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()

    def admits(self, edition: Guideline) -> bool:
        """Tell whether an edition passes every field."""
        pairs = (
            (self.statuses, edition.status),
            (self.guidelines, edition.id),
            (self.publishers, edition.publisher),
            (self.jurisdictions, edition.jurisdiction),
        )
        return all(not wanted or value in wanted for wanted, value in pairs)


CURRENT = Where()
