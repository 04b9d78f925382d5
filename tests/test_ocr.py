"""The OCR engines as processes: read without the network, stopped in time, kept as read."""

import shutil
import sys
import time

import pytest

from guidelines.ocr import Engine, OcrFailure, Word, from_json, read_words, to_json
from guidelines.render import raster
from tests.conftest import SAMPLES


@pytest.mark.slow
def test_the_engine_of_the_environment_reads_without_the_network() -> None:
    engine = Engine("rapidocr", "any", (sys.executable, "-P", "-m", "guidelines.rapid"))
    if shutil.which("unshare") is not None:
        engine = Engine("rapidocr", "any", ("unshare", "-rn", *engine.command))
    picture = raster(SAMPLES / "asthma-children-2024.pdf", 6).pgm
    words = read_words(engine, picture)
    assert sum(len(w.text) for w in words if w.sure) > 100


def test_an_engine_that_hangs_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(OcrFailure, match="took more than 1 s"):
        read_words(Engine("sleeper", "1", ("sleep", "60")), b"", seconds=1)
    assert time.monotonic() - began < 20


def test_words_are_kept_as_they_were_read() -> None:
    words = (Word("≥4", 1.0, 2.0, 3.5, 4.0, True), Word("咳嗽", 0.0, 0.0, 1.0, 1.0, False))
    assert from_json(to_json(words)) == words
