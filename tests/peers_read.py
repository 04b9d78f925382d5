"""Other tools' own way from a PDF to pieces, timed; run by the peers' Python.

python -m tests.peers_read langchain WARM.pdf DOCUMENT.pdf
"""
# mypy: disable-error-code="import-not-found,no-untyped-call"

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench_clock import spent, tell


def langchain(loader: str) -> Callable[[str], int]:
    from langchain_community import document_loaders
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def read(path: str) -> int:
        return len(splitter.split_documents(getattr(document_loaders, loader)(path).load()))

    return read


def llamaindex() -> Callable[[str], int]:
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.readers.file import PDFReader

    splitter = SentenceSplitter()

    def read(path: str) -> int:
        return len(splitter.get_nodes_from_documents(PDFReader().load_data(Path(path))))

    return read


def haystack() -> Callable[[str], int]:
    from haystack.components.converters import PyPDFToDocument
    from haystack.components.preprocessors import DocumentSplitter

    converter, splitter = PyPDFToDocument(), DocumentSplitter()

    def read(path: str) -> int:
        documents: Any = converter.run(sources=[path])["documents"]
        return len(splitter.run(documents=documents)["documents"])

    return read


TOOLS: dict[str, Callable[[], Callable[[str], int]]] = {
    "langchain": partial(langchain, "PyPDFLoader"),
    "langchain-pdfium": partial(langchain, "PyPDFium2Loader"),
    "llamaindex": llamaindex,
    "haystack": haystack,
}


def main(tool: str, warm: str, document: str) -> None:
    """Read a small file first, so that imports on first use are not counted."""
    read = TOOLS[tool]()
    read(warm)
    cpu, pieces = spent(lambda: read(document))
    tell(cpu=cpu, pieces=pieces)


if __name__ == "__main__":
    main(*sys.argv[1:])
