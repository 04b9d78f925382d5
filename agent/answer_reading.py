"""Makes an answer again from what its receipt says of it; pure.

Fields that this program does not know are left out, and those that an older one did not write
keep their defaults.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from agent.answer import Answer


def answer_of(document: Mapping[str, Any], receipt: str) -> Answer:
    """Give the answer that stands in a receipt of that name.

    Raises:
        TypeError, ValueError, KeyError: the document is no answer.
    """
    made: Answer = _made(Answer, {**document, "receipt_id": receipt})
    return made


@lru_cache(maxsize=32)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, value: Any) -> Any:
    """Give a JSON value the type that a field has."""
    if value is None:
        return None
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        known = [f.name for f in fields(kind) if f.name in value]
        return kind(**{name: _made(hints[name], value[name]) for name in known})
    if get_origin(kind) in (Union, types.UnionType):
        return _made(next(k for k in get_args(kind) if k is not type(None)), value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_made(inner[0], x) for x in value)
        return tuple(_made(k, x) for k, x in zip(inner, value, strict=True))
    return value
