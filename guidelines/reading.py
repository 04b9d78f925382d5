"""All pages of a PDF, read in worker processes: a page that cannot be read costs only itself.

Knows how pages are handed out and what becomes of a lost one; not how a page is read.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from guidelines.fidelity import Finding
from guidelines.ocr import Word
from guidelines.pages import Page
from guidelines.problem import Problem
from guidelines.rows import Row
from guidelines.workers import LIMITS, SPARES, Limits, Loss, Worker, answer_of, waiting

# What a page holds of other kinds, sent as rows of their fields.
NESTED: dict[str, Any] = {"rows": Row, "findings": Finding, "ocr": Word}
READER = "guidelines.pages:read_page"
WORKERS = min(2, os.cpu_count() or 1)
# Pages handed out at once: enough to keep a worker busy, few enough to share a document evenly.
_RANGE = 16
# A document that has ended this many workers is not worth a minute for each page that is left.
_MOST_ENDED = 20


def read_pages(
    path: Path,
    reader: str = READER,
    cache: Path | None = None,
    workers: int = WORKERS,
    limits: Limits = LIMITS,
    only: Sequence[int] | None = None,
    first: Worker | None = None,
) -> Iterator[Page]:
    """Read every page in order; one that crashes, hangs or fills its worker has quality `lost`.

    The workers serve one document: a file that takes over its reader cannot touch another's text.

    Args:
        path: The PDF.
        reader: "module:function", called with the path, a page's number and `cache` if given.
        cache: A folder the reader may keep things in.
        workers: At most so many processes.
        limits: What a page may cost.
        only: The numbers of the pages to read; None: all.
        first: A worker that has the document open already; it is ended with the others.

    Raises:
        Problem: the document cannot even be opened.
    """
    pool = _Pool(path, reader, [str(cache)] if cache else [], limits)
    try:
        yield from pool.pages(workers, only, first)
    finally:
        pool.end()


def page_of(fields: dict[str, Any]) -> Page:
    """Make a page again of what a worker sent."""
    nested = {key: tuple(kind(*row) for row in fields[key]) for key, kind in NESTED.items()}
    listed = {
        "reasons": tuple(fields["reasons"]),
        "repairs": tuple((kind, count) for kind, count in fields["repairs"]),
    }
    return Page(**{**fields, **listed, **nested})


def fields_of(page: Page) -> dict[str, Any]:
    """Give what `page_of` makes the page of again, for JSON."""
    return {**vars(page), **{k: [list(vars(x).values()) for x in vars(page)[k]] for k in NESTED}}


def lost(pages: Iterable[Page]) -> dict[str, str]:
    """Give the reason for each lost page, by its number as a word (JSON has no other keys)."""
    return {str(page.number): page.why for page in pages if page.quality == "lost"}


def told(gone: Mapping[str, str]) -> str:
    """Tell lost pages in one line, each run of pages with one reason as a range."""
    runs: list[tuple[int, int, str]] = []
    for number, why in ((int(word), why) for word, why in gone.items()):
        if runs and runs[-1][1] == number - 1 and runs[-1][2] == why:
            runs[-1] = (runs[-1][0], number, why)
        else:
            runs.append((number, number, why))
    return "; ".join(
        f"page {first} {why}" if first == last else f"pages {first}-{last} {why}"
        for first, last, why in runs
    )


class _Pool:
    """The workers of one document, the pages nobody has begun, and those read before their turn."""

    def __init__(self, path: Path, reader: str, more: list[str], limits: Limits) -> None:
        self._path, self._reader, self._more, self._limits = path, reader, more, limits
        self._workers: list[Worker] = []
        self._todo: deque[list[int]] = deque()
        self._done: dict[int, Page] = {}
        self._ended = 0

    def pages(
        self, workers: int, only: Sequence[int] | None, first: Worker | None
    ) -> Iterator[Page]:
        first = self._start(first)
        total = answer_of(first)
        if not isinstance(total, int):
            why = total.why if isinstance(total, Loss) else "its reader gives no page count"
            raise Problem(f"cannot open {self._path.name}", why, "clinicite library check")
        numbers = list(range(1, total + 1)) if only is None else list(only)
        self._todo.extend(numbers[i : i + _RANGE] for i in range(0, len(numbers), _RANGE))
        self._hand_out(first)
        while self._todo and len(self._workers) < workers:
            self._hand_out(self._start())
        for number in numbers:
            while number not in self._done:
                self._step()
            yield self._done.pop(number)

    def end(self) -> None:
        for worker in self._workers:
            worker.end()

    def _start(self, worker: Worker | None = None) -> Worker:
        worker = worker or SPARES.take(self._limits)
        self._workers.append(worker)
        worker.ask(None, "guidelines.pages:keep_open", str(self._path))
        return worker

    def _hand_out(self, worker: Worker) -> None:
        for number in self._todo.popleft() if self._todo else []:
            worker.ask(number, self._reader, str(self._path), number, *self._more)

    def _step(self) -> None:
        """Take what the workers have to tell, waiting until one has or is late."""
        waiting(self._workers, min(w.left() for w in self._workers if w.owed))
        for worker in list(self._workers):
            owed = list(worker.owed)
            answers, loss = worker.answers()
            for number, answer in zip(owed, answers, strict=False):
                self._take(number, answer)
            if loss is not None and worker.owed:
                self._replace(worker, loss)
            elif not worker.owed:
                self._hand_out(worker)

    def _take(self, number: int | None, answer: dict[str, Any]) -> None:
        if number is None:
            return
        try:
            if "page" in answer:
                page = page_of(answer["page"])
                if page.number != number:
                    raise ValueError(page.number)
                self._done[number] = page
            else:
                why = answer["loss"] if "loss" in answer else answer["problem"][1]
                self._done[number] = _lost(number, str(why))
        except (KeyError, TypeError, ValueError, IndexError):
            self._done[number] = _lost(number, "made its reader write what is no page")

    def _replace(self, worker: Worker, loss: Loss) -> None:
        """Put a fresh worker in the place of one that ended, and settle the page it ended on."""
        rest = [number for number in worker.owed if number is not None]
        worker.end()
        self._workers.remove(worker)
        self._ended += 1
        # The pages before may have filled the worker, and the first answer is the opening: a page
        # is lost only by what it does to a fresh one.
        if worker.answered == 1:
            at = rest.pop(0)
            self._done[at] = _lost(at, loss.why)
        if rest:
            self._todo.appendleft(rest)
        if self._ended >= _MOST_ENDED:
            for number in (n for numbers in self._todo for n in numbers):
                self._done[number] = _lost(number, f"was not read: {_MOST_ENDED} readers had ended")
            self._todo.clear()
        elif self._todo:
            self._hand_out(self._start())


def _lost(number: int, why: str) -> Page:
    return Page(number, str(number), "", (), 0.0, 0.0, "lost", why=why)
