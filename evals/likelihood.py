"""How likely an answer is with all of its evidence, without what it cites, and with that alone.

Asks the run's model for the log-probabilities of the answer's own tokens; nothing is generated.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from evals.changes import Change
from evals.endpoint import Endpoint, Token
from evals.probed import claims_in
from evals.prose import unmarked
from evals.records import Record, Run, Source
from guidelines.problem import Problem
from retrieval.golden import Sample

ASK = "Answer the clinician's question from the passages of clinical guidelines below."
_SIGN = "�"


class Likelihood:
    """Weighs the answers of a run; the answer of its record is the run's, untouched."""

    def __init__(self, run: Run, changes: Mapping[str, Change], endpoint: Endpoint) -> None:
        self.name = run.manifest.system
        self._run, self._changes, self._endpoint = run, changes, endpoint

    async def answer(self, sample: Sample) -> Record:
        """Weigh one answer three times."""
        started = time.monotonic()
        record, cited = self._run.records[sample.id], self._changes[sample.id].passages
        said = words(record)

        def prompt(keeps: Callable[[Source], bool]) -> list[dict[str, str]]:
            shown = [s for s in record.evidence if keeps(s)]
            return messages(shown, record.question, self._run.manifest.library)

        full, drop = prompt(lambda s: True), prompt(lambda s: s.passage_id not in cited)
        hold = prompt(lambda s: s.passage_id in cited)
        spoken = {"role": "assistant", "content": said}
        before = await self._endpoint.count(hold)
        # One after the other: the server holds a whole vocabulary for each token of a prompt.
        weighed = [await self._endpoint.weigh([*p, spoken]) for p in (hold, full, drop)]
        # The list leaves out the first token of the prompt.
        count = len(weighed[0]) + 1 - before
        sums = [self._sum(tokens, count, said) for tokens in weighed]
        return replace(
            record,
            receipt="",
            seconds=round(time.monotonic() - started, 3),
            measured={"tokens": count, "hold": sums[0], "full": sums[1], "drop": sums[2]},
        )

    def _sum(self, tokens: Sequence[Token], count: int, said: str) -> float:
        own = tokens[len(tokens) - count :] if 0 < count <= len(tokens) else ()
        told = "".join(t.text for t in own)
        if not own or (_SIGN not in told and _letters(told) != _letters(said)):
            what = f"model {self._endpoint.model!r} at {self._endpoint.url}"
            why = "ends the prompt with other tokens than the answer's"
            raise Problem(what, why, "a model whose chat template goes on with the last message")
        return sum(t.logprob for t in own)


def words(record: Record) -> str:
    """Give an answer's words without its markers: they name lines that may be gone."""
    return "\n".join(unmarked(c["text"]) for c in claims_in(record))


def messages(
    shown: Sequence[Source], question: str, library: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Give the prompt that an answer follows: the passages, each under its title, and the question.

    The same for every system, so that nothing but the evidence differs.
    """
    blocks = [
        f"{library.get(key[1], {}).get('title', '')}, p. {key[2]}\n"
        + "\n".join(s.text for s in lines)
        for key, lines in groupby(shown, lambda s: (s.passage_id, s.file_sha256, s.page))
    ]
    told = "\n\n".join(blocks) or "(none)"
    return [
        {"role": "system", "content": ASK},
        {"role": "user", "content": f"Passages:\n\n{told}\n\nQuestion: {question}"},
    ]


def _letters(text: str) -> str:
    return "".join(text.split())
