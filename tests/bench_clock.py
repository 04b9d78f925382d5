"""Processor seconds of a process and all its children, for both sides of a comparison.

Only the standard library, since the peers' Python runs it too; knows nothing of what is measured.
"""

import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Linux's PR_SET_CHILD_SUBREAPER: a worker is ended together with the process it forked to read,
# which nobody would then wait for, and whose seconds would be nobody's. So it becomes our child.
_ADOPT = 36
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def cpu_seconds() -> float:
    """Give what this process, its ended children and its living ones have used so far."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds) + _living(os.getpid())


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the processor seconds of a piece of work, and what it gave."""
    before = cpu_seconds()
    given = work()
    return cpu_seconds() - before, given


def tell(**facts: Any) -> None:
    """Print the facts as the last line, which is the one that is read: libraries print as well."""
    sys.stdout.write(f"\n{json.dumps(facts)}\n")


def _living(pid: int) -> float:
    """Sum over a process's living descendants (readers in a pool), in ticks of 10 ms."""
    total = 0.0
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            try:
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # user and system time, its own and that of its ended children
            total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + _living(child)
    return total
