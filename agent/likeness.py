"""How like a question lines are, and how much the library knows of it: by vectors and by words.

Needs the index that was searched; what depends on a line alone is reckoned once.
"""

from collections.abc import Sequence
from functools import lru_cache

from agent.evidence import EvidenceLine
from agent.select import asserted, in_context
from retrieval.embed import Embedder, Vectors
from retrieval.search import Hit, Index
from retrieval.thesaurus import spelled_out

_COVERAGE = 0.5
_FOREIGN = 0.5
# Coarser than any two machines differ by, so that a receipt holds what was compared.
_DIGITS = 4


def support(question: str, hits: Sequence[Hit], index: Index) -> float:
    """Say how much the library knows of a question, about -0.5 to 1.

    The best cosine, less for the share of foreign words: "deflazacort" makes a question foreign,
    however much of "carry on or stop" is known.
    """
    best = max((h.cosine for h in hits), default=-1.0)
    unread = index.foreign_script(question)
    if unread:
        # The embedder cannot read it all; then the share of its words on a page says more.
        covered = max((index.coverage(question, h.passage.text) for h in hits), default=0.0)
        best = max(best, unread * covered)
    return best - _FOREIGN * index.foreign_share(question)


def cosines(question: str, lines: Sequence[EvidenceLine], index: Index) -> list[float]:
    """Give the cosine of each line, under its headings, with what a question asserts."""
    asked = index.embedder.question([spelled_out(asserted(question))])[0]
    return [float(_vector(index.embedder, in_context(line)) @ asked) for line in lines]


def coverages(question: str, lines: Sequence[EvidenceLine], index: Index) -> list[float]:
    """Give the share of the question's words, weighted by rarity, that each line has."""
    asked = asserted(question)
    return [index.coverage(asked, in_context(line)) for line in lines]


def likeness(question: str, lines: Sequence[EvidenceLine], index: Index) -> dict[str, float]:
    """Say how like the question each line is, by the line's own id; none where there are none."""
    if not lines:
        return {}
    near, said = cosines(question, lines, index), coverages(question, lines, index)
    return {
        x.line.id: round(c + _COVERAGE * s, _DIGITS)
        for x, c, s in zip(lines, near, said, strict=True)
    }


# Lines of the library only: what a question says is not kept. About 6 MB.
@lru_cache(maxsize=4096)
def _vector(embedder: Embedder, text: str) -> Vectors:
    vector: Vectors = embedder.question([text])[0]
    return vector
