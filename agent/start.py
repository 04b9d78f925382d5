"""Bring a session up from the settings: index, embedder, and the model that answers."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from agent import model, vllm_model, vllm_process, weighed
from agent.holder import IndexHolder
from agent.prompts import quote_regex
from agent.receipt_store import ReceiptStore
from agent.session import Session
from agent.settings import EMBEDDED, AgentSettings
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.cli import IndexSettings
from retrieval.embed import Embedder


@dataclass(frozen=True)
class Served:
    """A model that answers at `url` under `name`, and whether its card says it picks lines well."""

    url: str
    name: str
    selects_lines: bool


def serving_python() -> Path:
    """Give the serving environment's Python."""
    return Path(os.environ.get("CLINICITE_SERVE_PYTHON", ".venv-serve/bin/python"))


def model_folder(home: Home, settings: AgentSettings) -> Path:
    """Give the folder of the model that our own vLLM serves."""
    return home.models / EMBEDDED if settings.model == EMBEDDED else Path(settings.model)


def served(home: Home, settings: AgentSettings) -> Served:
    """Name the server that answers; asks it nothing."""
    if settings.model_url:
        return Served(settings.model_url.rstrip("/"), settings.model, False)
    folder = model_folder(home, settings)
    url = f"http://127.0.0.1:{settings.model_port}/v1"
    return Served(url, folder.name, vllm_model.selects_lines(folder))


def start_model(
    home: Home,
    settings: AgentSettings,
    tell: Callable[[str], None],
    outlives_caller: bool = False,
) -> tuple[Served, vllm_process.Server | None]:
    """Make sure a model answers: the one named by a URL, or our own vLLM, started if need be.

    Raises:
        Problem: no server at the URL, or our own could not be started; with the log's path.
    """
    if settings.model_url:
        reachable(settings)
        tell(f"using the model {settings.model!r} at {settings.model_url}")
        return served(home, settings), None
    folder = model_folder(home, settings)
    if settings.model == EMBEDDED:
        tell("preparing the embedded model")
        vllm_model.embedded(serving_python(), folder)
    tell("starting vLLM")
    server = vllm_process.start(
        serving_python(),
        folder,
        folder.name,
        state=home.root / "serve",
        log=home.logs / "vllm.log",
        port=settings.model_port,
        regex=quote_regex(["1.1"], settings.think_chars, whole_reply=True),
        outlives_caller=outlives_caller,
        progress=_every_ten_seconds(tell),
    )
    return served(home, settings), server


def reachable(settings: AgentSettings) -> None:
    """Ask the server at CLINICITE_MODEL_URL for its models.

    Raises:
        Problem: nothing answers there.
    """
    url = settings.model_url.rstrip("/")
    try:
        # No proxy of the environment: it would learn of a server that is the hospital's own.
        key = {"Authorization": f"Bearer {settings.api_key}"}
        httpx.get(f"{url}/models", timeout=10, headers=key, trust_env=False)
    except httpx.HTTPError as fault:
        raise Problem(
            f"model server {url}",
            f"does not answer ({type(fault).__name__})",
            "start it, or unset CLINICITE_MODEL_URL to use the embedded model",
        ) from fault


def open_session(home: Home, settings: AgentSettings, *, recorded: bool = True) -> Session:
    """Open the index and connect to the model that is being served.

    Each answer leaves a receipt, unless `recorded` is off: a benchmark's are no patient's.
    """
    holder = IndexHolder(home, Embedder(IndexSettings().embedder, home.models))
    holder()
    weighed.ready()
    what = served(home, settings)
    return Session(
        holder,
        model.connect(settings, what.url, what.name),
        model.options(settings, what.selects_lines),
        ReceiptStore(home.receipts) if recorded else None,
    )


def _every_ten_seconds(tell: Callable[[str], None]) -> Callable[[float, str], None]:
    """Tell the waiting time now and then, not at every look."""
    told = 0

    def progress(seconds: float, _: str) -> None:
        nonlocal told
        if seconds >= told + 10:
            told = int(seconds) // 10 * 10
            tell(f"   starting vLLM: {told} s (usually under a minute)")

    return progress


def say(text: str) -> None:
    """Tell progress on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
