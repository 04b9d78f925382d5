"""The embedded model under a real vLLM, started once for all tests that ask for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent import vllm_model, vllm_process
from agent.chat_vllm import ChatVLLM
from agent.model import connect
from agent.prompts import quote_regex
from agent.settings import EMBEDDED, AgentSettings
from tests.conftest import ROOT

SERVE = Path(os.environ.get("CLINICITE_SERVE_PYTHON", ROOT / ".venv-serve" / "bin" / "python"))


@dataclass(frozen=True)
class RealModel:
    """A client of the running server, and the server."""

    chat: ChatVLLM
    server: vllm_process.Server


@contextmanager
def running(state: Path) -> Iterator[RealModel]:
    """Prepare the embedded model and serve it on a free port; skips where vLLM is not installed."""
    if not SERVE.exists():
        pytest.skip(f"no serving environment at {SERVE}: make serve-env")
    settings = AgentSettings()
    folder = vllm_model.embedded(SERVE, state / "models" / EMBEDDED)
    server = vllm_process.start(
        SERVE,
        folder,
        EMBEDDED,
        state=state / "serve",
        log=state / "vllm.log",
        port=0,
        regex=quote_regex(["1.1"], settings.think_chars, whole_reply=True),
    )
    try:
        yield RealModel(connect(settings, server.url, EMBEDDED), server)
    finally:
        server.stop()
