"""Words to ranks: BM25 (bm25s, Lucene's variant) over stems, and bigrams for Chinese."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from guidelines.text import is_cjk
from retrieval.thesaurus import concepts

_WORD = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*|[\u3400-\u9fff]+")
# Words that say how a question is put, not what it is about.
STOPWORDS = frozenset(  # one block reads better than a hundred quoted words
    """
    a about also an and any are as at be been being but by can could did do does for from get
    give given had has have having he her him his how i if in into is it its may me might must
    my need needs of on or our please shall she should so still such tell than that the their
    them then there these they this those to too up us was we were what when where which while
    who whom why will with would you your
    """.split()  # noqa: SIM905
)

# What another form of a concept counts beside the one that was said; .8 to 1 do alike.
OTHER_FORM = 0.9
NONE_OWN: Mapping[str, tuple[str, ...]] = {}


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Give the stem of an English word."""
    return str(_stemmer().stemWord(word))


def terms(text: str) -> list[str]:
    """Give the terms of a text in order: English stems without stopwords, Chinese bigrams."""
    found: list[str] = []
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        if is_cjk(word[0]):
            found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif word not in STOPWORDS:
            found.append(stem(word))
    return found


def words(text: str) -> list[str]:
    """Give the Western words of a text that hold a letter, stopwords left out."""
    found = (m.group() for m in _WORD.finditer(text.lower()))
    return [w for w in found if w[0].isascii() and not w[0].isdigit() and w not in STOPWORDS]


class Lexical:
    """A BM25 index whose rows are the passages in order."""

    def __init__(self, index: Any, size: int) -> None:
        self._index = index
        self.size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> "Lexical":
        """Index the texts."""
        index = bm25s.BM25(method="lucene")
        rows = [terms(t) or [""] for t in texts]
        # Our own numbering: bm25s would number a set, in another order in every process.
        vocabulary = {term: i for i, term in enumerate(sorted({t for row in rows for t in row}))}
        numbered = [[vocabulary[t] for t in row] for row in rows]
        index.index((numbered, vocabulary), show_progress=False)
        return cls(index, len(texts))

    def save(self, folder: Path) -> None:
        """Write arrays and vocabulary as npy and JSON."""
        self._index.save(str(folder))

    @classmethod
    def load(cls, folder: Path, size: int) -> "Lexical":
        """Read what `save` wrote."""
        return cls(bm25s.BM25.load(str(folder), load_corpus=False, mmap=False), size)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Score every row; 0 where no term is shared. Shape (size,)."""
        words = [t for t in terms(query) if t in self._index.vocab_dict]
        if not words:
            return np.zeros(self.size, np.float32)
        return np.asarray(self._index.get_scores(words), np.float32)

    def widened(
        self, question: str, own: Mapping[str, tuple[str, ...]] = NONE_OWN
    ) -> NDArray[np.float32]:
        """Score every row for a question whose concepts may go by other names on the page.

        A concept counts once, by the best of its forms: adding them up would let a drug with ten
        brands drown the rest of the question.

        Args:
            question: the question as it was put.
            own: long forms of abbreviations (in lower case) that the documents define themselves.
        """
        found, rest = concepts(question)
        groups = [(f.said, [x for c in f.concepts for x in (c.name, *c.forms)]) for f in found]
        groups += [(word, []) for word in rest if word in own]
        total = self.scores(" ".join(word for word in rest if word not in own))
        for said, forms in groups:
            best = self.scores(said)
            for form in dict.fromkeys((*forms, *own.get(said, ()))):
                known = terms(form)
                if form != said and known and all(self.knows(t) for t in known):
                    best = np.maximum(best, OTHER_FORM * self.scores(form))
            total = total + best
        return total

    def rarity(self, term: str) -> float:
        """Give the term's inverse document frequency; a term no passage has is the rarest."""
        count = self._counts.get(term, 0)
        return float(np.log1p((self.size - count + 0.5) / (count + 0.5)))

    def knows(self, term: str) -> bool:
        """Tell whether any passage has the term."""
        return self._counts.get(term, 0) > 0

    @cached_property
    def _counts(self) -> dict[str, int]:
        starts = np.asarray(self._index.scores["indptr"])
        held = np.diff(starts)
        return {w: int(held[i]) for w, i in self._index.vocab_dict.items() if i < len(held)}
