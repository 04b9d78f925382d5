"""This project beside LangChain, LlamaIndex and Haystack: ratios of processor time, printed.

    python -m tests.bench_peers [parse ingest query refresh change retrieval]

Each measurement runs in a process of its own on one thread; ours and the peers' take turns, and
imports, loading of models and a first small document are not counted. The interval is the 95 %
bootstrap of the ratio of medians over the rounds, so with few rounds about their range.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdf

from evals.ranking import Ranking, mean_reciprocal_rank, rates
from guidelines.home import Home
from retrieval import golden, store
from retrieval.embed import MINILM
from retrieval.weights import folder_of
from tests.bench_real import MALARIA, REAL, ROOT, SAMPLES, scored
from tests.bench_rounds import ROUNDS, Facts, compared, measured, ours, rounds, row, seconds, theirs

WARM = SAMPLES / "hypertension-adults-2024.pdf"
QUESTIONS = ROOT / "evals" / "benchmarks" / "real.jsonl"
READERS = {"langchain": "LangChain", "llamaindex": "LlamaIndex", "haystack": "Haystack"}


@dataclass(frozen=True)
class Bench:
    """Where the measurements find their files; `home` holds the whole document's index."""

    folder: Path
    document: Path
    pages: int
    model: Path

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def questions(self) -> Path:
        """Write 20 real questions as a list, which both sides read."""
        path = self.folder / "questions.json"
        asked = [s.question for s in golden.load(QUESTIONS) if s.gold][:20]
        path.write_text(json.dumps(asked), "utf-8")
        return path

    def built(self) -> Facts:
        """Build the whole document's index once, and remember what that cost."""
        kept = self.folder / "built.json"
        if not kept.is_file():
            facts = measured(ours("build", self.exports, self.home, self.document))
            kept.write_text(json.dumps(facts))
        found: Facts = json.loads(kept.read_text())
        return found


def parse(bench: Bench) -> None:
    tools = {**READERS, "langchain-pdfium": "LangChain's PyPDFium2Loader"}
    found = rounds(
        {
            "ours": ours("parse", WARM, bench.document),
            "built": ours("source", WARM, bench.document),
            **{tool: theirs("peers_read", tool, WARM, bench.document) for tool in tools},
        }
    )
    speed = {name: bench.pages / statistics.median(seconds(f)) for name, f in found.items()}
    best = max(READERS, key=lambda name: speed[name])
    for tool, label in tools.items():
        compared(f"parse and cut {bench.pages} pages, pages/CPU-s", f"{speed['ours']:.0f}",
                 f"{label} {speed[tool]:.0f}", seconds(found[tool]), seconds(found["ours"]),
                 ">= 10" if tool == best else "")  # fmt: skip
    compared("  as a build reads: in workers, damage proofed", f"{speed['built']:.0f}",
             f"{tools[best]} {speed[best]:.0f}", seconds(found[best]), seconds(found["built"]),
             "")  # fmt: skip


