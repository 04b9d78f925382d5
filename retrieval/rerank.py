"""Reading question and passage together: a cross-encoder orders the best passages anew.

It costs some thirty times the search itself, so a generation uses it only where the library's
golden questions say that it wins (`gate`).
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.int8 import MODEL, Int8, export
from retrieval.weights import fingerprint, folder_of

# Passages read again: the gold passage of our training questions is among the first 20 fused ones
# in 88 of 100 cases.
POOL = 20
# A logit's weight beside the fused score: an eighth was the best of 1/2 to 1/12 for a cross-encoder
# trained here, on 523 questions over documents held out from it (MRR .608 without, .640 with it).
WEIGHT = 0.125


class Reranker:
    """A cross-encoder by name: a folder, or any that sentence-transformers knows."""

    def __init__(self, name: str, exports: Path) -> None:
        """Find the model.

        Args:
            name: the model's name or folder.
            exports: folder that keeps int8 exports, each under its model's fingerprint.

        Raises:
            Problem: the model is not there.
        """
        self.name = name
        self._folder = folder_of(name, "CLINICITE_RERANKER")
        kept = exports / f"reranker-{fingerprint(self._folder)[:16]}"
        self._export = self._folder if (self._folder / MODEL).is_file() else kept

    def fingerprint(self) -> str:
        """Hash what scores depend on."""
        return fingerprint(self._folder)

    def logits(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Score how well each text answers the question; shape (len(texts),), any real number."""
        return self._model.run([(question, text) for text in texts])

    @cached_property
    def _model(self) -> Int8:
        if not self._export.is_dir():
            export(self._folder, self._export, "rerank")
        return Int8(self._export)
