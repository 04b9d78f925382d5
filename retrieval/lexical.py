"""Words to ranks: BM25 (bm25s, Lucene's variant) over stems, and bigrams for Chinese."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from guidelines.text import is_cjk
from retrieval.thesaurus import concepts

_WORD = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*|[\u3400-\u9fff]+")
_CHINESE = re.compile("[\u3400-\u9fff]")
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
    found = _WORD.findall(text.lower())
    if _CHINESE.search(text) is None:
        return list(filter(None, map(_term, found)))
    return [term for word in found for term in _terms_in(word) if term]


def _terms_in(word: str) -> list[str]:
    if is_cjk(word[0]):
        return [word[i : i + 2] for i in range(len(word) - 1)] or [word]
    return [_term(word)]


@lru_cache(maxsize=65536)
def _term(word: str) -> str:
    return "" if word in STOPWORDS else stem(word)


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
        return cls.of([terms(text) for text in texts])

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> "Lexical":
        """Index texts by their terms.

        The arrays are those that bm25s would make of them, counted by numpy in a fifth of its
        time, and in our own numbering: it would number a set, in another order in every process.
        """
        rows = [row or ("",) for row in rows]
        vocabulary = {term: i for i, term in enumerate(sorted(set(chain.from_iterable(rows))))}
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        numbers = map(vocabulary.__getitem__, chain.from_iterable(rows))
        flat = np.fromiter(numbers, np.int64, int(lengths.sum()))
        places = flat * len(rows) + np.repeat(np.arange(len(rows)), lengths)
        places, times = np.unique(places, return_counts=True)
        held, at = np.divmod(places, len(rows))
        counts = np.bincount(held, minlength=len(vocabulary))
        index = bm25s.BM25(method="lucene")
        # Word by word, since numpy's logarithm may differ from Python's in the last bit.
        rarity = [math.log(1 + (len(rows) - n + 0.5) / (n + 0.5)) for n in counts.tolist()]
        length = index.k1 * ((1 - index.b) + index.b * lengths / lengths.mean())
        weights = times / (length[at] + times) * np.array(rarity, np.float32)[held]
        index.scores = {
            "data": weights.astype(np.float32),
            "indices": at.astype(np.int32),
            "indptr": np.concatenate(([0], np.cumsum(counts))),
            "num_docs": len(rows),
        }
        index.nonoccurrence_array = None
        index.vocab_dict = vocabulary
        vocabulary.setdefault("", len(vocabulary))
        index.unique_token_ids_set = set(vocabulary.values())
        return cls(index, len(rows))

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
