"""Started workers are given away once, and the calls about one file share one process."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from guidelines import workers
from guidelines.caller import Caller
from guidelines.home import Home
from guidelines.judging import judged
from guidelines.workers import LIMITS, Limits, Loss, Spares, Worker, answer_of
from tests.conftest import SAMPLES

EIGHT = SAMPLES / "cap-adults-2025.pdf"
COUNT = "guidelines.inspection:page_count"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Note every process that is started as a worker."""
    found: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(*args: Any, **more: Any) -> subprocess.Popen[bytes]:
        found.append(real(*args, **more))
        return found[-1]

    monkeypatch.setattr(workers, "SPARES", Spares())
    monkeypatch.setattr("guidelines.caller.SPARES", workers.SPARES)
    monkeypatch.setattr("guidelines.workers.subprocess.Popen", popen)
    return found


def answer(worker: Worker) -> Any:
    worker.ask(None, COUNT, str(EIGHT))
    return answer_of(worker)


def test_all_checks_of_a_file_are_made_by_one_process(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    sound = judged(Home(tmp_path), EIGHT)
    assert (sound.pages, sound.title) == (8, "Community-acquired pneumonia in adults")
    assert sound.lost == {}
    assert len(started) == 1
    assert started[0].poll() is not None


def test_a_spare_is_given_once_replaced_and_never_given_when_it_has_ended(
    started: list[subprocess.Popen[bytes]],
) -> None:
    spares = Spares()
    assert not started
    spares.keep(1, ["guidelines.drawing"])
    (spare,) = started
    first = spares.take(Limits(cpu=7, wall=9))
    assert len(started) == 1
    assert first.limits == Limits(cpu=7, wall=9)
    assert answer(first) == 8
    until = time.monotonic() + 20
    while len(started) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    started[1].kill()
    started[1].wait()
    spares.keep(0, [])
    second = spares.take(LIMITS)
    assert len(started) == 3
    assert answer(second) == 8
    small = spares.take(Limits(memory=LIMITS.memory // 2))
    assert answer(small) == 8
    for worker in (first, second, small):
        worker.end()
    assert spare.poll() is not None


def test_a_worker_that_waits_for_its_next_call_is_not_ended_by_the_clock() -> None:
    caller = Caller(Limits(wall=3))
    try:
        pid = caller.call("tests.test_workers:pid", str(EIGHT))
        time.sleep(9)  # the clock that ends a worker without a parent runs five seconds longer
        assert caller.call("tests.test_workers:pid", str(EIGHT)) == pid
    finally:
        caller.end()


def test_a_lost_worker_is_replaced_at_the_next_call() -> None:
    caller = Caller()
    try:
        lost = caller.call("tests.hostile_reader:always_crashes", str(EIGHT), 1)
        assert isinstance(lost, Loss)
        assert not lost.late
        assert not caller.used
        assert caller.call(COUNT, str(EIGHT)) == 8
    finally:
        caller.end()


def pid(_: Path) -> int:
    """Give the process that answers; called in a worker."""
    return os.getpid()
