"""Reading that takes longer than a click: done in the background, once for what it reads.

Knows when to start, to wait and to stop; not what is read.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Pending:
    """That it still goes on: the last it told, and since how many seconds."""

    what: str
    seconds: int


class _GivenUpError(Exception):
    """Raised inside a reading that nobody waits for any more."""


@dataclass
class _Run(Generic[T]):
    key: object
    began: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)
    what: str = ""
    given_up: bool = False
    value: list[T] = field(default_factory=list)
    fault: Exception | None = None


class Errand(Generic[T]):
    """Reads for one key at a time and keeps what it found until another key is asked for.

    Args:
        read: Called in a thread of its own with a function to tell how far it is.
    """

    def __init__(self, read: Callable[[Tell], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._run: _Run[T] | None = None

    def known(self, key: object) -> T | None:
        """Give what was found for a key, without starting anything."""
        run = self._run
        return run.value[0] if run is not None and run.key == key and run.value else None

    def begin(self, key: object) -> "_Run[T]":
        """Start reading for a key, unless that is done or under way; an older reading is left."""
        with self._lock:
            run = self._run
            if run is None or run.key != key:
                self._leave()
                run = self._run = _Run(key)
                threading.Thread(target=self._go, args=(run,), daemon=True).start()
            return run

    def ask(self, key: object, patience: float) -> T | Pending:
        """Give what there is for a key after at most `patience` seconds.

        Raises:
            Exception: what the reading raised; asked again, it reads again.
        """
        run = self.begin(key)
        if not run.ended.wait(patience):
            return Pending(run.what, int(time.monotonic() - run.began))
        if run.value:
            return run.value[0]
        with self._lock:
            if self._run is run:
                self._run = None
        if isinstance(run.fault, _GivenUpError):
            return Pending("", 0)  # another tab asked for something else meanwhile
        assert run.fault is not None
        raise run.fault

    def forget(self) -> None:
        """Leave what was read, or is being read."""
        with self._lock:
            self._leave()

    def _leave(self) -> None:
        if self._run is not None:
            self._run.given_up = True
        self._run = None

    def _go(self, run: _Run[T]) -> None:
        def tell(what: str) -> None:
            if run.given_up:
                raise _GivenUpError
            run.what = what

        try:
            run.value.append(self._read(tell))
        except Exception as fault:  # raised again where it is waited for
            run.fault = fault
        finally:
            run.ended.set()
