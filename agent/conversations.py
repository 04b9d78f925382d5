"""The earlier turns of a conversation, read from the receipts of their answers; keeps nothing.

So a conversation survives a restart, and what a follow-up leans on is what was recorded.
"""

from dataclasses import dataclass
from pathlib import Path

from agent.receipt_reading import of_conversation


@dataclass(frozen=True)
class Earlier:
    """One earlier turn: the question as typed and as searched, and the words that were shown.

    `passages` are the passage ids of its evidence by the number shown for each.
    """

    receipt: str
    question: str
    searched: str
    shown: str
    passages: dict[int, str]


def earlier(path: Path, conversation: str) -> tuple[Earlier, ...]:
    """Give a conversation's turns, oldest first; none where nothing is recorded."""
    turns = []
    for entry in of_conversation(path, conversation):
        body = entry.body
        answer = body["answer"]
        shown = answer["reason"] if answer["abstained"] else None
        turns.append(
            Earlier(
                entry.name,
                answer["question"],
                answer["searched"],
                shown or " ".join(claim["text"] for claim in answer["claims"]),
                {row["number"]: row["passage"] for row in body["evidence"]},
            )
        )
    return tuple(turns)
