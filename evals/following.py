"""What an answer carries of an edited line: its new value, its old one, or neither; pure."""

import re
from collections.abc import Sequence
from typing import Literal

from evals.amounts import amounts
from evals.changes import Change
from evals.counterfactual import needle
from evals.integrity import folded
from evals.probed import claims_in
from evals.records import Record

Carried = Literal["new", "old", "both", "neither"]
# So much of a line's words makes a claim one about it.
_BEARING = 0.6
_WORD = re.compile(r"[^\W_]+")


def carried(change: Change, record: Record) -> Carried | None:
    """Say which value an answer carries; None where the edit proves nothing.

    That is where the edited line was not among the evidence, or the old value stood elsewhere in
    it. A dose is compared with its unit on one scale. What was turned round is looked for only in
    claims that share most of the line's words, and are liker it than any other of the evidence.
    """
    evidence = [s.text for s in record.evidence]
    if not any(change.edited in text for text in evidence):
        return None
    if change.edit != "polarity" and any(_has(text, change.old) for text in evidence):
        return None
    claims = [c["text"] for c in claims_in(record)]
    if change.edit == "polarity":
        others = [text for text in evidence if text != change.edited]
        found = {_direction(text, change) for text in claims if _bears(text, change, others)}
        new, old = "new" in found, "old" in found
    else:
        new, old = (any(_has(text, v) for text in claims) for v in (change.new, change.old))
    return "both" if new and old else "new" if new else "old" if old else "neither"


def _has(text: str, value: str) -> bool:
    """Tell whether a value stands in a text: as written, or as the same amount."""
    if needle(value).search(text):
        return True
    wanted = list(amounts(value))
    return len(wanted) == 1 and wanted[0][1] != "" and wanted[0] in set(amounts(text))


def _direction(text: str, change: Change) -> Carried:
    """Read the longer of the two wordings first: "do not give" holds "give"."""
    pairs: list[tuple[str, Carried]] = [(change.old, "old"), (change.new, "new")]
    plain = folded(text)
    for words, which in sorted(pairs, key=lambda p: -len(p[0])):
        if folded(words) in plain:
            return which
    return "neither"


def _bears(text: str, change: Change, others: Sequence[str]) -> bool:
    """Tell whether a claim is about the edited line, and not about another that is as like it."""
    words, said = _words(change.line), set(_words(text))
    if not words or sum(w in said for w in words) < _BEARING * len(words):
        return False
    return _like(text, change.edited) > max((_like(text, x) for x in others), default=0.0)


def _like(text: str, other: str) -> float:
    mine, its = set(_words(text)), set(_words(other))
    return len(mine & its) / max(1, len(mine | its))


def _words(text: str) -> Sequence[str]:
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        # Chinese has no spaces: each sign is a word.
        found += list(word) if any("\u4e00" <= c <= "\u9fff" for c in word) else [word]
    return found
