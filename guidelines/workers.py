"""Worker processes that a hostile or broken PDF can crash, hang or fill without harm to the rest.

Knows how a worker is started, asked, timed and ended, and how its end is told; not what it reads.
A program that stays, as the page does, may have some started; each is given one file in its life.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guidelines.problem import Problem

NO_MEMORY = "needs more memory than a reader may have"
# The exit status that says so where the reader could not.
FULL = 77
# Bytes; the largest page of the real guidelines we know takes 0.2 MB.
_LONGEST = 256 << 20
_NO_ANSWER = "made its reader write what is no answer"
# Seconds: most of what one click wants is read and drawn in less.
_SETTLED_S = 0.3
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """What one call may cost: address space in bytes, seconds of computing, seconds by the clock.

    The slowest page of the real guidelines we know takes 0.1 s and 200 MB.
    """

    memory: int = 1 << 30
    cpu: int = 30
    wall: int = 60


LIMITS = Limits()


@dataclass(frozen=True)
class Loss:
    """Why a call gave no value; `late` where it ran out of time and would do so again."""

    why: str
    late: bool = False


class Worker:
    """One process, the calls it still owes an answer, and the moment when the next one is late."""

    def __init__(self, limits: Limits, ready: Sequence[str] = ()) -> None:
        """Start a process; `ready` names the modules it should import at once."""
        self.limits = limits
        self._read = b""
        self.owed: deque[Any] = deque()
        self.answered = 0
        path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        # A session of its own: what it starts in turn is ended with it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "guidelines.worker_main", str(limits.memory), *ready],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self.out = self._process.stdin, self._process.stdout
        self._due = time.monotonic() + limits.wall

    def ask(self, key: Any, called: str, *given: str | int) -> None:
        """Queue a call of "module:function"; answers come in the order of asking."""
        if not self.owed:
            self._due = time.monotonic() + self.limits.wall
        self.owed.append(key)
        try:
            line = [called, self.limits.cpu, self.limits.wall, *given]
            self._in.write(json.dumps(line).encode() + b"\n")
        except BrokenPipeError:
            return  # it has ended, which `answers` tells

    def left(self) -> float:
        """Give the seconds until the answer it owes is late."""
        return max(0.0, self._due - time.monotonic())

    def answers(self) -> tuple[list[dict[str, Any]], Loss | None]:
        """Read what has come, without waiting; a Loss where the worker has ended or is late.

        Only a whole answer gives it more time: one that drips bytes is late like any other.
        """
        late = None if self.left() else Loss(f"took more than {self.limits.wall} s", late=True)
        if not waiting([self], 0):
            return [], late
        new = os.read(self.out.fileno(), 1 << 20)
        if not new:
            return [], self._ended()
        *lines, self._read = (self._read + new).split(b"\n")
        if not lines:
            return [], Loss(_NO_ANSWER) if len(self._read) > _LONGEST else late
        found = _decoded(lines)
        if found is None or len(lines) > len(self.owed):
            return [], Loss(_NO_ANSWER)
        self._due = time.monotonic() + self.limits.wall
        self.answered += len(lines)
        for _ in lines:
            self.owed.popleft()
        return found, None

    def _ended(self) -> Loss:
        status = self._process.wait()
        if status == -signal.SIGXCPU:
            return Loss(f"took more than {self.limits.cpu} s of computing", late=True)
        if status == FULL:
            return Loss(NO_MEMORY)
        if status < 0:
            return Loss(f"crashed its reader ({signal.Signals(-status).name})")
        return Loss(f"ended its reader (exit status {status})")

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process, whatever it is doing, and all that it started."""
        for pipe in (self._in, self.out):
            pipe.close()
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _decoded(lines: list[bytes]) -> list[dict[str, Any]] | None:
    """Give the answers; None where a file that has taken its reader over writes something else."""
    try:
        found = [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None
    return found if all(isinstance(answer, dict) for answer in found) else None


def waiting(workers: Iterable[Worker], seconds: float) -> list[Worker]:
    """Give the workers that have something to read, after at most some seconds."""
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.out, selectors.EVENT_READ, worker)
        return [key.data for key, _ in selector.select(seconds)]


class Spares:
    """Processes started before anything is to be read, since starting takes longer than reading.

    Each is given away once: a file that takes its reader over meets no other file's text.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: deque[Worker] = deque()
        self._wanted, self._ready = 0, list[str]()

    def keep(self, count: int, ready: Sequence[str]) -> None:
        """Keep so many from now on, with these modules imported; end those beyond."""
        with self._lock:
            self._wanted, self._ready = count, list(ready)
            while len(self._idle) > count:
                self._idle.pop().end()
        self._fill()

    def take(self, limits: Limits) -> Worker:
        """Give a process that has read nothing yet, for good."""
        with self._lock:
            while self._idle and limits.memory == LIMITS.memory:
                worker = self._idle.popleft()
                self._later()
                if worker.alive:
                    worker.limits = limits
                    return worker
                worker.end()
        return Worker(limits)

    def _later(self) -> None:
        """Start another when what this one is for is likely done: both would want the processor."""
        timer = threading.Timer(_SETTLED_S, self._fill)
        timer.daemon = True
        timer.start()

    def _fill(self) -> None:
        with self._lock:
            while len(self._idle) < self._wanted:
                self._idle.append(Worker(LIMITS, self._ready))


# Like pdfium's lock they belong to the process, whatever it serves.
SPARES = Spares()


def call(called: str, *given: str | int, limits: Limits = LIMITS) -> Any:
    """Call "module:function" in a worker of its own: its JSON value, or a Loss.

    Raises:
        Problem: the function raised it.
    """
    worker = SPARES.take(limits)
    try:
        worker.ask(None, called, *given)
        return answer_of(worker)
    finally:
        worker.end()


def answer_of(worker: Worker) -> Any:
    """Wait for the one answer that a worker owes: its value, or a Loss; raises its Problem."""
    while True:
        waiting([worker], worker.left())
        answers, loss = worker.answers()
        if loss is not None:
            return loss
        for answer in answers:
            if "problem" in answer:
                what, why, mend = map(str, answer["problem"])
                raise Problem(what, why, mend)
            return Loss(str(answer["loss"])) if "loss" in answer else answer.get("value")
