"""Replaces what identifies a patient, span by span, by what it was: "[name]", "[phone]"; pure.

Keeps the kinds it found, never the words. How it is found: redact_walk.py.
"""

from dataclasses import dataclass

from agent.redact_walk import REACH, Walk

__all__ = ["REACH", "Redacted", "redact"]


@dataclass(frozen=True)
class Redacted:
    """A text without what identifies a patient, and the kinds of what was taken out."""

    text: str
    found: tuple[str, ...]


def redact(text: str) -> Redacted:
    """Take out the identifiers of patients, relatives and clinicians.

    Eponyms, drugs, doses, ages, dates other than of birth and public helplines stay.
    """
    walk = Walk()
    shown = walk.feed(text, closed=True)
    return Redacted(shown, tuple(dict.fromkeys(walk.found)))
