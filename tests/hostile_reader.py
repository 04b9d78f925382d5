"""Per-page readers that do to their worker what a hostile page would; named to the real pool."""

import os
import signal
import stat
import time
from pathlib import Path

from guidelines.pages import Page, read_page

_read: list[int] = []


def bad_pages(path: Path, number: int) -> Page:
    """Read as always, but for pages 2 to 6, each of which fails in its own way."""
    if number == 2:
        os._exit(3)
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 4:
        time.sleep(600)
    if number == 5:
        while True:
            pass
    if number == 6:
        bytearray(3 << 30)
    return read_page(path, number)


def tired(path: Path, number: int) -> Page:
    """Crash at the third page of a worker's life, whichever that is."""
    _read.append(number)
    if len(_read) == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return read_page(path, number)


def always_crashes(path: Path, number: int) -> Page:
    """Give up on each page, as a library does, without having used much."""
    os.kill(os.getpid(), signal.SIGABRT)
    raise AssertionError


def prints(path: Path, number: int) -> Page:
    """Write to stdout what looks like an answer."""
    os.write(1, b'{"value": 1}\n')
    return read_page(path, number)


def no_answer(path: Path, number: int) -> Page:
    """Write to the parent what a reader that a file has taken over might."""
    answers = max(fd for fd in range(3, 64) if _is_pipe(fd))
    if number == 1:
        os.write(answers, b"no JSON\n")
    if number == 2:
        os.write(answers, b'{"page": {"number": 2}}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n')
    if number == 3:
        while True:
            os.write(answers, b" ")
            time.sleep(0.05)
    return read_page(path, number)


def _is_pipe(fd: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(fd).st_mode)
    except OSError:
        return False
