"""What each page tells its document, and what the document then tells each page; pure.

The commonest type size, running headers and the words that a row's end may part are known only
from all pages together. Knows nothing of passages.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from guidelines.pages import Page
from guidelines.text import LINE_END_HYPHEN
from retrieval.furniture import Edge, edges_of, furniture
from retrieval.hyphens import words_of
from retrieval.layout import body_size, sizes_of


@dataclass(frozen=True)
class Facts:
    """One page's part; `parted` tells that a row's end parts a word."""

    height: float
    sizes: tuple[tuple[float, int], ...]
    edges: tuple[Edge, ...]
    words: frozenset[str]
    parted: bool
    lost: bool = False


@dataclass(frozen=True)
class Common:
    """What all pages of a document share."""

    body: float
    running: frozenset[str]
    words: frozenset[str]


def facts_of(page: Page) -> Facts:
    """Give a page's part."""
    return Facts(
        page.height,
        tuple(sorted(sizes_of(page).items())),
        edges_of(page),
        words_of(page),
        LINE_END_HYPHEN in page.text,
        page.quality == "lost",
    )


def common(pages: Sequence[Facts]) -> Common:
    """Put the pages' parts together."""
    sizes: Counter[float] = Counter()
    for facts in pages:
        for size, count in facts.sizes:
            sizes[size] += count
    parted = any(facts.parted for facts in pages)
    words = frozenset[str]().union(*(facts.words for facts in pages)) if parted else frozenset()
    return Common(body_size(sizes), furniture([(f.height, f.edges) for f in pages]), words)
