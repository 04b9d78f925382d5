"""The names under which vLLM has carried a model's reasoning; pure."""

from collections.abc import Mapping
from typing import Any


def reasoning_of(message: Mapping[str, Any]) -> str:
    """Return the reasoning of a wire message or delta under either name, "" where none."""
    for name in ("reasoning", "reasoning_content"):
        if isinstance(text := message.get(name), str) and text:
            return text
    return ""
