"""The generation of the index that questions are asked of; knows nothing of questions."""

import sys
import threading

from guidelines.home import Home
from guidelines.problem import Problem, one_line
from retrieval import store
from retrieval.embed import Embedder
from retrieval.search import Index


class IndexHolder:
    """Gives the current generation; one question never sees two.

    A current generation that cannot serve is told once, on stderr, and the one that is held goes
    on serving; each question looks again, so that a mended one is taken up.
    """

    def __init__(self, home: Home, embedder: Embedder) -> None:
        self._home = home
        self._embedder = embedder
        self._index: Index | None = None
        self._told = ""
        # After a promotion one question opens the new generation, and the others wait for it.
        self._opening = threading.Lock()

    def __call__(self) -> Index:
        """Open the current generation, again only where the pointer has moved.

        Raises:
            Problem: it cannot serve, and none is held that could.
        """
        with self._opening:
            if self._index is None:
                self._index = Index.open(self._home, self._embedder)
                return self._index
            try:
                if self._index.manifest.id != store.current_id(self._home):
                    self._index = Index.open(self._home, self._embedder)
            except (Problem, OSError) as fault:
                self._tell(f"generation {self._index.manifest.id} goes on serving; {fault}")
            else:
                if self._told:
                    self._tell(f"the index is mended; generation {self._index.manifest.id} serves")
                self._told = ""
            return self._index

    def _tell(self, line: str) -> None:
        """Tell what is new; the same fault at every question would bury the log."""
        if line != self._told:
            sys.stderr.write(f"clinicite: {one_line(line)}\n")
            sys.stderr.flush()
        self._told = line
