"""What a conversation is remembered by: its earlier turns, from the receipts or from this process.

Holds question text in memory alone; what is kept for longer are the receipts.
"""

from collections import OrderedDict
from pathlib import Path

from agent.answer import Answer
from agent.conversations import Earlier, earlier
from agent.evidence import Evidence

# Conversations that a process remembers, and turns of each; a follow-up leans on the last few.
_CONVERSATIONS, _TURNS = 256, 20


class Memory:
    """The turns of each conversation, oldest first."""

    def __init__(self, receipts: Path | None) -> None:
        """Read what was said before from `receipts`; None: nothing outlives this process."""
        self._receipts = receipts
        self._turns: OrderedDict[str, tuple[Earlier, ...]] = OrderedDict()

    def turns(self, conversation: str) -> tuple[Earlier, ...]:
        """Give the turns of a conversation."""
        if conversation not in self._turns:
            kept = earlier(self._receipts, conversation) if self._receipts is not None else ()
            self._put(conversation, kept)
        return self._turns[conversation]

    def add(self, conversation: str, answer: Answer, evidence: Evidence | None) -> None:
        """Remember a turn that has ended with an answer."""
        passages = {p.number: p.hit.passage.id for p in evidence.passages} if evidence else {}
        turn = Earlier(
            answer.receipt_id or "", answer.question, answer.searched, answer.shown, passages
        )
        self._put(conversation, (*self.turns(conversation), turn))

    def forget(self, conversation: str) -> None:
        """Drop a conversation; where receipts are kept they alone still tell of it."""
        self._turns.pop(conversation, None)

    def _put(self, conversation: str, turns: tuple[Earlier, ...]) -> None:
        self._turns[conversation] = turns[-_TURNS:]
        self._turns.move_to_end(conversation)
        while len(self._turns) > _CONVERSATIONS:
            self._turns.popitem(last=False)
