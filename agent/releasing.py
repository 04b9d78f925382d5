"""Follows one reply as it streams: thinking at once, whole sentences once they can be judged.

Both leave without any patient's identity. Knows neither models nor guards: what is released here
is not shown before it has passed them.
"""

import re

from langchain_core.messages import AIMessageChunk

from agent.prompts import marked_sentences
from agent.reasoning import reasoning_of
from agent.redact_stream import StreamRedactor
from agent.thinking import ThinkSplitter

Sentence = tuple[str, tuple[str, ...]]


# A stop with its markers, and the beginning of what is no marker of it.
_BOUNDARY = re.compile(
    r"\n|[.!?](?:[^\S\n]*\[[^\[\]\n]*\])*[^\S\n]+(?=[A-Z•*-])"
    r"|[。！？](?:[^\S\n]*\[[^\[\]\n]*\])*(?=[^\s\[])"
)


class SentenceCutter:
    """Cuts a text that comes in pieces into the sentences it has as a whole, each when certain."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[Sentence]:
        """Take a piece and give the sentences that nothing which follows can change."""
        self._text += piece
        certain = 0
        for match in _BOUNDARY.finditer(self._text):
            before = self._text[certain : match.end()]
            # A bracket that is open still may turn out to be a marker of what stands before it.
            if match[0] == "\n" or before.rfind("[") <= before.rfind("]"):
                certain = match.end()
        whole, self._text = self._text[:certain], self._text[certain:]
        return marked_sentences(whole) if whole else []

    def close(self) -> list[Sentence]:
        """Give what is left, now that nothing follows."""
        left, self._text = self._text, ""
        return marked_sentences(left)


class Reply:
    """One reply of a model while it streams.

    Args:
        marked: Thinking stands in the content between tags. Then nothing is released before its
            end was seen, and nothing after a tag that comes later: it may all be thinking.
    """

    def __init__(self, marked: bool) -> None:
        self._splitter = ThinkSplitter()
        self._thinking, self._answer = StreamRedactor(), StreamRedactor()
        self._cutter = SentenceCutter()
        self._marked, self._thought, self._torn = marked, False, False
        self.thought = self.said = ""
        self.cut = False

    def feed(self, chunk: AIMessageChunk) -> tuple[list[str], list[Sentence]]:
        """Take a chunk; give what is to be added to the thinking, and the sentences now whole."""
        self.cut = self.cut or chunk.response_metadata.get("finish_reason") == "length"
        carried, tags = reasoning_of(chunk.additional_kwargs), self._splitter.tags
        pieces = self._splitter.feed(str(chunk.text))
        if self._splitter.tags > tags:
            begins = pieces[0][0] if pieces else "thinking"
            self._torn = self._torn or bool(self.said.strip()) or begins == "answer"
        said = [carried, *(text for channel, text in pieces if channel == "thinking")]
        thinking = [self._thinking.feed(text) for text in said if text]
        self._thought = self._thought or bool(thinking)
        self.thought += "".join(thinking)
        answer = "".join(text for channel, text in pieces if channel == "answer")
        return [t for t in thinking if t], self._answered(self._answer.feed(answer))

    def close(self) -> tuple[list[str], list[Sentence]]:
        """Give what was held, now that the reply has ended; of one that was cut not the last."""
        thinking = self._thinking.close()
        self.thought += thinking
        sentences = self._answered(self._answer.close())
        if self._marked and not self._thought and not self._splitter.tags:
            # No tag came: all of it is the answer.
            sentences = self._cutter.feed(self.said)
        sentences += self._cutter.close()
        if self._torn:
            sentences = []
        return [thinking] if thinking else [], sentences[:-1] if self.cut else sentences

    def _answered(self, text: str) -> list[Sentence]:
        self.said += text
        certain = not self._torn and (self._thought or not self._marked)
        return self._cutter.feed(text) if certain else []
