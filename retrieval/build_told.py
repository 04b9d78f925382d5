"""Tells a build's progress as JSON lines to the program that started it; builds nothing itself."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from guidelines.home import Home
from guidelines.problem import Problem
from retrieval.build import build
from retrieval.embed import Embedder


def build_told(home: Home, embedder: str, reranker: str, force: str = "") -> None:
    """Build, with one JSON object a step on stderr and the outcome as one on stdout.

    Steps: `{"step": "loading"}`, `{"step": "reading", "what": ID}`, `{"step": "embedding",
    "done": N, "of": M}`, and `{"step": "refused", "what", "why", "mend"}` before a Problem.
    """
    try:
        _tell(step="loading")
        built = build(
            home,
            Embedder(embedder, home.models),
            datetime.now(UTC).isoformat(timespec="seconds"),
            on_read=lambda name: _tell(step="reading", what=name),
            on_embed=lambda done, of: _tell(step="embedding", done=done, of=of),
            force=force,
            reranker=reranker,
        )
    except Problem as problem:
        _tell(step="refused", what=problem.what, why=problem.why, mend=problem.mend)
        raise
    manifest = asdict(built.manifest)
    kept = {key: manifest[key] for key in ("id", "created", "passages", "counts", "gate")}
    told = {
        "unchanged": built.unchanged,
        "embedded": built.embedded,
        "reused": built.reused,
        "resumed": built.resumed,
    }
    sys.stdout.write(json.dumps({"schema": 1, **kept, **told}, ensure_ascii=False) + "\n")


def _tell(**step: object) -> None:
    sys.stderr.write(json.dumps(step, ensure_ascii=False) + "\n")
    sys.stderr.flush()
