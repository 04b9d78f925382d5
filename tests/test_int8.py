"""The 8-bit models: what they give, alone and in company, beside the 32-bit one."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from guidelines.problem import Problem
from retrieval.embed import Embedder
from retrieval.int8 import Int8, export
from retrieval.rerank import Reranker
from retrieval.weights import CLINICAL, MINILM, fingerprint, folder_of

TEXTS = [
    "Give amoxicillin 500 mg by mouth three times a day for five days.",
    "Paracetamol 15 mg/kg every six hours. " * 8,
    "Refer at once.",
]


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return Embedder(MINILM, tmp_path_factory.mktemp("minilm"))


def test_the_export_is_the_model_within_its_tolerance(minilm: Embedder) -> None:
    wide, small = minilm.encode(TEXTS), minilm.question(TEXTS)
    cosines = (wide * small).sum(axis=1)
    assert cosines.min() > 0.97
    assert np.linalg.norm(small, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_a_vector_depends_on_its_text_alone(exports: Path) -> None:
    embedder = Embedder(CLINICAL, exports)
    together = embedder.encode(TEXTS)
    alone = np.concatenate([embedder.question([text]) for text in TEXTS])
    assert together.tolist() == alone.tolist()  # to the last bit, on however many threads
    assert embedder.dimension == 384


def test_answering_does_not_import_pytorch(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from retrieval.embed import Embedder\n"
        "from retrieval.weights import CLINICAL\n"
        f"Embedder(CLINICAL, Path({str(tmp_path)!r})).question(['fever'])\n"
        "sys.exit('torch' in sys.modules)"
    )
    root = Path(__file__).resolve().parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_another_weight_is_another_fingerprint_and_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = fingerprint(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "model.safetensors").write_bytes(b"two")
    assert fingerprint(other) != first
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Problem, match=r"holds no \.safetensors or \.onnx weights"):
        fingerprint(empty)


def test_any_cross_encoder_can_be_exported_and_orders_as_itself(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    source = tmp_path / "cross"
    # Untrained, so that its order means nothing: the two must still agree on it.
    CrossEncoder(str(folder_of(MINILM, "")), num_labels=1, device="cpu").save(str(source))
    question = "How much amoxicillin?"
    own = CrossEncoder(str(source), device="cpu")
    import torch

    pairs = [(question, text) for text in TEXTS]
    wide = own.predict(pairs, activation_fn=torch.nn.Identity())
    small = Reranker(str(source), tmp_path / "exports").logits(question, TEXTS)
    assert np.abs(np.asarray(wide) - small).max() < 0.1
    export(source, tmp_path / "again", "rerank")
    assert Int8(tmp_path / "again").run(pairs).tolist() == small.tolist()
