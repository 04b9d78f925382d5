"""What a PDF says of its pages before any is read: labels, outline, and what each is made of.

Asked of one worker process, which can then read the pages. Knows nothing of what stands on them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guidelines.caller import Caller
from guidelines.outline import Bookmark
from guidelines.pages import keep_open, opened
from guidelines.problem import Problem
from guidelines.workers import LIMITS, Limits, Loss, Worker


@dataclass(frozen=True)
class Opening:
    """Each page's printed label and key ("": none can be given), and the outline.

    A page with the key of another is that page: it is read alike.
    """

    labels: tuple[str, ...]
    outline: tuple[Bookmark, ...]
    keys: tuple[str, ...]


def labels(path: Path) -> list[str]:
    """Open a file for good and give its pages' labels."""
    keep_open(path)
    with opened(path) as document:
        return [document.get_page_label(i) or str(i + 1) for i in range(len(document))]


class Opener:
    """One file and the worker that has it open; whoever opens it must end it."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        """Open the file.

        Raises:
            Problem: it cannot even be opened.
        """
        self._path, self._caller = path, Caller(limits)
        found = self._ask("guidelines.opening:labels")
        if not isinstance(found, list):
            why = found.why if isinstance(found, Loss) else "its reader gives no labels"
            raise Problem(f"cannot open {path.name}", why, "clinicite library check")
        # What breaks the outline or the keys costs only them.
        outline = self._ask("guidelines.outline:rows")
        keys = self._ask("guidelines.page_keys:page_keys")
        known = isinstance(keys, list) and len(keys) == len(found)
        self.opening = Opening(
            tuple(map(str, found)),
            tuple(Bookmark(*row) for row in outline) if isinstance(outline, list) else (),
            tuple(map(str, keys)) if known else ("",) * len(found),
        )

    def _ask(self, called: str) -> Any:
        try:
            return self._caller.call(called, str(self._path))
        except Problem:
            self.end()
            raise

    def worker(self) -> Worker | None:
        """Hand on the worker, which its new owner must end; None where there is none left."""
        return self._caller.give()

    def end(self) -> None:
        """End the worker, if it was not handed on."""
        self._caller.end()
