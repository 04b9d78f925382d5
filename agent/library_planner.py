"""What the next build would do, found out in the background, since a new PDF has to be read for it.

Knows when a plan is out of date; what is in one stands in `retrieval.plan`.
"""

from collections.abc import Iterator
from pathlib import Path

from agent.library_errand import Errand, Pending, Tell
from guidelines import catalogue
from guidelines.home import Home
from retrieval import store
from retrieval.plan import Plan, plan


class Planner:
    """Keeps the plan until the catalogue, a PDF or the index in use changes."""

    def __init__(self, home: Home, embedder: str) -> None:
        self._home, self._embedder = home, embedder
        self._errand = Errand(self._read)

    def begin(self) -> None:
        """Start to read what is new, so that the plan is there when it is asked for."""
        self._errand.begin(self._stamp())

    def ask(self, patience: float) -> Plan | Pending:
        """Give the plan, or how far its reading is after `patience` seconds.

        Raises:
            Problem: a PDF is missing or cannot be opened.
        """
        return self._errand.ask(self._stamp(), patience)

    def leave(self) -> None:
        """Stop reading for a plan: a build begins, which reads the same."""
        self._errand.forget()

    def _read(self, tell: Tell) -> Plan:
        return plan(self._home, self._embedder, tell)

    def _stamp(self) -> object:
        """Give what changes whenever a plan could: it is only compared."""
        return tuple(self._stamps())

    def _stamps(self) -> Iterator[object]:
        current = store.current_id(self._home)
        yield current
        yield _stat(self._home.catalogue)
        for entry in catalogue.load(self._home).values():
            yield _stat(catalogue.file_of(self._home, entry))
        folder = store.generations(self._home) / current if current else None
        if folder is not None and folder.is_dir():
            yield from sorted((path.name, _stat(path)) for path in folder.iterdir())


def _stat(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns
