"""Words that a row's end parted, made whole for searching; pure.

The page does not tell "treat-ment" from "low-dose": the document's other words do. Quotes keep the
hyphen as printed.
"""

import re
from collections.abc import Sequence

from guidelines.pages import Page
from guidelines.text import LINE_END_HYPHEN

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(rf"([^\W\d_]+){LINE_END_HYPHEN}([^\W\d_]+)")


def vocabulary(pages: Sequence[Page]) -> frozenset[str]:
    """Give the words of a document, in small letters; none where no row's end parts a word."""
    if not any(LINE_END_HYPHEN in page.text for page in pages):
        return frozenset()
    words: set[str] = set()
    for page in pages:
        words.update(_WORD.findall(page.text))
    return frozenset(word.casefold() for word in words)


def rejoined(raw: str, words: frozenset[str]) -> str:
    """Take out the hyphens at row ends whose halves are one word elsewhere in the document.

    A word that stands there with a hyphen too keeps it.
    """
    if LINE_END_HYPHEN not in raw:
        return raw

    def join(parted: re.Match[str]) -> str:
        first, second = parted.groups()
        whole = f"{first}{second}".casefold()
        kept = f"{first}-{second}".casefold() in words or whole not in words
        return f"{first}-{second}" if kept else f"{first}{second}"

    return _PARTED.sub(join, raw)
