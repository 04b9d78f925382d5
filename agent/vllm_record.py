"""Which server of ours holds a port: a record on disk, and the process group it names.

Knows nothing of what vLLM is started with or when it is ready.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from guidelines.problem import Problem


@dataclass(frozen=True)
class Process:
    """A process told from any later one of the same number by when it started."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        """Tell whether this very process still runs."""
        return started(self.pid) == self.started


@dataclass(frozen=True)
class Record:
    """A server that we started.

    Args:
        leader: The process group's leader.
        owner: The program that it ends with; None where it outlives its caller.
        port: Its port of 127.0.0.1.
        model: The name it serves.
        weights: Fingerprint of the model folder it loaded.
        log: Where it writes.
    """

    leader: Process
    owner: Process | None
    port: int
    model: str
    weights: str
    log: str


def _stat(pid: int | str) -> list[str]:
    """Return /proc's fields from the state on; none for a dead or absent process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    fields = text.rpartition(")")[2].split()  # a command's name may hold blanks and brackets
    return [] if not fields or fields[0] in "ZX" else fields


def started(pid: int) -> str | None:
    """Return when a process started, in the system's own count; None for a dead or absent one."""
    fields = _stat(pid)
    return fields[19] if fields else None


def group_is_alive(leader: int) -> bool:
    """Tell whether any process of the group still runs; zombies do not."""
    numbers = (path.name for path in Path("/proc").iterdir() if path.name.isdigit())
    return any(fields[2] == str(leader) for number in numbers if (fields := _stat(number)))


def this_process() -> Process:
    """Return the running program."""
    return Process(os.getpid(), started(os.getpid()) or "")


def path_of(state: Path, port: int) -> Path:
    """Return where the record of a port lies."""
    return state / f"vllm-{port}.json"


def read(state: Path, port: int) -> Record | None:
    """Return the port's record; None where there is none that can be read."""
    try:
        raw = json.loads(path_of(state, port).read_text(encoding="utf-8"))
        owner = raw["owner"] and Process(**raw["owner"])
        return Record(**{**raw, "leader": Process(**raw["leader"]), "owner": owner})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(state: Path, record: Record) -> None:
    """Keep the record, whole or not at all."""
    path = path_of(state, record.port)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def forget(state: Path, record: Record) -> None:
    """Delete the record, unless another server has taken its place."""
    if read(state, record.port) == record:
        path_of(state, record.port).unlink(missing_ok=True)


def end_group(leader: Process, patience_s: float = 20.0) -> None:
    """End the leader's whole group: ask, wait, then kill. Nothing happens where it is gone."""
    now = started(leader.pid)
    if leader.pid <= 1 or (now is not None and now != leader.started):
        return  # the number belongs to somebody else by now
    for sign, wait_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader.pid, sign)
        until = time.monotonic() + wait_s
        while group_is_alive(leader.pid):
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        else:
            return


def weights_of(folder: Path) -> str:
    """Return a fingerprint of a model folder from its files' names, sizes and times."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(stats).encode()).hexdigest()


@contextlib.contextmanager
def one_at_a_time(state: Path, port: int, limit_s: float) -> Iterator[None]:
    """Let one program at a time start or end the server of a port."""
    with (state / f"vllm-{port}.lock").open("w") as lock:
        until = time.monotonic() + limit_s
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    why = f"another program has been starting it for {limit_s:.0f} s"
                    raise Problem(f"vLLM on port {port}", why, f"cat {lock.name}") from None
                time.sleep(0.2)
        yield
