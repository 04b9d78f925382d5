"""Reading in workers: the same pages as in this process, and a bad page costs only itself."""

import time
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from guidelines import pages
from guidelines.pages import Page
from guidelines.problem import Problem
from guidelines.reading import lost, read_pages, told
from guidelines.workers import NO_MEMORY, Limits
from tests.conftest import SAMPLES
from tests.hostile_pdf import SENTENCE, bomb, pdf, words

EIGHT = SAMPLES / "cap-adults-2025.pdf"


def in_order(found: list[Page]) -> bool:
    return [p.number for p in found] == list(range(1, len(found) + 1))


def test_workers_read_every_sample_as_this_process_does() -> None:
    samples = sorted(SAMPLES.glob("*.pdf"))
    assert len(samples) == 11
    for path in samples:
        assert list(read_pages(path)) == list(pages.read_pages(path)), path.name


def test_a_document_of_many_ranges_comes_in_order_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf([words(f"Page {n} of the long document.") for n in range(1, 101)]))
    found = list(read_pages(path))
    assert found == list(pages.read_pages(path))
    assert [p.text for p in found][::33] == [
        f"Page {n} of the long document." for n in (1, 34, 67, 100)
    ]


def test_a_page_that_crashes_hangs_or_fills_its_reader_costs_only_that_page() -> None:
    began = time.monotonic()
    limits = Limits(cpu=1, wall=5)
    found = list(read_pages(EIGHT, "tests.hostile_reader:bad_pages", limits=limits))
    took = time.monotonic() - began
    assert lost(found) == {
        "2": "ended its reader (exit status 3)",
        "3": "crashed its reader (SIGSEGV)",
        "4": "took more than 5 s",
        "5": "took more than 1 s of computing",
        "6": NO_MEMORY,
    }
    assert in_order(found)
    sound = list(pages.read_pages(EIGHT))
    assert [p for p in found if p.quality != "lost"] == [sound[0], *sound[6:]]
    assert 5 < took < 40  # the hang is cut at its time, at most twice


def test_a_page_is_not_blamed_for_what_the_pages_before_it_did() -> None:
    assert list(read_pages(EIGHT, "tests.hostile_reader:tired")) == list(pages.read_pages(EIGHT))


def test_a_document_that_ends_every_reader_is_given_up_and_each_page_told(tmp_path: Path) -> None:
    path = tmp_path / "crashes.pdf"
    path.write_bytes(pdf([words()] * 60))
    found = list(read_pages(path, "tests.hostile_reader:always_crashes"))
    assert in_order(found)
    assert len(found) == len(lost(found)) == 60
    assert set(lost(found).values()) == {
        "crashed its reader (SIGABRT)",
        "was not read: 20 readers had ended",
    }


def test_under_a_large_parent_a_crash_is_not_told_as_a_lack_of_memory(tmp_path: Path) -> None:
    # Linux hands the peak of the program that starts another on to that other.
    held = b"x" * (450 << 20)
    path = tmp_path / "crashes.pdf"
    path.write_bytes(pdf([words()]))
    limits = Limits(memory=512 << 20)
    found = list(read_pages(path, "tests.hostile_reader:always_crashes", limits=limits))
    assert lost(found) == {"1": "crashed its reader (SIGABRT)"}
    assert len(held) > 0.75 * limits.memory


def test_what_a_reader_prints_is_no_answer() -> None:
    assert list(read_pages(EIGHT, "tests.hostile_reader:prints")) == list(pages.read_pages(EIGHT))


def test_a_reader_that_writes_what_is_no_answer_costs_its_page_and_its_time(tmp_path: Path) -> None:
    path = tmp_path / "four.pdf"
    path.write_bytes(pdf([words(f"Page {n} of the document.") for n in range(1, 5)]))
    limits = Limits(wall=3)
    began = time.monotonic()
    found = list(read_pages(path, "tests.hostile_reader:no_answer", limits=limits))
    assert lost(found) == {
        "1": "made its reader write what is no answer",
        "2": "made its reader write what is no answer",
        "3": "took more than 3 s",
    }
    assert found[3] == list(pages.read_pages(path))[3]
    assert time.monotonic() - began < 20


def test_no_worker_outlives_a_reading_that_is_left_early() -> None:
    # Others' readers may stay for their files.
    before = set(psutil.Process().children(recursive=True))
    reading = read_pages(EIGHT)
    assert next(reading).number == 1
    assert len(set(psutil.Process().children(recursive=True)) - before) >= 2
    assert isinstance(reading, Generator)
    reading.close()
    assert set(psutil.Process().children(recursive=True)) - before == set()


@pytest.mark.parametrize(
    ("unit", "megabytes"), [(b" ", 900), (b"BT /F 9 Tf (aaaa) Tj ET ", 100), (b"q ", 100)]
)
def test_a_decompression_bomb_costs_its_page_within_the_memory_cap(
    unit: bytes, megabytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(pdf([words(), bomb(unit, megabytes), words()]))
    assert path.stat().st_size < 1_000_000
    found = list(read_pages(path))
    assert lost(found) == {"2": NO_MEMORY}
    assert [p.text for p in found] == [SENTENCE, "", SENTENCE]


def test_a_file_that_cannot_be_opened_is_one_line() -> None:
    with pytest.raises(Problem, match=r"cannot open nothing\.pdf"):
        list(read_pages(Path("nothing.pdf")))


def test_lost_pages_are_told_as_ranges() -> None:
    gone = {"3": "crashed", "4": "crashed", "5": "took long", "9": "took long"}
    assert told(gone) == "pages 3-4 crashed; page 5 took long; page 9 took long"
