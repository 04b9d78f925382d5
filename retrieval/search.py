"""Find passages: a pinned generation, dense and lexical scores fused, statuses as of now."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.text import is_cjk
from retrieval import store
from retrieval.abbreviations import merged
from retrieval.embed import Embedder, Vectors
from retrieval.fit import fit
from retrieval.fusion import DENSE, best, convex
from retrieval.lexical import Lexical, stem, terms, words
from retrieval.passages import Passage, page_rows, search_text
from retrieval.releases import Pin, pin_current
from retrieval.rerank import POOL, WEIGHT, Reranker
from retrieval.store import Manifest
from retrieval.thesaurus import Found, concepts, spelled_out
from retrieval.where import CURRENT, Where

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Hit:
    """A passage that was found; `cosine` is its likeness to the question, in [-1, 1]."""

    rank: int
    score: float
    passage: Passage
    guideline: Guideline
    cosine: float


class Index:
    """One generation, read into memory and never changed; safe to read from several threads."""

    def __init__(self, home: Home, embedder: Embedder, manifest: Manifest, folder: Path) -> None:
        """Read the generation in `folder`, which was verified."""
        self.home = home
        self.manifest = manifest
        # While it lives, the generation's folder is not pruned.
        self._pin: Pin | None = None
        self.embedder = embedder
        # Only where the golden questions said that it wins.
        self.reranker = Reranker(manifest.reranker, home.models) if manifest.reranker else None
        self.passages = store.read_passages(folder / store.PASSAGES)
        self._vectors = store.read_vectors(folder / store.VECTORS)
        self._row = {store.faiss_id(p.id): i for i, p in enumerate(self.passages)}
        self.lexical = Lexical.load(folder / store.LEXICAL, len(self.passages))
        pages = page_rows(self.passages)
        self._page_lexical = Lexical.load(folder / store.PAGE_LEXICAL, len(pages))
        self._own = merged(store.read_abbreviations(folder / store.ABBREVIATIONS))
        self._page_of = np.zeros(len(self.passages), np.int64)
        for number, rows in enumerate(pages):
            self._page_of[rows] = number

    @classmethod
    def open(cls, home: Home, embedder: Embedder) -> "Index":
        """Open the current generation.

        Raises:
            Problem: no index yet, another embedder's index, a torn or altered file, another format.
        """
        folder, pin = pin_current(home)
        manifest = fit(home, embedder, folder)
        found = cls(home, embedder, manifest, folder)
        found._pin = pin
        return found

    def search(
        self,
        query: str,
        k: int,
        where: Where = CURRENT,
        editions: Mapping[str, Guideline] | None = None,
    ) -> list[Hit]:
        """Give the best `k` passages of the editions wanted.

        Args:
            query: The question.
            k: How many.
            where: Which editions may be found.
            editions: Those whose statuses count, by id; none given: the catalogue as it is now.
        """
        entries = catalogue.load(self.home) if editions is None else editions
        allowed = {
            e.id
            for e in entries.values()
            if where.admits(e) and self.manifest.guidelines.get(e.id) == e.sha256
        }
        rows = np.array([p.guideline in allowed for p in self.passages], bool)
        if not rows.any():
            return []
        spelled = spelled_out(query)
        cosines = self._cosines(self.embedder.question([spelled]))
        dense = DENSE * self.readable(query)
        scores = np.where(rows, self._fused(query, cosines, rows, dense), -np.inf)
        if self.reranker is not None:
            self._read_again(spelled, scores, self.reranker)
        return [
            Hit(
                rank,
                float(scores[row]),
                self.passages[row],
                entries[self.passages[row].guideline],
                float(cosines[row]),
            )
            for rank, row in enumerate(best(scores, k), start=1)
        ]

    def _fused(self, query: str, cosines: Vectors, rows: Mask, dense: float) -> Vectors:
        lexical = np.where(rows, self.lexical.widened(query, self._own), 0)
        # A page that answers often says so in pieces: the question's words are spread over
        # several passages, which only a ranking of whole pages sees.
        paged = np.where(rows, self._page_lexical.widened(query, self._own)[self._page_of], 0)
        return convex(cosines, lexical, paged, dense)

    def _read_again(self, spelled: str, scores: Vectors, reranker: Reranker) -> None:
        """Add what the cross-encoder says of the best rows; they stay before all others."""
        pool = best(scores, POOL)
        texts = [self.search_text(row) for row in pool]
        again = scores[pool] + WEIGHT * reranker.logits(spelled, texts)
        rest = float(np.delete(scores, pool).max(initial=-np.inf))
        scores[pool] = again + max(0.0, rest - float(again.min()))

    def search_text(self, row: int) -> str:
        """Give the text that a row was indexed by."""
        passage = self.passages[row]
        return search_text(passage, self.manifest.titles[passage.guideline])

    def readable(self, query: str) -> float:
        """Give the share of a question's characters, spelled out, that the embedder reads.

        An English one takes Chinese characters for unknown signs, and its cosines say nothing.
        """
        return 1 - self.foreign_script(spelled_out(query))

    def foreign_script(self, text: str) -> float:
        """Give the share of a text's characters that the embedder takes for unknown signs."""
        seen = [c for c in text if c.isalnum()]
        if not seen or self.embedder.reads_chinese:
            return 0.0
        return sum(is_cjk(c) for c in seen) / len(seen)

    def coverage(self, query: str, text: str) -> float:
        """Give the share of the query's terms, weighted by rarity, that a text has."""
        wanted, has = set(terms(query)), set(terms(text))
        total = sum(self.lexical.rarity(t) for t in wanted)
        return sum(self.lexical.rarity(t) for t in wanted & has) / total if total else 1.0

    def foreign_share(self, query: str) -> float:
        """Give the share of the query's words, weighted by rarity, that are foreign here.

        A word is foreign where no passage has it, under any name, and it is no everyday word, that
        is, the embedder's tokenizer has to cut it: "psoriasis" is, "stung" is not.
        """
        weights = {w: self.lexical.rarity(stem(w)) for w in words(query)}
        named = {w for found in concepts(query)[0] if self._has(found) for w in words(found.said)}
        foreign = [
            w
            for w in weights
            if w not in named and not self.lexical.knows(stem(w)) and self.embedder.cuts(w)
        ]
        total = sum(weights.values())
        return sum(weights[w] for w in foreign) / total if total else 0.0

    def _has(self, found: Found) -> bool:
        """Tell whether the passages have all terms of one of a concept's forms."""
        forms = (terms(x) for c in found.concepts for x in (c.name, *c.forms))
        return any(f and all(self.lexical.knows(t) for t in f) for f in forms)

    def _cosines(self, vector: Vectors) -> Vectors:
        scores, ids = self._vectors.search(vector, len(self.passages))
        out = np.full(len(self.passages), -1.0, np.float32)
        for score, found in zip(scores[0], ids[0], strict=True):
            if found >= 0:
                out[self._row[int(found)]] = score
        return out
