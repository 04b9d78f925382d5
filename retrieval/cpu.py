"""What this machine's processor can do; knows nothing of what is computed on it."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def flags() -> frozenset[str]:
    """Give the CPU's flags as Linux names them; none where the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((x for x in lines if x.startswith("flags")), "").split())


def cores() -> list[int]:
    """Give the cores this process may use."""
    return sorted(os.sched_getaffinity(0))


def computes_bfloat16() -> bool:
    """Tell whether the CPU has units for bfloat16; without them it is slower than float32."""
    return bool(flags() & {"amx_bf16", "avx512_bf16"})


@contextmanager
def no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: for work of a second that makes many objects, which all stay.

    Going through them again and again takes a sixth of the time of a small refresh.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
