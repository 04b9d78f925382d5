"""Models as ONNX with 8-bit weights: made once from PyTorch, then run without it.

Dynamic quantisation with `reduce_range`, so that a CPU without VNNI does not overflow. A vector
comes out within .99 in cosine of the 32-bit one on average (.97 at worst over 250 passages), at a
sixth of the CPU time of PyTorch for one question. Knows nothing of passages or questions.
"""

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from guidelines.home import write_atomic

Task = Literal["embed", "rerank", "judge"]
Floats = NDArray[np.float32]
Texts = Sequence[str] | Sequence[tuple[str, str]]

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "export.json"
# A judge is an encoder and, beside it, the linear head that reads its mean.
ENCODER, HEAD = "encoder", "head.npz"
_JUDGED_TOKENS = 160
_OPSET = 17
# Attention in plain operations, which the optimizer knows how to fuse.
_EAGER = {"attn_implementation": "eager"}


class Int8:
    """A session of onnxruntime with its tokenizer."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load what `export` made.

        Each text runs alone on one thread. In a batch the 8-bit scale of one text would depend on
        its neighbours, so a vector would; and alone is twice as fast, since nothing is padded.

        Args:
            folder: the export.
            threads: texts that run at the same time.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        card = json.loads((folder / CARD).read_text("utf-8"))
        self.tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER))
        self.tokenizer.enable_truncation(card["longest"])
        self.tokenizer.no_padding()
        self._inputs = [i.name for i in self._session.get_inputs()]
        self._threads = threads

    def run(self, texts: Texts) -> Floats:
        """Give the model's output for texts or pairs of texts, one row each."""
        if self._threads == 1:
            return np.stack([self._one(text) for text in texts])
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack(list(pool.map(self._one, texts)))

    def _one(self, text: str | tuple[str, str]) -> Floats:
        encoded = self.tokenizer.encode(*([text] if isinstance(text, str) else text))
        fields = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        feed = {name: np.asarray([fields[name]], np.int64) for name in self._inputs}
        return cast(Floats, self._session.run(None, feed)[0][0])


def export(source: Path, target: Path, task: Task) -> None:
    """Make the ONNX model of a sentence-transformers folder; the target appears whole or not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        longest = _trace(source, work / "wide.onnx", task)
        inner = source / ENCODER if task == "judge" else source
        _shrink(work / "wide.onnx", work / MODEL, _config(inner))
        (work / "wide.onnx").unlink()
        shutil.copy(inner / TOKENIZER, work / TOKENIZER)
        write_atomic(work / CARD, json.dumps({"task": task, "longest": longest}).encode())
        try:
            work.rename(target)
        except OSError:
            if not target.exists():  # else another process or thread was faster
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def renew(source: Path, target: Path, task: Task) -> None:
    """Export over what stands at the target, file by file; other files there stay."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as work:
        export(source, Path(work) / "new", task)
        for made in (Path(work) / "new").iterdir():
            os.replace(made, target / made.name)


def _shrink(wide: Path, small: Path, config: dict[str, Any]) -> None:
    """Fuse a BERT's layers (a quarter less time) and quantise the weights."""
    # Both steps tell the developer what he might do besides; nobody can act on it here.
    logging.disable(logging.WARNING)
    try:
        _fuse(wide, config)
        _quantise(wide, small)
    finally:
        logging.disable(logging.NOTSET)


def _fuse(wide: Path, config: dict[str, Any]) -> None:
    if config.get("model_type") == "bert":
        from onnxruntime.transformers import optimizer

        optimizer.optimize_model(
            str(wide), model_type="bert", opt_level=0,
            num_heads=config["num_attention_heads"], hidden_size=config["hidden_size"],
        ).save_model_to_file(str(wide))  # fmt: skip


def _quantise(wide: Path, small: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        wide, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
        # The fused layers' outputs have no type on record; all of them are 32-bit floats.
        extra_options={"DefaultTensorType": 1},
    )  # fmt: skip


def _config(source: Path) -> dict[str, Any]:
    path = source / "config.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _trace(source: Path, path: Path, task: Task) -> int:
    """Write the 32-bit ONNX model; gives the longest input in tokens."""
    import torch

    traced = {"embed": _embedder, "rerank": _reranker, "judge": _judge}
    model, names, longest = traced[task](source)
    sample = tuple(torch.ones((2, 7), dtype=torch.long) for _ in names)
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    with warnings.catch_warnings(), torch.no_grad():
        # The tracer warns of branches on shapes; both kinds of model are compared in the tests.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.float().eval(), sample, str(path),
            input_names=list(names), output_names=["out"],
            dynamic_axes={**axes, "out": {0: "batch"}}, opset_version=_OPSET, dynamo=False,
        )  # fmt: skip
    return longest


def _embedder(source: Path) -> tuple[Any, tuple[str, ...], int]:
    import torch
    from sentence_transformers import SentenceTransformer

    whole = SentenceTransformer(str(source), device="cpu", model_kwargs=_EAGER)

    class Pooled(torch.nn.Module):
        """The transformer with the model's own pooling, to unit length."""

        def __init__(self) -> None:
            super().__init__()
            self.layers = whole

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            fields = {"input_ids": input_ids, "attention_mask": attention_mask}
            out = self.layers(fields)["sentence_embedding"]
            return torch.nn.functional.normalize(out, dim=1)

    return Pooled(), ("input_ids", "attention_mask"), int(whole.max_seq_length or 512)


def _reranker(source: Path) -> tuple[Any, tuple[str, ...], int]:
    import torch
    from sentence_transformers import CrossEncoder

    whole = CrossEncoder(str(source), device="cpu", max_length=512, model_kwargs=_EAGER)
    names = tuple(n for n in ("input_ids", "attention_mask", "token_type_ids")
                  if n in whole.tokenizer.model_input_names)  # fmt: skip

    class Scored(torch.nn.Module):
        """The classifier's one logit, no activation: only the order counts."""

        def __init__(self) -> None:
            super().__init__()
            self.classifier = whole.model

        def forward(self, *fields: Any) -> Any:
            return self.classifier(**dict(zip(names, fields, strict=True))).logits[:, 0]

    return Scored(), names, 512


def _judge(source: Path) -> tuple[Any, tuple[str, ...], int]:
    import torch
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(source / ENCODER, dtype=torch.float32, **_EAGER)
    saved = np.load(source / HEAD)

    class Judged(torch.nn.Module):
        """The encoder's mean over tokens through the head: one logit a judgement."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.weight = torch.nn.Parameter(torch.from_numpy(saved["weight"]))
            self.bias = torch.nn.Parameter(torch.from_numpy(saved["bias"]))

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
            mask = attention_mask[..., None].to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1)
            return mean @ self.weight.T + self.bias

    return Judged(), ("input_ids", "attention_mask"), _JUDGED_TOKENS
