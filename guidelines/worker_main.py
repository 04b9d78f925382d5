"""The inside of a worker process: answers calls by name, one JSON line each, within its limits.

Knows neither what it is asked nor why. The protocol is JSON, so that a worker which a hostile
file has taken over can send its parent nothing but text.
"""

import json
import math
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pypdfium2 as pdfium

from guidelines.pages import Page
from guidelines.problem import Problem, one_line
from guidelines.reading import fields_of
from guidelines.workers import FULL, NO_MEMORY

# How a library gives up, as opposed to how it is caught reading where it may not.
_ABORTS = (signal.SIGABRT, signal.SIGTRAP, signal.SIGILL)
# getrusage counts kilobytes, on a Mac bytes.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main(memory: int, ready: Sequence[str]) -> None:
    """Answer until stdin ends, within `memory` bytes; `ready` is imported before it is needed.

    Each line names what is called, the seconds of computing and by the clock that it may take,
    and what it is given.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    reader = os.fork()
    if reader:
        _end_as(reader, memory)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # What a called function prints must not pass for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for module in ready:
        import_module(module)
    ceiling = resource.getrlimit(resource.RLIMIT_CPU)[1]
    for line in sys.stdin:
        called, cpu, wall, *given = json.loads(line)
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = math.ceil(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu, ceiling))
        # The parent keeps the time too; this ends a worker whose parent was killed.
        signal.alarm(wall + 5)
        answers.write(json.dumps(_answer(called, given)) + "\n")
        answers.flush()
        signal.alarm(0)


def _end_as(reader: int, memory: int) -> NoReturn:
    """Wait for the process that reads and end as it did, or with FULL where it ran out of memory.

    pdfium aborts where it is refused memory; then it has used nearly all it may have. Only a
    process that was forked and never executed a program has its own peak on record: over an
    exec Linux hands on the peak of the program before.
    """
    os.close(0)
    os.close(1)
    _, ended, used = os.wait4(reader, 0)
    status = os.waitstatus_to_exitcode(ended)
    if -status in _ABORTS and used.ru_maxrss * _RSS_UNIT > 0.75 * memory:
        os._exit(FULL)
    if status < 0:
        os.kill(os.getpid(), -status)
    os._exit(status)


def _answer(called: str, given: list[Any]) -> dict[str, Any]:
    """Give a value, a problem or why there is none; a bug ends the process with its traceback."""
    module, _, name = called.partition(":")
    path, *rest = given
    try:
        value = getattr(import_module(module), name)(Path(path), *rest)
    except Problem as problem:
        return {"problem": [problem.what, problem.why, problem.mend]}
    except MemoryError:
        return {"loss": NO_MEMORY}
    except (pdfium.PdfiumError, RecursionError) as fault:
        return {"loss": f"cannot be read: {one_line(str(fault))}"}
    if isinstance(value, Page):
        return {"page": fields_of(value)}
    return {"value": value}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
