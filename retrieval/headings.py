"""Which headings a place stands under, as headings open and close down a document; pure."""

from guidelines.text import is_cjk
from retrieval.layout import Block, number_of


class Headings:
    """The open headings, outermost first, each with its number, type size and text."""

    def __init__(self) -> None:
        self._open: list[tuple[str, float, str]] = []

    def close_boxes(self) -> None:
        """Close headings that are sentences ("Refer at once if ..."): they head a box only."""
        while self.in_box():
            self._open.pop()

    def in_box(self) -> bool:
        """Tell whether the innermost heading is such a sentence."""
        return bool(self._open) and self._is_box(self._open[-1])

    @staticmethod
    def _is_box(heading: tuple[str, float, str]) -> bool:
        number, _, text = heading
        return not number and (len(text.split()) > 6 or sum(is_cjk(c) for c in text) > 12)

    def enter(self, block: Block) -> None:
        """Open a heading, closing those it ends."""
        self.close_boxes()
        number = number_of(block.text)
        while self._open and not self._holds(self._open[-1], number, block.size):
            self._open.pop()
        self._open.append((number, block.size, block.text))

    @staticmethod
    def _holds(outer: tuple[str, float, str], number: str, size: float) -> bool:
        """Tell whether `outer` stays open: by number where both have one, else by type size."""
        if number and outer[0]:
            return number.startswith(outer[0] + ".")
        if outer[0]:
            return size <= outer[1] + 0.5
        return size < outer[1] - 0.2

    def sections(self) -> tuple[str, ...]:
        """Give the texts of the open headings."""
        return tuple(text for _, _, text in self._open)
