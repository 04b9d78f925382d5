"""Text to vectors: passages through sentence-transformers, questions through its int8 export."""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from guidelines.problem import Problem
from retrieval.cpu import computes_bfloat16, cores
from retrieval.int8 import MODEL, Int8, export
from retrieval.weights import MINILM, fingerprint, folder_of

__all__ = ["MINILM", "Embedder", "Progress", "Vectors"]

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

_BATCH = 32
# Raised whenever the same model would give a text another vector.
_METHOD = 2


class Embedder:
    """A model by name; vectors are of unit length, so dot is cosine.

    A folder of sentence-transformers embeds passages through PyTorch, and questions through an int8
    export made at the first build, in a sixth of the time and without PyTorch's import. A folder
    that is an int8 export already does both.
    """

    def __init__(self, name: str, exports: Path) -> None:
        """Find the default by its short name, a folder, or any model sentence-transformers knows.

        Args:
            name: the model's name or folder.
            exports: folder that keeps int8 exports, each under its model's fingerprint.

        Raises:
            Problem: the model is not there (and there is no network to fetch it).
        """
        # Two torch threads on a busy machine collapse when they spin instead of sleeping.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self.name = name
        self._folder = folder_of(name, "CLINICITE_EMBEDDER")
        self._exported = (self._folder / MODEL).is_file()
        kept = exports / f"embedder-{self.fingerprint()[:16]}"
        self._export = self._folder if self._exported else kept
        # bfloat16 units embed four times as fast (82 against 19 passages/s on two cores with AMX)
        # and move a vector by less than .0001 in cosine.
        self._autocast = computes_bfloat16()

    def fingerprint(self) -> str:
        """Hash what vectors depend on: the model, and how texts are put to it."""
        return hashlib.sha256(f"{fingerprint(self._folder)} {_METHOD}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._questions.run(["?"]).shape[1])

    def cuts(self, word: str) -> bool:
        """Tell whether the tokenizer has to cut a word, as it does with rare ones."""
        return len(self._questions.tokenizer.encode(word, add_special_tokens=False).ids) > 1

    @cached_property
    def reads_chinese(self) -> bool:
        """Tell whether the tokenizer knows common Chinese words' characters, as a multilingual one.

        English BERT knows some characters, but not the sick, the pained and the swollen.
        """
        unknown = self._questions.tokenizer.token_to_id("[UNK]")
        ids = self._questions.tokenizer.encode("疼痛肿胀患者剂量", add_special_tokens=False).ids
        return unknown is None or unknown not in ids

    def question(self, texts: Sequence[str]) -> Vectors:
        """Embed a question or a few; the first call ever makes the export."""
        return self._questions.run(list(texts))

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Embed passages.

        Returns:
            float32 array of shape (len(texts), dimension), rows of unit length.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        out = np.zeros((len(texts), self.dimension), np.float32)
        if progress is not None:
            progress(0, len(texts))
        for start in range(0, len(order), _BATCH * 8):
            part = order[start : start + _BATCH * 8]
            out[part] = self._passages([texts[i] for i in part])
            if progress is not None:
                progress(min(start + len(part), len(texts)), len(texts))
        return cast(Vectors, out)

    @cached_property
    def _questions(self) -> Int8:
        if not self._export.is_dir():
            export(self._folder, self._export, "embed")
        return Int8(self._export)

    @cached_property
    def _passages(self) -> Callable[[list[str]], Vectors]:
        if self._exported:
            return Int8(self._folder, threads=len(cores())).run
        return self._through_torch()

    def _through_torch(self) -> Callable[[list[str]], Vectors]:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # A bar for loading six layers would stand in every command's output.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(str(self._folder), device=None)
        except (OSError, ValueError) as fault:
            raise Problem(
                f"embedder {self.name!r}", f"cannot be loaded: {fault}", "set CLINICITE_EMBEDDER"
            ) from fault

        def run(texts: list[str]) -> Vectors:
            with torch.autocast("cpu", torch.bfloat16, enabled=self._autocast):
                return cast(
                    Vectors,
                    model.encode(
                        texts,
                        batch_size=_BATCH,
                        normalize_embeddings=True,
                        show_progress_bar=False,
                    ),
                )

        return run