def ingest(bench: Bench) -> None:
    part = bench.folder / "part.pdf"
    first = max(0, bench.pages // 2 - 40)
    writer = pypdf.PdfWriter()
    last = min(bench.pages, first + 80)
    writer.append(bench.document, pages=(first, last))
    writer.write(part)
    found = rounds(
        {
            "ours": ours("ingest", bench.exports, WARM, part),
            "theirs": theirs("peers_search", "ingest", bench.model, WARM, part),
        }
    )
    mine, their = seconds(found["ours"]), seconds(found["theirs"])
    compared(f"ingest {last - first} pages, CPU s, as installed", f"{statistics.median(mine):.1f}",
             f"LangChain, MiniLM {statistics.median(their):.1f}", their, mine, ">= 2")  # fmt: skip


def query(bench: Bench) -> None:
    pieces = bench.built()["pieces"]
    (vectors,) = store.generations(Home(bench.home)).glob(f"*/{store.VECTORS}")
    asked = bench.questions()
    found = rounds(
        {
            "ours": ours("query", bench.exports, bench.home, asked),
            "theirs": theirs("peers_search", "query", bench.model, vectors, asked),
        },
        max(ROUNDS, 5),
    )
    mine, their = seconds(found["ours"]), seconds(found["theirs"])
    ms = [1e3 * statistics.median(times) for times in (mine, their)]
    compared(f"hybrid query over {pieces} passages, CPU ms", f"{ms[0]:.1f}",
             f"encode + FAISS {ms[1]:.1f}", mine, their, "<= 1.2")  # fmt: skip


def refresh(bench: Bench) -> None:
    bench.built()
    facts = measured(ours("refresh", bench.exports, bench.home))
    times = sorted(1e3 * cpu for cpu in facts["cpu"])
    row("refresh of an unchanged library, CPU ms a document", f"{statistics.median(times):.1f}",
        "", "", f"[{times[0]:.1f}, {times[-1]:.1f}]", "< 10")  # fmt: skip
    row("  passages embedded by it", f"{facts['embedded']}", "", "", "", "0")


def change(bench: Bench) -> None:
    whole = bench.built()
    numbers = [bench.pages * part // (ROUNDS + 1) for part in range(1, ROUNDS + 1)]
    found = [measured(ours("change", bench.exports, bench.home, n)) for n in numbers]
    mine = seconds(found)
    compared(f"one page of {bench.pages} changed, CPU s", f"{statistics.median(mine):.2f}",
             f"full build {whole['cpu']:.1f}", [whole["cpu"]], mine, ">= 50")  # fmt: skip
    row("  passages embedded by it", "/".join(str(f["embedded"]) for f in found),
        f"full build {whole['embedded']}", "", "", "")  # fmt: skip


def retrieval(bench: Bench) -> None:
    """Ask every question of the benchmark over all real guidelines; takes many minutes."""
    if not MALARIA.is_file():
        sys.stdout.write("hits on real questions: not measured, no real guidelines here\n")
        return
    home, files = bench.folder / "real", sorted(REAL.glob("*.pdf"))
    samples = golden.load(QUESTIONS)
    asked, ranked = bench.folder / "asked.json", bench.folder / "ranked.json"
    asked.write_text(json.dumps([s.question for s in samples]), "utf-8")
    measured(theirs("peers_search", "retrieve", bench.model, asked, ranked, *files))
    pages = json.loads(ranked.read_text("utf-8"))
    stock = [
        Ranking(sample, tuple((sha, page) for sha, page in found))
        for sample, found in zip(samples, pages, strict=True)
    ]
    mine = scored(home)
    for ours_, peer in zip(mine["rates"], rates(stock), strict=True):
        low, high = ours_["interval"]
        row(f"{ours_['name']}, {len(files)} guidelines",
            f"{ours_['k'] / ours_['n']:.2f} [{low:.2f}, {high:.2f}]",
            f"LangChain {str(peer).partition(' = ')[2]}", "", "", "")  # fmt: skip
    row("mean reciprocal rank", f"{mine['mrr']:.3f}",
        f"LangChain {mean_reciprocal_rank(stock):.3f}", "", "", "")  # fmt: skip


PARTS: dict[str, Callable[[Bench], None]] = {
    "parse": parse, "ingest": ingest, "query": query, "refresh": refresh, "change": change,
    "retrieval": retrieval,
}  # fmt: skip


def whole_document(folder: Path) -> Path:
    """Give the real 478-page guideline, or all samples as one where it is not there."""
    if MALARIA.is_file():
        return MALARIA
    writer = pypdf.PdfWriter()
    for path in sorted(SAMPLES.glob("*.pdf")):
        writer.append(path)
    target = folder / "samples.pdf"
    writer.write(target)
    return target


def main(*parts: str, folder: Path) -> None:
    """Run the parts named; all but the long `retrieval` where none is."""
    long = ["retrieval"] if os.environ.get("BENCH_RETRIEVAL") else []
    document = whole_document(folder)
    pages = len(pypdf.PdfReader(document).pages)
    bench = Bench(folder, document, pages, folder_of(MINILM, "CLINICITE_EMBEDDER"))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"Beside its peers, one thread each; load average at the start: {load}\n")
    row("what", "ours", "theirs", "ratio", "95 % interval", "wanted")
    for part in parts or [*list(PARTS)[:-1], *long]:
        PARTS[part](bench)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(*sys.argv[1:], folder=Path(name))
