"""Runs a command and ends its whole process group once the program that asked for it is gone.

A script for the app's own Python, the leader of a new group; it knows nothing of vLLM:

    python -I agent/vllm_guard.py COMMAND...

Standard input is the life line: a pipe whose other end the asking program holds and never
writes to. The kernel closes it however that program ends. (A parent-death signal would come
when the *thread* that started us ends, which is no death.)
"""

import os
import select
import signal
import subprocess
import sys

PATIENCE_S = 15.0


def main(command: list[str]) -> int:
    """Return the command's exit status, or end the group when the life line closes."""
    # Caught, not ignored: an ignored signal would stay ignored in the command. A SIGTERM to the
    # group reaches the command itself; the leader leaves last.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    while (status := child.poll()) is None:
        if select.select([0], [], [], 0.25)[0] and not os.read(0, 1):
            os.killpg(0, signal.SIGTERM)
            try:
                child.wait(PATIENCE_S)
            finally:
                os.killpg(0, signal.SIGKILL)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
