"""One builder at a time, by a lock that dies with its holder; does not know what is built."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from guidelines.home import Home
from guidelines.problem import Problem


@contextmanager
def sole_builder(home: Home, since: str) -> Iterator[None]:
    """Hold the index against every other process that would change it.

    The kernel frees the lock when its holder ends, however it ends; what the file says is only
    read to name a holder that lives.

    Args:
        home: The home whose index is changed.
        since: When this holder began, for the message that others get.

    Raises:
        Problem: another process holds it; told with its number and since when.
    """
    home.index.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.index / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise _held(home, os.pread(handle, 200, 0)) from fault
        line = f"{os.getpid()} {since}\n".encode()
        os.pwrite(handle, line, 0)
        os.ftruncate(handle, len(line))
        yield
    finally:
        os.close(handle)


def _held(home: Home, line: bytes) -> Problem:
    pid, _, since = line.decode("utf-8", "replace").partition("\n")[0].partition(" ")
    if not pid.isdigit():
        return Problem(f"index in {home.index}", "is being built", "wait for it to end")
    if _stopped(pid):
        return Problem(
            f"index in {home.index}",
            f"is held by process {pid} since {since}, and that process is stopped",
            f"kill -CONT {pid} to let it go on, or kill -KILL {pid}: nothing stored is lost",
        )
    return Problem(
        f"index in {home.index}",
        f"is being built by process {pid} since {since}",
        f"wait for it to end, or kill {pid}: nothing stored is lost",
    )


def _stopped(pid: str) -> bool:
    """Tell whether a process of this machine was halted by a signal."""
    with suppress(OSError):
        # The name, in brackets, may hold blanks; the state is the first word after it.
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] in ("T", "t")
    return False
