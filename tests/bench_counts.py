"""Counts over whole libraries: pages by quality, lines that re-extract, refusals, a no-op build.

    python -m tests.bench_counts [HOME]

Over the samples, and over the real guidelines where they lie beside this checkout; HOME keeps the
index of the real ones, so that a second run is short.
"""

import json
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median

from agent import turn
from evals.intervals import Rate
from guidelines import catalogue
from guidelines.home import Home
from guidelines.pages import QUALITIES, page_text
from retrieval import golden
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.passages import quote_spans
from retrieval.search import Index
from retrieval.weights import CLINICAL
from tests import bench_real
from tests.bench_clock import spent
from tests.bench_real import MALARIA, ROOT, SAMPLES, clinicite

REFRESHES = 20

Words = tuple[tuple[tuple[int, int], ...], str]


def opened(home: Path) -> Index:
    return Index.open(Home(home), Embedder(CLINICAL, Home(home).models))


def qualities(home: Path) -> Counter[str]:
    """Count the pages by what `library show` says of each."""
    found: Counter[str] = Counter()
    for name in catalogue.load(Home(home)):
        told = json.loads(clinicite(home, "library", "show", name, "--json"))
        found.update({q: len(pages) for q, pages in told["page_quality"].items()})
    return found


def verbatim(home: Path) -> tuple[int, int]:
    """Count the lines whose spans give their words when the PDF is read again, and all lines."""
    entries = catalogue.load(Home(home))
    lines: defaultdict[tuple[str, int], list[Words]] = defaultdict(list)
    for passage in opened(home).passages:
        words = [(line.spans, line.text) for line in passage.lines]
        lines[passage.guideline, passage.page] += words
    same = 0
    for (name, page), found in lines.items():
        text = page_text(catalogue.file_of(Home(home), entries[name]), page)
        same += sum(quote_spans(text, spans) == words for spans, words in found)
    return same, sum(map(len, lines.values()))


def refusals(home: Path, benchmark: Path) -> list[Rate]:
    """Count the questions that retrieval alone refuses: answered here, outside, near misses."""
    index, asked = opened(home), golden.load(benchmark)
    refused: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for sample in asked:
        kind = "answered here" if sample.gold else sample.kind
        begun = turn.begin(sample.question, [], index, "quote", "retrieval", "")
        total[kind] += 1
        refused[kind] += not turn.answerable(begun)
    return [Rate(f"refused, {kind}", refused[kind], n) for kind, n in sorted(total.items())]


def refreshes(home: Path) -> tuple[list[float], int]:
    """Build what is built already: CPU ms a document each time, sorted, and texts embedded."""
    place = Home(home)
    embedder, documents = Embedder(CLINICAL, place.models), len(catalogue.load(place))

    def again() -> int:
        return build(place, embedder, "bench", lambda _: None, lambda *_: None).embedded

    again()  # the first one loads what the others find loaded
    made = [spent(again) for _ in range(REFRESHES)]
    return sorted(1e3 * cpu / documents for cpu, _ in made), sum(n for _, n in made)


def say(name: str, value: object) -> None:
    sys.stdout.write(f"{name:58} {value}\n")
    sys.stdout.flush()


def report(home: Path, benchmark: Path) -> None:
    """Print every count over one library."""
    found = qualities(home)
    told = ", ".join(f"{found[q]} {q}" for q in QUALITIES)
    say(f"pages by quality, {len(catalogue.load(Home(home)))} guidelines", told)
    same, lines = verbatim(home)
    say("  lines that re-extract word for word", f"{same} of {lines}")
    times, embedded = refreshes(home)
    between = f"[{times[0]:.1f}, {times[-1]:.1f}] in {REFRESHES} builds, {embedded} embedded"
    say("  unchanged library, CPU ms a document", f"{median(times):.1f} {between}")
    for rate in refusals(home, benchmark):
        say(f"  {rate.name}", str(rate).partition(": ")[2])


def main(home: str) -> None:
    """Build the two libraries and count."""
    benchmarks = ROOT / "evals" / "benchmarks"
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder)
        clinicite(samples, "library", "add", "--from", str(SAMPLES / "samples.toml"))
        clinicite(samples, "index", "build")
        report(samples, benchmarks / "samples.jsonl")
        if not MALARIA.is_file():
            return say("real guidelines", "not counted: no ../shared/data beside this checkout")
        kept = Path(home or Path(folder) / "real")
        bench_real.build(kept)
        report(kept, benchmarks / "real.jsonl")


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
