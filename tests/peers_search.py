"""Stock LangChain over FAISS, and raw encode plus FAISS, timed; run by the peers' Python.

python -m tests.peers_search ingest MODEL DOCUMENT.pdf
python -m tests.peers_search query MODEL VECTORS.faiss QUESTIONS.json
python -m tests.peers_search retrieve MODEL QUESTIONS.json RANKINGS.json DOCUMENT.pdf ...
"""
# mypy: disable-error-code="import-not-found,no-untyped-call"

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench_clock import spent, tell

PASSES = 3


def embeddings(model: str) -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings

    made = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
    made.embed_query("warm")
    return made


def store(paths: list[str], embedder: Any) -> Any:
    """Load, split, embed and store as LangChain's own pages show it."""
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_community.vectorstores import FAISS
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = [p for path in paths for p in splitter.split_documents(PyPDFLoader(path).load())]
    return FAISS.from_documents(pieces, embedder)


def ingest(model: str, warm: str, document: str) -> None:
    embedder = embeddings(model)
    store([warm], embedder)
    cpu, made = spent(lambda: store([document], embedder))
    tell(cpu=cpu, pieces=made.index.ntotal)


def query(model: str, vectors: str, questions: str) -> None:
    import faiss
    from sentence_transformers import SentenceTransformer

    index = faiss.read_index(vectors)
    encoder = SentenceTransformer(model, device="cpu")
    asked: list[str] = json.loads(Path(questions).read_text("utf-8"))

    def once() -> None:
        for question in asked:
            vector = encoder.encode([question], normalize_embeddings=True, show_progress_bar=False)
            index.search(vector, 5)

    def passes() -> None:
        for _ in range(PASSES):
            once()

    once()
    cpu, _ = spent(passes)
    tell(cpu=cpu / PASSES / len(asked), pieces=index.ntotal)


def retrieve(model: str, questions: str, rankings: str, *documents: str) -> None:
    """Rank pages, each once, by the best of its pieces among the first 60."""
    made = store(list(documents), embeddings(model))
    hashes = {p: hashlib.sha256(Path(p).read_bytes()).hexdigest() for p in documents}
    found = []
    for question in json.loads(Path(questions).read_text("utf-8")):
        pieces = [piece.metadata for piece in made.similarity_search(question, k=60)]
        found.append(list(dict.fromkeys((hashes[m["source"]], m["page"] + 1) for m in pieces)))
    Path(rankings).write_text(json.dumps(found), "utf-8")
    tell(pieces=made.index.ntotal)


if __name__ == "__main__":
    {"ingest": ingest, "query": query, "retrieve": retrieve}[sys.argv[1]](*sys.argv[2:])
