"""Whether a generation can serve here: its format, models, rules and files; searches nothing."""

from pathlib import Path

from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import seen, store
from retrieval.embed import Embedder
from retrieval.passages import CHUNKING
from retrieval.rerank import Reranker
from retrieval.store import Manifest


def fit(home: Home, embedder: Embedder, folder: Path) -> Manifest:
    """Give the manifest of a generation that can serve.

    Raises:
        Problem: another embedder's or reranker's index, a torn or altered file, another format.
    """
    current = folder.name
    manifest = store.read_manifest(folder)
    if manifest.embedder_sha256 != embedder.fingerprint():
        raise Problem(
            f"index generation {current}",
            f"was made with embedder {manifest.embedder!r} "
            f"({manifest.embedder_sha256[:12]}), not {embedder.name!r} "
            f"({embedder.fingerprint()[:12]})",
            "clinicite index build, or set CLINICITE_EMBEDDER back",
        )
    if manifest.reranker and (
        Reranker(manifest.reranker, home.models).fingerprint() != manifest.reranker_sha256
    ):
        raise Problem(
            f"index generation {current}",
            f"was judged with other weights of reranker {manifest.reranker!r}",
            "clinicite index build",
        )
    if manifest.schema != store.SCHEMA:
        raise Problem(
            f"index generation {current}",
            f"has format {manifest.schema}, older than this program's {store.SCHEMA}",
            "clinicite index build",
        )
    if manifest.chunking != CHUNKING:
        raise Problem(
            f"index generation {current}",
            f"was cut by rules {manifest.chunking}, this program's are {CHUNKING}",
            "clinicite index build",
        )
    seen.verified(home, folder, manifest)
    return manifest
