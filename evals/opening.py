"""Open what a benchmark is put to, from the settings, and write down what it was made of."""

import hashlib
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from agent import model
from agent.holder import IndexHolder
from agent.receipt_store import ReceiptStore
from agent.receipts import program
from agent.session import Session
from agent.settings import AgentSettings
from agent.start import served
from evals.baselines import ClosedBook, FirstHit, Plain
from evals.endpoint import Endpoint
from evals.extract import extractor, files
from evals.records import Manifest
from evals.systems import Clinician, System
from guidelines import catalogue
from guidelines.home import Home
from retrieval.cli import IndexSettings
from retrieval.embed import Embedder

SystemName = Literal["session", "first-hit", "plain", "closed-book"]


def open_system(
    home: Home,
    settings: AgentSettings,
    name: SystemName,
    run: Path,
    benchmark: Path,
    *,
    seed: int,
    temperature: float,
) -> tuple[System, Manifest]:
    """Open a system over the current generation, and say what it is.

    Raises:
        Problem: there is no index, or it does not fit the embedder.
    """
    holder = IndexHolder(home, Embedder(IndexSettings().embedder, home.models))
    index = holder()
    what = served(home, settings)
    endpoint = Endpoint(
        what.url, what.name, settings.api_key, temperature, seed, settings.max_tokens,
        settings.timeout_s,
    )  # fmt: skip
    extract = extractor(files(home))
    options: dict[str, Any] = {}
    system: System
    if name == "session":
        chosen = model.options(settings, what.selects_lines)
        chat = model.connect(settings, what.url, what.name)
        chat = chat.model_copy(update={"temperature": temperature, "seed": seed})
        receipts = ReceiptStore(run / "receipts.db")
        session = Session(holder, chat, chosen, receipts)
        system = Clinician(session, receipts.path, extract, what.name, seed)
        options = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(chosen).items()}
    elif name == "first-hit":
        system = FirstHit(index)
    else:
        made = Plain if name == "plain" else ClosedBook
        system = made(index, endpoint, extract)
    asks = name != "first-hit"
    manifest = Manifest(
        benchmark=benchmark.name,
        benchmark_sha256=hashlib.sha256(benchmark.read_bytes()).hexdigest(),
        questions=sum(1 for row in benchmark.read_text("utf-8").splitlines() if row.strip()),
        system=name,
        generation=index.manifest.id,
        embedder=f"{index.manifest.embedder} {index.manifest.embedder_sha256[:12]}",
        model=what.name if asks else "none",
        sampling=endpoint.sampling if asks else {},
        options=options,
        program=program(),
        library={e.sha256: asdict(e) for e in catalogue.load(home).values()},
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    )
    return system, manifest
