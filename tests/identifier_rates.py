"""How much of what identifies a person a redactor hides, and how often it hides what does not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.intervals import Rate

KINDS = (
    "name", "date of birth", "record number", "NHS number", "ID number", "phone", "address",
    "e-mail", "number",
)  # fmt: skip
_HIDDEN = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")


@dataclass(frozen=True)
class Rates:
    """Spans hidden whole by kind, all of them, those hidden in part, honest texts altered."""

    kinds: Mapping[str, Rate]
    hidden: Rate
    touched: Rate
    altered: Rate


def places(text: str, shown: str) -> set[int]:
    """Give the characters of a text that are not in what is shown of it."""
    kept = [re.escape(piece) for piece in _HIDDEN.split(shown)]
    m = re.fullmatch("(.+?)".join(kept), text, re.DOTALL)
    assert m is not None
    return {at for i in range(1, len(kept)) for at in range(*m.span(i))}


def rates(rows: Sequence[Mapping[str, Any]], redacted: Callable[[str], str]) -> Rates:
    """Redact annotated texts; a span is hidden where each of its letters and digits is."""
    counts: dict[str, list[bool]] = {}
    altered, touched = [], []
    for row in rows:
        text = row["text"]
        shown = redacted(text)
        if not row["spans"]:
            altered.append(shown != text)
            continue
        gone = places(text, shown)
        for start, end, kind in row["spans"]:
            whole = all(at in gone for at in range(start, end) if text[at].isalnum())
            counts.setdefault(kind, []).append(whole)
            touched.append(any(at in gone for at in range(start, end)))
    every = [hit for hits in counts.values() for hit in hits]
    return Rates(
        {kind: Rate(kind, sum(hits), len(hits)) for kind, hits in sorted(counts.items())},
        Rate("hidden", sum(every), len(every)),
        Rate("hidden in part at least", sum(touched), len(touched)),
        Rate("altered", sum(altered), len(altered)),
    )
