"""The one build that may run at a time, as a process of its own whose progress is read.

Knows the command and the lines it writes; what a build does stands in `retrieval.build`.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from guidelines.home import Home
from guidelines.problem import Problem

Phase = Literal[
    "none", "loading", "reading", "embedding", "checking", "stopping",
    "done", "refused", "stopped", "failed",
]  # fmt: skip
RUNNING: tuple[Phase, ...] = ("loading", "reading", "embedding", "checking", "stopping")
# A build ends cleanly at an interrupt; one that does not is killed, which loses nothing either.
_PATIENCE_S = 8.0


@dataclass(frozen=True)
class Progress:
    """How far the build is; `result` is what it wrote at its end, `line` why it did not."""

    phase: Phase = "none"
    what: str = ""
    done: int = 0
    of: int = 0
    seconds: int = 0
    line: str = ""
    by_gate: bool = False
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether the build is still at work."""
        return self.phase in RUNNING


class BuildJob:
    """Starts, follows and stops `clinicite index build` over one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._now = Progress()
        self._began = 0.0
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False

    def progress(self) -> Progress:
        """Tell how far the build is."""
        with self._lock:
            if not self._now.running:
                return self._now
            return replace(self._now, seconds=int(time.monotonic() - self._began))

    def start(self, force: str = "") -> None:
        """Start a build, with the reason to promote all the same where one is given.

        Raises:
            Problem: one is running already.
        """
        with self._lock:
            if self._now.running:
                raise Problem("the build", "is running already", "wait for it, or stop it")
            command = [sys.executable, "-m", "guidelines.command", "--home", str(self._home.root)]
            command += ["index", "build", "--json", *(["--force", force] if force else [])]
            # A session of its own, so that it can be ended with whatever it started.
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, encoding="utf-8", errors="replace", start_new_session=True,
            )  # fmt: skip
            self._process, self._cancelled = process, False
            self._began, self._now = time.monotonic(), Progress("loading")
        atexit.register(_kill, process)
        threading.Thread(target=self._follow, args=(process,), daemon=True).start()

    def cancel(self) -> None:
        """Stop the build; the generation in use stays as it is."""
        with self._lock:
            if self._process is None or not self._now.running:
                return
            process, self._cancelled = self._process, True
            self._now = replace(self._now, phase="stopping")
        # Not SIGINT: a process started in the background inherits that as ignored.
        process.terminate()
        killer = threading.Timer(_PATIENCE_S, _kill, (process,))
        killer.daemon = True
        killer.start()

    def forget(self) -> None:
        """Put the outcome of the last build away."""
        with self._lock:
            if not self._now.running:
                self._now = Progress()

    def _follow(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        assert process.stdout is not None
        last = ""
        for row in process.stderr:
            try:
                step = json.loads(row)
            except ValueError:
                last = row.strip() or last
                continue
            with self._lock:
                self._now = _after(self._now, step)
        told = process.stdout.read()
        code = process.wait()
        atexit.unregister(_kill)
        with self._lock:
            ended = replace(self._now, seconds=int(time.monotonic() - self._began))
            self._now = _ended(ended, code, told, last, self._cancelled)
            self._process = None


def _after(now: Progress, step: dict[str, Any]) -> Progress:
    """Apply one line of progress; while it is being stopped only a refusal counts."""
    kind = step.get("step")
    if kind == "refused":
        line = f"{step['what']}: {step['why']}."
        return replace(now, line=line, by_gate="--force" in step["mend"])
    if now.phase == "stopping":
        return now
    if kind == "reading":
        return replace(now, phase="reading", what=str(step["what"]))
    if kind == "embedding":
        done, of = int(step["done"]), int(step["of"])
        return replace(now, phase="embedding" if done < of else "checking", done=done, of=of)
    return now


def _ended(now: Progress, code: int, told: str, last: str, cancelled: bool) -> Progress:
    if code == 0:
        return replace(now, phase="done", result=json.loads(told))
    if cancelled:
        return replace(now, phase="stopped")
    if now.line:
        return replace(now, phase="refused")
    return replace(now, phase="failed", line=last or f"ended with status {code}")


def _kill(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
