"""One builder at a time: the second is told who holds the index; a dead holder holds nothing."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import releases
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.lock import sole_builder
from tests.conftest import ROOT

SINCE = "2026-01-02T03:04:05+00:00"
HOLDER = f"""
import sys, time
from pathlib import Path
from guidelines.home import Home
from retrieval.lock import sole_builder
with sole_builder(Home(Path(sys.argv[1])), "{SINCE}"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def refusal(home: Home) -> Problem:
    with pytest.raises(Problem) as told, sole_builder(home, "now"):
        pass
    return told.value


def test_the_second_builder_is_told_who_builds_and_since_when(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    told = refusal(Home(tmp_path))
    assert f"is being built by process {holder.pid} since {SINCE}" in str(told)
    assert "\n" not in str(told)


def test_a_killed_holder_blocks_nobody(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    assert holder.wait(10) == -signal.SIGKILL
    with sole_builder(Home(tmp_path), "later"):
        line = (Home(tmp_path).index / ".lock").read_text()
    assert line == f"{os.getpid()} later\n"


def test_a_stopped_holder_is_named_with_the_way_out(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    holder.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, holder.pid, os.WSTOPPED)
    told = refusal(Home(tmp_path))
    assert f"process {holder.pid} since {SINCE}, and that process is stopped" in told.why
    assert told.mend.startswith(f"kill -CONT {holder.pid} ")
    holder.send_signal(signal.SIGCONT)
    os.waitid(os.P_PID, holder.pid, os.WCONTINUED)
    assert "stopped" not in refusal(Home(tmp_path)).why


def test_build_rollback_and_prune_all_wait_their_turn(
    sample_home: Home, embedder: Embedder
) -> None:
    generation = releases.releases(sample_home)[0].id
    with sole_builder(sample_home, SINCE):
        for act in (
            lambda: build(sample_home, embedder, "t", lambda _: None, lambda *_: None),
            lambda: releases.rollback(sample_home, generation, "t"),
            lambda: releases.prune(sample_home, 1, "t"),
        ):
            with pytest.raises(Problem, match=f"by process {os.getpid()} since {re.escape(SINCE)}"):
                act()
