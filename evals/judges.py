"""Judges of support: a model behind an endpoint, and an NLI cross-encoder from a folder.

Neither is shown who wrote a claim. What each is worth is measured by `calibration` before a number
of it is printed.
"""

import asyncio
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from evals.endpoint import Endpoint
from evals.verdicts import Judged, Label
from guidelines.problem import Problem

_ASK = """You judge whether evidence supports a claim. Use the evidence alone, not what you know. \
Write one word and nothing else:
FULL: the evidence supports all of the claim.
PARTIAL: it supports a part of it and says nothing of the rest.
NONE: it says nothing of the claim, or too little.
CONTRADICT: it says that the claim, or a part of it, is wrong."""
_WORDS: dict[str, Label] = {
    "FULL": "full", "PARTIAL": "partial", "NONE": "none", "CONTRADICT": "contradict",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]+")


class ModelJudge:
    """A chat model that answers with one of four words; anything else is nonsense."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.name = f"model {endpoint.model}"

    async def judge(self, evidence: str, claim: str) -> Judged:
        """Ask once."""
        said = await self._endpoint.say([
            {"role": "system", "content": _ASK},
            {"role": "user", "content": f"Evidence:\n{evidence}\n\nClaim: {claim}"},
        ])  # fmt: skip
        return Judged(read_word(said.answer), said.answer)


def read_word(reply: str) -> Label | None:
    """Read a one-word verdict; None where there is none, or more than one."""
    named = {w for w in _WORD.findall(reply.upper()) if w in _WORDS}
    short = len(reply.split()) <= 3
    return _WORDS[named.pop()] if len(named) == 1 and short else None


class NliJudge:
    """A cross-encoder for entailment, read from a folder; it knows no partial support."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise Problem(f"judge {folder}", "is no folder of a cross-encoder", "give another")
        self._folder = folder
        self.name = f"nli {folder.name}"

    async def judge(self, evidence: str, claim: str) -> Judged:
        """Judge in a thread: it computes here."""
        return await asyncio.to_thread(self._judged, evidence, claim)

    def _judged(self, evidence: str, claim: str) -> Judged:
        scores = self._model.predict([(evidence, claim)], show_progress_bar=False)[0]
        best = str(self._model.config.id2label[int(scores.argmax())]).lower()
        for begins, label in _NLI:
            if best.startswith(begins):
                return Judged(label, best)
        return Judged(None, best)

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        return CrossEncoder(str(self._folder))


_NLI: tuple[tuple[str, Label], ...] = (
    ("entail", "full"), ("neutral", "none"), ("not_entail", "none"), ("contradict", "contradict"),
)  # fmt: skip
