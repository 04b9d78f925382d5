"""What a build costs when little or nothing has changed; printed by `make bench`."""

import resource
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdf
from reportlab.pdfgen.canvas import Canvas

from guidelines import catalogue, intake
from guidelines.home import Home
from retrieval import store
from retrieval.build import Built, build
from retrieval.embed import Embedder
from retrieval.weights import CLINICAL


def cpu_seconds(work: Callable[[], Built]) -> tuple[float, Built]:
    """Give the processor time of this process and its children, and what the work gave."""
    before = _used()
    built = work()
    return _used() - before, built


def _used() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)


def with_one_page_replaced(source: Path, target: Path) -> None:
    """Write the PDF with its middle page replaced by plain sentences of ours."""
    page = target.with_suffix(".page.pdf")
    canvas = Canvas(str(page))
    canvas.setFont("Times-Roman", 9)
    for i in range(30):
        canvas.drawString(72, 780 - 12 * i, f"Sentence {i} of the new page: {i} mg once a day.")
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=source)
    middle = len(writer.pages) // 2
    writer.insert_page(pypdf.PdfReader(page).pages[0], middle)
    writer.remove_page(middle + 1)
    writer.write(target)


def refresh(source: Path, say: Callable[[str, str], None]) -> None:
    """Build one guideline, build again with nothing changed, and with one page changed."""
    with tempfile.TemporaryDirectory() as place:
        home = Home(Path(place) / "home")
        embedder = Embedder(CLINICAL, home.models)
        embedder.fingerprint()
        entry, _ = intake.add(home, source, {"id": "one"})

        def again() -> Built:
            return build(home, embedder, "bench", lambda _: None, lambda *_: None)

        whole, _ = cpu_seconds(again)
        again()  # notes the PDF's times, which were too fresh to be trusted before
        nothing, same = cpu_seconds(again)
        changed = Path(place) / "changed.pdf"
        with_one_page_replaced(source, changed)
        sha256, pages = store.sha256_of(changed), entry.pages
        shutil.copy(changed, home.files / f"{sha256}.pdf")
        with catalogue.locked(home) as entries:
            entries[entry.id] = replace(entries[entry.id], sha256=sha256, pages=pages)
        one, built = cpu_seconds(again)
    say("build, nothing changed, CPU", f"{nothing * 1000:.1f} ms a document, "
        f"{same.embedded} embedded")  # fmt: skip
    say(f"build, one page of {pages} changed, CPU", f"{one:.1f} s, {built.embedded} embedded; "
        f"a rebuild {whole:.0f} s, {whole / one:.0f} times as much")  # fmt: skip
