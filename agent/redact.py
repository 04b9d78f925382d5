"""Replaces what identifies a patient, span by span, by what it was: "[name]", "[phone]"; pure.

Keeps the kinds it found, never the words. How it is found: redact_walk.py.
"""

from dataclasses import dataclass

from agent.redact_walk import REACH, Walk

_PASSES = 8
__all__ = ["REACH", "Redacted", "redact"]


@dataclass(frozen=True)
class Redacted:
    """A text without what identifies a patient, and the kinds of what was taken out."""

    text: str
    found: tuple[str, ...]


def redact(text: str) -> Redacted:
    """Take out the identifiers of patients, relatives and clinicians.

    What is given back is what this gives for it too: a text is gone through until nothing changes.
    Eponyms, drugs, doses, ages, dates other than of birth and public helplines stay.
    """
    found: dict[str, None] = {}
    for _ in range(_PASSES):
        walk = Walk()
        shown = walk.feed(text, closed=True)
        found.update(dict.fromkeys(walk.found))
        if shown == text:
            break
        text = shown
    return Redacted(text, tuple(found))
