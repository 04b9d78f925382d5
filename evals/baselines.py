"""The baselines beside the session, over the same index: each answers a sample with a record.

They pass no guard and refuse nothing by themselves: that is what they are there to show.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from agent.answer import Answer, Claim
from evals.endpoint import Endpoint, Said
from evals.prose import statements
from evals.records import Record, Source
from evals.sources import Extract, cited, claims_of, judged, of_lines, of_passages
from guidelines.catalogue import Guideline
from retrieval.golden import Sample
from retrieval.search import Hit, Index
from retrieval.where import Where

PASSAGES = 6
# A plain index knows of no statuses: what was ever added is found.
EVERY = Where(statuses=())
NO_ANSWER = "NO ANSWER"
CITE = f"""Answer the clinician's question in one to four short sentences, using only the numbered \
sources. After each sentence name the sources it rests on in square brackets, such as [1] or \
[1][3]: at least one, at most three. If the sources do not answer, write {NO_ANSWER}."""
CLOSED = f"""Answer the clinician's question in one to four short sentences from what you know. \
If you do not know, write {NO_ANSWER}."""


class FirstHit:
    """Retrieval's first hit as the answer: the quotable lines of the best passage. No model."""

    name = "first-hit"

    def __init__(self, index: Index) -> None:
        self._index = index

    async def answer(self, sample: Sample) -> Record:
        """Quote the first passage found."""
        started = time.monotonic()
        hits = await asyncio.to_thread(self._index.search, sample.question, PASSAGES)
        sources = of_lines(hits)
        # The first that has a line to quote: a picture's words are found but never quoted.
        first = min((s.place for s in sources), default=0)
        editions = _editions(hits)
        quoted = [
            Claim(s.text, (cited(s, editions[s.guideline]),)) for s in sources if s.place == first
        ]
        begun = replace(_begun(sample, self._index, "none"), mode="quote", selected_by="retrieval")
        answer = judged(begun, quoted)
        return _record(self.name, sample, answer, sources, Endpoint("", "none"), started, hits)


class Plain:
    """Passages by cosine alone, of every edition, and a prompt that asks for sources.

    Kinder than a stock pipeline: the passages are ours, cut at sections and pages.
    """

    name = "plain"

    def __init__(self, index: Index, endpoint: Endpoint, extract: Extract) -> None:
        self._index, self._endpoint, self._extract = index, endpoint, extract

    async def answer(self, sample: Sample) -> Record:
        """Retrieve, prompt, and take the [n] markers for citations."""
        started = time.monotonic()
        hits = await asyncio.to_thread(_nearest, self._index, sample.question)
        sources = await asyncio.to_thread(of_passages, hits, self._extract)
        shown = "\n\n".join(f"[{s.id}] {s.text}" for s in sources)
        said = await self._endpoint.say([
            {"role": "system", "content": CITE},
            {"role": "user", "content": f"Sources:\n{shown}\n\nQuestion: {sample.question}"},
        ])  # fmt: skip
        told = [] if _refuses(said.answer) else statements(said.answer)
        answer = judged(
            _begun(sample, self._index, self._endpoint.model),
            claims_of(told, sources, _editions(hits)),
            said.answer,
        )
        return _record(self.name, sample, answer, sources, self._endpoint, started, hits, said)


class ClosedBook:
    """The model without sources; each sentence then gets the passage most like it.

    ALCE's closed book with post-hoc citation (Gao et al., EMNLP 2023, section 4).
    """

    name = "closed-book"

    def __init__(self, index: Index, endpoint: Endpoint, extract: Extract) -> None:
        self._index, self._endpoint, self._extract = index, endpoint, extract

    async def answer(self, sample: Sample) -> Record:
        """Ask without sources, then attach one to each sentence."""
        started = time.monotonic()
        said = await self._endpoint.say([
            {"role": "system", "content": CLOSED},
            {"role": "user", "content": sample.question},
        ])  # fmt: skip
        told = [] if _refuses(said.answer) else [text for text, _ in statements(said.answer)]
        found = await asyncio.to_thread(
            lambda: [hit for text in told for hit in self._index.search(text, 1, EVERY)]
        )
        hits = list({hit.passage.id: hit for hit in found}.values())
        sources = await asyncio.to_thread(of_passages, hits, self._extract)
        numbers = {s.passage_id: int(s.id) for s in sources}
        marked = [
            (text, (numbers[hit.passage.id],) if hit.passage.id in numbers else ())
            for text, hit in zip(told, found, strict=False)
        ]
        answer = judged(
            _begun(sample, self._index, self._endpoint.model),
            claims_of(marked, sources, _editions(hits)),
            said.answer,
        )
        return _record(self.name, sample, answer, sources, self._endpoint, started, hits, said)


def _nearest(index: Index, question: str) -> list[Hit]:
    """Give the passages most like a question by the embedder alone."""
    hits = index.search(question, len(index.passages), EVERY)
    return sorted(hits, key=lambda h: (-h.cosine, h.passage.id))[:PASSAGES]


def _refuses(reply: str) -> bool:
    return not reply.strip() or NO_ANSWER in reply.upper()[: 2 * len(NO_ANSWER)]


def _begun(sample: Sample, index: Index, model: str) -> Answer:
    return Answer(
        question=sample.question, searched=sample.question, abstained=False, mode="compose",
        selected_by="model", model=model, generation=index.manifest.id,
        passages=index.manifest.passages, guidelines=len(index.manifest.guidelines),
    )  # fmt: skip


def _editions(hits: Sequence[Hit]) -> dict[str, Guideline]:
    return {hit.guideline.id: hit.guideline for hit in hits}


def _record(
    system: str,
    sample: Sample,
    answer: Answer,
    sources: Sequence[Source],
    endpoint: Endpoint,
    started: float,
    hits: Sequence[Hit],
    said: Said | None = None,
) -> Record:
    return Record(
        sample.id, sample.kind, sample.question, system, endpoint.model, endpoint.seed,
        answer.generation,
        sampling=endpoint.sampling if said else {},
        answer=answer.document(),
        evidence=tuple(sources),
        thinking=said.thinking if said else "",
        streamed="",
        reply=said.answer if said else "",
        prose=said.answer if said else "",
        confidence=max((h.cosine for h in hits), default=None),
        seconds=round(time.monotonic() - started, 3),
        tokens=said.tokens if said else {},
    )  # fmt: skip
