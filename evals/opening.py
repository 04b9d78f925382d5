"""Open what a benchmark is put to, from the settings, and write down what it was made of."""

import hashlib
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from agent import model
from agent.chat_vllm import ChatVLLM
from agent.holder import IndexHolder
from agent.receipt_store import ReceiptStore
from agent.receipts import program
from agent.session import Options, Session
from agent.settings import AgentSettings
from agent.start import served
from evals.baselines import ClosedBook, FirstHit, Plain
from evals.endpoint import Endpoint
from evals.extract import extractor, files
from evals.records import Manifest
from evals.sources import Extract
from evals.systems import Clinician, System
from guidelines import catalogue
from guidelines.home import Home
from retrieval.cli import IndexSettings
from retrieval.embed import Embedder

SystemName = Literal["session", "first-hit", "plain", "closed-book"]


@dataclass(frozen=True)
class Parts:
    """All that a system is made of, opened once."""

    name: SystemName
    holder: IndexHolder
    chat: ChatVLLM
    options: Options
    endpoint: Endpoint
    extract: Extract

    def system(
        self,
        receipts: ReceiptStore,
        holder: IndexHolder | None = None,
        extract: Extract | None = None,
    ) -> System:
        """Put the system together, over the index as it is or over the one that is given.

        Args:
            receipts: Where the session's receipts go.
            holder: Gives another index than the current generation.
            extract: Gives the words as that index has them.
        """
        holder, words = holder or self.holder, extract or self.extract
        if self.name == "session":
            session = Session(holder, self.chat, self.options, receipts)
            endpoint = self.endpoint
            return Clinician(session, receipts.path, words, endpoint.model, endpoint.seed)
        if self.name == "first-hit":
            return FirstHit(holder())
        made = Plain if self.name == "plain" else ClosedBook
        return made(holder(), self.endpoint, words)


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
    parts, manifest = open_parts(
        home, settings, name, benchmark, seed=seed, temperature=temperature
    )
    return parts.system(ReceiptStore(run / "receipts.db")), manifest


def open_parts(
    home: Home,
    settings: AgentSettings,
    name: SystemName,
    benchmark: Path,
    *,
    seed: int,
    temperature: float,
) -> tuple[Parts, Manifest]:
    """Open what a system is made of, and say what it is.

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
    chosen = model.options(settings, what.selects_lines)
    chat = model.connect(settings, what.url, what.name)
    chat = chat.model_copy(update={"temperature": temperature, "seed": seed})
    parts = Parts(name, holder, chat, chosen, endpoint, extractor(files(home)))
    asks = name != "first-hit"
    told = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(chosen).items()}
    manifest = Manifest(
        benchmark=benchmark.name,
        benchmark_sha256=hashlib.sha256(benchmark.read_bytes()).hexdigest(),
        questions=sum(1 for row in benchmark.read_text("utf-8").splitlines() if row.strip()),
        system=name,
        generation=index.manifest.id,
        embedder=f"{index.manifest.embedder} {index.manifest.embedder_sha256[:12]}",
        model=what.name if asks else "none",
        sampling=endpoint.sampling if asks else {},
        options=told if name == "session" else {},
        program=program(),
        library={e.sha256: asdict(e) for e in catalogue.load(home).values()},
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    )
    return parts, manifest
