"""What a reader sees of a model while it writes: thinking live, sentences that have passed.

Knows the stream of one turn, from the evidence to the last reply; nothing of what is recorded.
"""

from langchain_core.messages import AIMessageChunk

from agent import compose, rounds
from agent.answer import Claim
from agent.asking import guarded
from agent.events import Again, Checking, Found, Passed, Sent, Thinking
from agent.evidence import Evidence
from agent.releasing import Reply, Sentence
from agent.thinking import Thought


class Following:
    """The replies of one turn as they stream.

    Args:
        composing: Sentences are released; else the lines named are judged as a whole.
        marked: Thinking stands between tags in the content.
    """

    def __init__(self, *, composing: bool, marked: bool) -> None:
        self._composing, self._marked = composing, marked
        self._reply = Reply(marked)
        self._evidence: Evidence | None = None
        self._repairing = False

    async def take(self, piece: object) -> list[Thinking | Passed]:
        """Take a piece of the agent's stream and give what a reader may see now."""
        thinking, sentences = self._read(piece)
        if isinstance(piece, Found):
            self._evidence = piece.evidence
        if isinstance(piece, Sent):
            self._reply = Reply(self._marked)
        shown: list[Thinking | Passed] = [Thinking(text) for text in thinking]
        # What is written in answer to the verdicts is judged as a whole, at the end.
        if sentences and self._composing and not self._repairing and self._evidence is not None:
            passed = await guarded(_passed, sentences, self._reply, self._evidence)
            shown += [Passed(claim) for claim in passed]
        if isinstance(piece, Again):
            self._repairing = piece.refused > 0
        return shown

    def _read(self, piece: object) -> tuple[list[str], list[Sentence]]:
        # What is held back in case it is a patient's identity comes when the reply ends.
        if isinstance(piece, Again | Checking):
            return self._reply.close()
        if isinstance(piece, tuple) and isinstance(message := piece[0], AIMessageChunk):
            return self._reply.feed(message)
        return [], []


def _passed(sentences: list[Sentence], reply: Reply, evidence: Evidence) -> list[Claim]:
    """Give those sentences that pass; none of a reply that holds thinking by now."""
    if rounds.leaked(Thought(reply.thought, reply.said, closed=True)):
        return []
    judged = [compose.judged(text, ids, evidence) for text, ids in sentences]
    return [x.claim for x in judged if not x.why]
