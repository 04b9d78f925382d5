"""Takes a reader's word on an answer from the page into the store; believes nothing it is sent.

What is stored is redacted. Where it could not be stored, the reader is told so and why.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from agent.feedback import Feedback, Reason, Thumb, feedback
from agent.receipt_reading import find
from agent.receipt_store import ReceiptStore, Unrecorded
from agent.redact import redact
from guidelines.problem import Problem

_RECEIPT = re.compile(r"[0-9a-f]{16}")
_LINE = re.compile(r"[0-9]{1,5}\.[0-9]{1,5}")
_MOST_LINES, _MOST_NOTE = 40, 500


@dataclass(frozen=True)
class Taken:
    """Whether the word was stored, for which receipt, and the line that says why not."""

    stored: bool
    receipt: str = ""
    why: str = ""


def take(receipts: ReceiptStore, sent: object) -> Taken:
    """Store what a browser sent, or say why not. May wait for another writer."""
    try:
        given = _read(sent)
        entry = find(receipts.path, given.receipt)
        kept = receipts.append(feedback(given, entry))
    except Problem as problem:
        return Taken(False, why=str(problem))
    except Exception as fault:  # its text may hold the reader's words
        return Taken(False, why=f"it could not be read ({type(fault).__name__})")
    if isinstance(kept, Unrecorded):
        return Taken(False, why=str(kept.problem))
    return Taken(True, entry.name)


def _read(sent: object) -> Feedback:
    """Give the word that was sent, without what identifies a patient.

    Raises:
        Problem: it is not in the form that the page sends.
    """
    fields: Mapping[str, Any] = sent if isinstance(sent, Mapping) else {}
    receipt = fields.get("receipt")
    thumb: Thumb | None = next((x for x in get_args(Thumb) if x == fields.get("thumb")), None)
    reason: Reason | None = next((x for x in get_args(Reason) if x == fields.get("reason")), None)
    note, lines = fields.get("note", ""), fields.get("lines", [])
    if not (isinstance(receipt, str) and _RECEIPT.fullmatch(receipt)):
        raise _refused("names no receipt")
    if thumb is None or reason is None:
        raise _refused("has no thumb or an unknown reason")
    if not isinstance(note, str) or len(note) > _MOST_NOTE:
        raise _refused(f"is longer than {_MOST_NOTE} characters")
    if not isinstance(lines, list) or len(lines) > _MOST_LINES:
        raise _refused("names too many lines")
    if not all(isinstance(x, str) and _LINE.fullmatch(x) for x in lines):
        raise _refused("names a line that is none")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    said = redact(note.strip()).text if note.strip() else ""
    return Feedback(receipt, at, thumb, reason, said, tuple(dict.fromkeys(lines)))


def _refused(why: str) -> Problem:
    return Problem("what was sent of the answer", why, "reload the page and try again")
