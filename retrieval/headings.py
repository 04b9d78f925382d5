"""Which headings a place stands under, as headings open and close down a document; pure.

The file's own outline says how deep a heading is where it names it; number and type size else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from guidelines.outline import Bookmark
from guidelines.text import is_cjk
from retrieval.layout import Block, number_of

_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Open:
    """An open heading; `level` where the file's outline names it."""

    number: str
    size: float
    text: str
    level: int | None


def marked(blocks: Sequence[Block], bookmarks: Sequence[Bookmark]) -> list[Block]:
    """Make headings of a page's blocks that its outline names, with the outline's depth."""
    levels = {_plain(b.title): b.level for b in bookmarks}
    return [
        replace(block, kind="heading", level=levels[_plain(block.text)])
        if len(block.text) < 300 and _plain(block.text) in levels
        else block
        for block in blocks
    ]


def _plain(title: str) -> str:
    return _PLAIN.sub("", title).casefold()


class Headings:
    """The open headings, outermost first."""

    def __init__(self, standing: Sequence[Open] = ()) -> None:
        self._open = list(standing)

    def standing(self) -> tuple[Open, ...]:
        """Give the open headings, to go on with on the next page."""
        return tuple(self._open)

    def close_boxes(self) -> None:
        """Close headings that are sentences ("Refer at once if ..."): they head a box only."""
        while self.in_box():
            self._open.pop()

    def in_box(self) -> bool:
        """Tell whether the innermost heading is such a sentence."""
        return bool(self._open) and self._is_box(self._open[-1])

    @staticmethod
    def _is_box(heading: Open) -> bool:
        if heading.number or heading.level is not None:
            return False
        return len(heading.text.split()) > 6 or sum(is_cjk(c) for c in heading.text) > 12

    def enter(self, block: Block) -> None:
        """Open a heading, closing those it ends."""
        self.close_boxes()
        heading = Open(number_of(block.text), block.size, block.text, block.level)
        while self._open and not self._holds(self._open[-1], heading):
            self._open.pop()
        self._open.append(heading)

    @staticmethod
    def _holds(outer: Open, inner: Open) -> bool:
        """Tell whether `outer` stays open: by outline or number if both have it, or size."""
        if outer.level is not None and inner.level is not None:
            return outer.level < inner.level
        if outer.number and inner.number:
            return inner.number.startswith(outer.number + ".")
        if outer.level is not None or outer.number:
            return inner.size <= outer.size + 0.5
        return inner.level is None and inner.size < outer.size - 0.2

    def sections(self) -> tuple[str, ...]:
        """Give the texts of the open headings."""
        return tuple(heading.text for heading in self._open)
