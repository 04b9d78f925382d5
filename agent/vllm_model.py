"""Has the serving environment's Python make the embedded model's folder.

Knows nothing of how the weights are unpacked: that script runs where torch and vLLM are.
"""

import json
import os
import subprocess
from pathlib import Path

from agent.vllm_launch import environment
from guidelines.problem import Problem, one_line

_SCRIPT = Path(__file__).with_name("embedded_model.py")
CARD = "clinicite-model.json"


def embedded(python: Path, folder: Path, limit_s: float = 300.0) -> Path:
    """Return the folder once the embedded model lies in it whole; quick where it does already.

    Raises:
        Problem: The serving environment is missing, or its Python could not make the folder.
    """
    python, folder = python.absolute(), folder.absolute()
    if not (python.is_file() and os.access(python, os.X_OK)):
        raise Problem(f"serving environment {python}", "no such Python", "make serve-env")
    try:
        done = subprocess.run(
            # Isolated: the script's own folder holds our modules, which are none of its business.
            [str(python), "-I", str(_SCRIPT), str(folder)],
            env=environment(os.environ, folder.parent, None),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired:
        why = f"not made after {limit_s:.0f} s"
        raise Problem(f"embedded model {folder}", why, "clinicite serve model") from None
    if done.returncode != 0:
        said = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "")
        why, _, mend = one_line(said).partition(" Mend: ")
        raise Problem(
            f"embedded model {folder}", why or "no reason given", mend or "make serve-env"
        )
    return folder


def selects_lines(folder: Path) -> bool:
    """Tell whether the model in the folder was taught to name line ids."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(card, dict) and card.get("selects_lines") is True
