"""Prose with [n] markers, cut into statements and what each one cites; pure."""

import re
from collections.abc import Sequence

from retrieval.sentences import sentence_spans

_MARK = re.compile(r"\s*\[\s*([0-9]+(?:\s*[,;]\s*[0-9]+)*)\s*\]")
_AFTER_STOP = re.compile(r"([.!?。！？])((?:\s*\[[0-9,;\s]+\])+)")
_NUMBER = re.compile(r"[0-9]+")
_BULLET = re.compile(r"^\s*(?:[-*•]|[0-9]{1,2}[.)])\s+")

Statement = tuple[str, tuple[int, ...]]


def statements(text: str) -> list[Statement]:
    """Cut an answer into statements without their markers, and the numbers that each cites.

    A marker after the full stop belongs to the sentence that it follows. Each number counts once
    a statement. What holds no letter is no statement.
    """
    found: list[Statement] = []
    for row in text.splitlines():
        moved = _AFTER_STOP.sub(r"\2\1", _BULLET.sub("", row).strip())
        for start, end in sentence_spans(moved):
            sentence = moved[start:end]
            words = unmarked(sentence)
            if any(c.isalpha() for c in words):
                found.append((words, tuple(dict.fromkeys(markers(sentence)))))
    return found


def markers(text: str) -> list[int]:
    """Give the numbers of all markers of a text, in order, as often as they stand there."""
    return [int(n) for mark in _MARK.findall(text) for n in _NUMBER.findall(mark)]


def unmarked(text: str) -> str:
    """Take the markers out of a text."""
    return _MARK.sub("", text).strip()


def written(claims: Sequence[Statement]) -> str:
    """Write statements as prose: each with its markers before its full stop."""
    return " ".join(_with_markers(text, numbers) for text, numbers in claims)


def _with_markers(text: str, numbers: Sequence[int]) -> str:
    marks = "".join(f"[{n}]" for n in numbers)
    body = " ".join(text.split())
    if not marks:
        return body
    stop = body[-1:] if body[-1:] in ".!?。！？" else ""
    return f"{body[: len(body) - len(stop)]} {marks}{stop}"
