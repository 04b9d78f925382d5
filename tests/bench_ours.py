"""This project's side of each comparison, timed in a process of its own as the peers are.

python -m tests.bench_ours parse WARM.pdf DOCUMENT.pdf
python -m tests.bench_ours ingest EXPORTS WARM.pdf DOCUMENT.pdf
python -m tests.bench_ours build EXPORTS HOME DOCUMENT.pdf
python -m tests.bench_ours query|refresh EXPORTS HOME [QUESTIONS.json]
python -m tests.bench_ours change EXPORTS HOME PAGE
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdf
from reportlab.pdfgen.canvas import Canvas

from guidelines import catalogue, intake
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.pages import read_pages
from retrieval import store
from retrieval.build import Built, build
from retrieval.cutting import cut
from retrieval.embed import Embedder
from retrieval.search import Index
from retrieval.source import pages_and_passages
from retrieval.weights import CLINICAL
from tests.bench_clock import spent, tell

PASSES = 3
REFRESHES = 20


def ready(exports: str) -> Embedder:
    """Load the model for passages and the one for questions, as a service has them."""
    embedder = Embedder(CLINICAL, Path(exports))
    embedder.question(["warm"])
    embedder.encode(["warm"])
    return embedder


def rebuilt(home: Home, embedder: Embedder) -> Built:
    return build(home, embedder, "bench", lambda _: None, lambda *_: None)


def parse(warm: str, document: str) -> None:
    """Read and cut in one process, as the peers do."""
    _timed(lambda path: len(cut(list(read_pages(path)), "one", "0" * 64)), warm, document)


def source(warm: str, document: str) -> None:
    """Read and cut as a build does: in workers, damaged pages proofed, headings by the outline."""
    with tempfile.TemporaryDirectory() as kept:

        def read(path: Path) -> int:
            entry = Guideline("one", "one", "0" * 64, path.name, 1)
            return len(pages_and_passages(path, entry, Path(kept), lambda _: None)[1])

        _timed(read, warm, document)


def _timed(read: Callable[[Path], int], warm: str, document: str) -> None:
    read(Path(warm))
    cpu, pieces = spent(lambda: read(Path(document)))
    tell(cpu=cpu, pieces=pieces)


def ingest(exports: str, warm: str, document: str) -> None:
    """Take a PDF into an empty library and promote its index: more than the peers do."""
    embedder = ready(exports)

    def taken(path: str) -> Built:
        with tempfile.TemporaryDirectory() as place:
            intake.add(Home(Path(place)), Path(path), {"id": "one"})
            return rebuilt(Home(Path(place)), embedder)

    taken(warm)
    cpu, built = spent(lambda: taken(document))
    tell(cpu=cpu, pieces=built.manifest.passages)


def build_(exports: str, home: str, document: str) -> None:
    embedder = ready(exports)
    intake.add(Home(Path(home)), Path(document), {"id": "one"})
    cpu, built = spent(lambda: rebuilt(Home(Path(home)), embedder))
    tell(cpu=cpu, pieces=built.manifest.passages, embedded=built.embedded)


def query(exports: str, home: str, questions: str) -> None:
    index = Index.open(Home(Path(home)), Embedder(CLINICAL, Path(exports)))
    asked: list[str] = json.loads(Path(questions).read_text("utf-8"))

    def once() -> None:
        for question in asked:
            index.search(question, 5)

    def passes() -> None:
        for _ in range(PASSES):
            once()

    once()
    cpu, _ = spent(passes)
    tell(cpu=cpu / PASSES / len(asked), pieces=len(index.passages))


def refresh(exports: str, home: str) -> None:
    """Build what is built already: the first time warms, the next are timed one by one."""
    place, embedder = Home(Path(home)), ready(exports)
    documents = len(catalogue.load(place))
    rebuilt(place, embedder)
    made = [spent(lambda: rebuilt(place, embedder)) for _ in range(REFRESHES)]
    embedded = sum(built.embedded for _, built in made)
    tell(cpu=[cpu / documents for cpu, _ in made], embedded=embedded)


def change(exports: str, home: str, page: str) -> None:
    """Put an edition with one page replaced in the place of the one that was built."""
    embedder = ready(exports)
    with tempfile.TemporaryDirectory() as folder:
        place = Home(Path(folder) / "home")
        shutil.copytree(home, place.root)
        with catalogue.locked(place) as entries:
            (entry,) = entries.values()
            changed = Path(folder) / "changed.pdf"
            _replaced(catalogue.file_of(place, entry), int(page), changed)
            sha256 = store.sha256_of(changed)
            shutil.copy(changed, place.files / f"{sha256}.pdf")
            entries[entry.id] = replace(entry, sha256=sha256)
        cpu, built = spent(lambda: rebuilt(place, embedder))
        tell(cpu=cpu, pieces=built.manifest.passages, embedded=built.embedded)


def _replaced(source: Path, number: int, target: Path) -> None:
    page = target.with_suffix(".page.pdf")
    canvas = Canvas(str(page))
    for row in range(30):
        text = f"Sentence {row} of page {number} as it is new: give {row} mg once a day."
        canvas.drawString(72, 780 - 14 * row, text)
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=source)
    writer.insert_page(pypdf.PdfReader(page).pages[0], number - 1)
    writer.remove_page(number)
    writer.write(target)


if __name__ == "__main__":
    commands: dict[str, Callable[..., None]] = {
        "parse": parse, "source": source, "ingest": ingest, "build": build_, "query": query,
        "refresh": refresh, "change": change,
    }  # fmt: skip
    commands[sys.argv[1]](*sys.argv[2:])
