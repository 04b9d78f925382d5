"""Words that a row's end parted, made whole for searching; pure.

The page does not tell "treat-ment" from "low-dose": the document's other words do. Quotes keep the
hyphen as printed.
"""

import re

from guidelines.pages import Page
from guidelines.text import LINE_END_HYPHEN

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(rf"([^\W\d_]+){LINE_END_HYPHEN}([^\W\d_]+)")


def words_of(page: Page) -> frozenset[str]:
    """Give the words of a page, in small letters."""
    return frozenset(word.casefold() for word in set(_WORD.findall(page.text)))


class Words:
    """The words of a document, in small letters, and which halves it was asked to join."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self.asked: dict[tuple[str, str], bool] = {}

    def one(self, first: str, second: str) -> bool:
        """Tell whether two halves are one word elsewhere, which never has a hyphen there."""
        found = (
            f"{first}-{second}".casefold() not in self._known
            and f"{first}{second}".casefold() in self._known
        )
        self.asked[first, second] = found
        return found

    def rejoined(self, raw: str) -> str:
        """Take out the hyphens at row ends whose halves are one word elsewhere in the document."""
        if LINE_END_HYPHEN not in raw:
            return raw

        def join(parted: re.Match[str]) -> str:
            first, second = parted.groups()
            return f"{first}{second}" if self.one(first, second) else f"{first}-{second}"

        return _PARTED.sub(join, raw)
