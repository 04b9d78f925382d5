"""What was found and may not be used, and why; the rest of a passage can be read and cited; pure.

Knows neither numbers nor budgets. Who tells an instruction from a line is passed in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from retrieval.passages import Line, Passage
from retrieval.search import Hit

LINE_CHARS = 700

# superseded, retired: the catalogue says so. elsewhere: made for another country. suspect: the
# text layer cannot be trusted to quote. planted: it tries to instruct its reader.
AsideWhy = Literal["superseded", "retired", "elsewhere", "suspect", "planted"]
# Says why a text tries to instruct its reader, "" where it does not.
Planted = Callable[[str], str]
# Gives a text without what only a machine sees.
Neutralised = Callable[[str], str]


@dataclass(frozen=True)
class SetAside:
    """A passage, or one line of it, that was found and may be neither read out nor cited."""

    hit: Hit
    why: AsideWhy
    about: str = ""
    line: Line | None = None


def unfit(hit: Hit, jurisdictions: tuple[str, ...]) -> SetAside | None:
    """Say why nothing of a hit may be used, if so."""
    edition = hit.guideline
    if edition.status != "current":
        return SetAside(hit, edition.status)
    if jurisdictions and edition.jurisdiction and edition.jurisdiction not in jurisdictions:
        return SetAside(hit, "elsewhere", edition.jurisdiction)
    lines = hit.passage.lines
    if any(line.suspect for line in lines) and not any(line.quotable for line in lines):
        return SetAside(hit, "suspect")
    return None


def quotable(hit: Hit, planted: Planted) -> tuple[list[tuple[int, Line]], list[SetAside]]:
    """Give the lines that may be read and cited, each with its place, and those set aside."""
    lines: list[tuple[int, Line]] = []
    marked: list[SetAside] = []
    for line in hit.passage.lines:
        if why := planted(line.text):
            marked.append(SetAside(hit, "planted", why, line))
        elif line.quotable and len(line.text) <= LINE_CHARS:
            # Counted over what the passage holds, not over what this turn shows.
            lines.append((len(lines) + len(marked) + 1, line))
    if not marked and (why := planted(hit.passage.text)):
        # An instruction that only the lines together spell: none of them is safe.
        return [], [SetAside(hit, "planted", why)]
    return lines, marked


# The same passages come up again and again.
@lru_cache(maxsize=1024)
def beside_evidence(passage: Passage, planted: Planted) -> tuple[Line, ...]:
    """Give the lines that may be shown to a reader although no model saw them, of any length."""
    told = [line for line in passage.lines if not planted(line.text)]
    if len(told) == len(passage.lines) and planted(passage.text):
        return ()
    return tuple(line for line in told if line.quotable)
