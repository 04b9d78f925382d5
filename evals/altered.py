"""The generation that answers, with what a search gives altered in memory; nothing is written.

Whoever searches it cannot tell: passages, vectors, words and statuses are those of the index it is
made of. Knows no probe.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from agent.holder import IndexHolder
from guidelines.catalogue import Guideline
from guidelines.home import Home
from retrieval.search import Hit, Index
from retrieval.where import CURRENT, Where

# Takes what was found, best first and more than was asked for, and how many were; gives what is
# told instead.
Alter = Callable[[list[Hit], int], list[Hit]]


class AlteredIndex(Index):
    """An index that shares all of another one's memory; its searches pass through `alter`.

    Args:
        index: The one that is altered, and stays as it is.
        alter: What is told instead of what was found.
        spare: How many more to find than is asked for.
        home: Whose catalogue says which editions are current; None: the index's own.
    """

    def __init__(
        self, index: Index, alter: Alter, spare: int = 0, home: Home | None = None
    ) -> None:
        vars(self).update(vars(index))
        self.home = home or index.home
        self._alter, self._spare = alter, spare

    def search(
        self,
        query: str,
        k: int,
        where: Where = CURRENT,
        editions: Mapping[str, Guideline] | None = None,
    ) -> list[Hit]:
        """Search, alter what was found, and number it again."""
        found = super().search(query, k + self._spare, where, editions)
        told = self._alter(found, k)
        return [replace(hit, rank=rank) for rank, hit in enumerate(told, start=1)]


class Fixed(IndexHolder):
    """Gives one index, whatever the current generation is."""

    def __init__(self, index: Index) -> None:
        self._fixed = index

    def __call__(self) -> Index:
        """Give it."""
        return self._fixed
