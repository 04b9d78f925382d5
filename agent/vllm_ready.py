"""Asks whether a server completes a prompt by now; knows nothing of how it was started.

Speaks plain HTTP to 127.0.0.1 without a look at proxies.
"""

import errno
import http.client
import json
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

from guidelines.problem import Problem, one_line

Progress = Callable[[float, str], None]

# A constraint is part of being ready: a server's first one costs over a second, and the first
# of a shape some more.
ANY_WORD = "[a-z]{1,8}"
_PROBE = {
    "messages": [{"role": "user", "content": "Say one word."}],
    "max_tokens": 2,
    "temperature": 0,
}
_RAISED = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Exit|Interrupt): .+")


class Refused(Exception):
    """The server is up and will not take our prompt, however long we wait."""


def completes(port: int, model: str, timeout_s: float = 60.0, regex: str = ANY_WORD) -> bool:
    """Tell whether a completion of at least one token comes back, under a constraint.

    Raises:
        Refused: The server answers that the request itself is wrong.
    """
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        body = json.dumps({"model": model, **_PROBE, "structured_outputs": {"regex": regex}})
        link.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        reply = link.getresponse()
        text = reply.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()
    if 400 <= reply.status < 500 and reply.status not in (408, 425, 429):
        raise Refused(f"it answers {reply.status}: {one_line(text)[:200]}")
    try:
        return reply.status == 200 and int(json.loads(text)["usage"]["completion_tokens"]) >= 1
    except (ValueError, KeyError, TypeError):
        return False


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def any_free_port() -> int:
    """Return a port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_line(log: Path) -> str:
    """Return the log's last line that says something."""
    return next((line for line in reversed(_tail(log)) if line.strip()), "")


def cause(log: Path) -> str:
    """Return the first error that the log's end names, else its last line."""
    raised = (found[0] for line in _tail(log) if (found := _RAISED.search(line)))
    return one_line(next(raised, "") or last_line(log) or "it wrote nothing")[:200]


def wait_until_ready(
    port: int,
    model: str,
    log: Path,
    exited: Callable[[], int | None],
    limit_s: float,
    progress: Progress | None = None,
    regex: str = ANY_WORD,
) -> None:
    """Return once a real completion came back; `exited` gives the exit status, None while alive.

    Raises:
        Problem: The server ended, refuses us, or is not ready within the limit.
    """
    began = time.monotonic()
    look = f"tail -n 60 {log}"
    while (waited := time.monotonic() - began) < limit_s:
        if (status := exited()) is not None:
            why = f"it ended with status {status}, {cause(log)} (log: {log})"
            raise Problem(f"vLLM for {model}", why, look)
        try:
            if completes(port, model, min(30.0, max(1.0, limit_s - waited)), regex):
                return
        except Refused as refused:
            raise Problem(f"vLLM for {model}", f"{refused} (log: {log})", look) from None
        if progress is not None:
            progress(waited, one_line(last_line(log)))
        time.sleep(min(0.5, max(0.0, limit_s - waited)))
    why = f"not ready after {limit_s:.0f} s, last: {one_line(last_line(log))[:200]} (log: {log})"
    raise Problem(f"vLLM for {model}", why, look)


def _tail(log: Path) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 64 * 1024))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
