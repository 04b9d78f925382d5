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
from importlib import import_module
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from guidelines.pages import Page
from guidelines.problem import Problem, one_line
from guidelines.reading import NESTED
from guidelines.workers import NO_MEMORY


def main(memory: int, cpu: int, wall: int) -> None:
    """Answer until stdin ends; `memory` in bytes, `cpu` and `wall` in seconds a call."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # What a called function prints must not pass for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    ceiling = resource.getrlimit(resource.RLIMIT_CPU)[1]
    for line in sys.stdin:
        called, *given = json.loads(line)
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = math.ceil(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu, ceiling))
        # The parent keeps the time too; this ends a worker whose parent was killed.
        signal.alarm(wall + 5)
        answers.write(json.dumps(_answer(called, given)) + "\n")
        answers.flush()


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
        nested = {k: [list(vars(x).values()) for x in vars(value)[k]] for k in NESTED}
        return {"page": {**vars(value), **nested}}
    return {"value": value}


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
