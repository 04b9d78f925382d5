"""A PDF's own outline: which headings its publisher marked, on which page, how deep.

Knows nothing of what stands on the pages.
"""

from dataclasses import dataclass
from pathlib import Path

from guidelines.pages import opened
from guidelines.text import fold


@dataclass(frozen=True)
class Bookmark:
    """One entry; `page` counts from 1, `level` from 0."""

    title: str
    page: int
    level: int


def outline(path: Path) -> tuple[Bookmark, ...]:
    """Read the outline, in its order; empty where the file has none.

    Word writes hidden bookmarks ("_GoBack") into it: they are no headings.
    """
    found: list[Bookmark] = []
    with opened(path) as document:
        for entry in document.get_toc():
            destination = entry.get_dest()
            index = destination.get_index() if destination else None
            title = fold(entry.get_title())[0]
            if title and not title.startswith("_") and index is not None:
                found.append(Bookmark(title, index + 1, entry.level))
    return tuple(found)


def rows(path: Path) -> list[tuple[str, int, int]]:
    """Give the outline as a worker can send it."""
    return [(b.title, b.page, b.level) for b in outline(path)]
