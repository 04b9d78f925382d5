"""pdfium's functions without a check of each argument, for calls made once a character or piece.

The check costs four times as much as the call. Who calls so must pass what pdfium gave (never an
address as a number) and numbers that fit a C int; knows nothing of what a function does.
"""

import ctypes
from typing import Any


def direct(function: Any) -> Any:
    """Give the same function, its arguments handed on as they are."""
    return ctypes.CFUNCTYPE(function.restype)(ctypes.cast(function, ctypes.c_void_p).value or 0)
