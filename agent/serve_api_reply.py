"""An answer as a chat completion: its words, its numbered citations, its chunks; sends nothing."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from agent.answer import REFUSED, URGENT, Answer, Citation, Claim, Notice
from agent.card_text import card_rows, pointer_rows
from agent.cli_ask import place
from agent.serve_api_request import MODEL
from agent.words import ENGLISH

Document = dict[str, Any]


class Telling:
    """The words of one reply, in the order they are told; numbers citations as they come.

    A sentence may be told as soon as it has passed; `rest` tells what was not told yet.
    """

    def __init__(self, question: str) -> None:
        """Begin the reply to a question, as its client worded it."""
        self.citations: list[Document] = []
        self._question = question
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._places: list[str] = []
        self._told = 0
        self._warned: set[Notice] = set()

    def warning(self, notice: Notice) -> str:
        """Tell a notice, of which `rest` says nothing more."""
        self._warned.add(notice)
        return f"! {notice.text}\n"

    def sentence(self, claim: Claim) -> str:
        """Tell a sentence with the numbers of its citations."""
        self._told += 1
        marks = "".join(f"[{self._number(citation)}]" for citation in claim.citations)
        return f"{claim.text} {marks}\n"

    def rest(self, answer: Answer) -> Iterator[str]:
        """Tell what a reader of the words alone must know, an emergency before all else."""
        for notice in sorted(answer.notices, key=lambda n: n.kind not in URGENT):
            if notice not in self._warned:
                yield self.warning(notice)
        yield from (f"! {pointer}\n" for pointer in pointer_rows(answer))
        if answer.why not in REFUSED and answer.searched != self._question.strip():
            yield f"{ENGLISH.searched.format(query=answer.searched)}\n"
        if answer.abstained:
            yield f"{answer.reason}\n"
            yield from (f"{ENGLISH.nearest}: {place(c)}\n" for c in answer.nearest[:1])
            yield from (f"  {place(c)}\n" for c in answer.nearest[1:])
        elif answer.selected_by == "retrieval":
            yield f"{ENGLISH.by_retrieval}\n"
        for claim in answer.claims[self._told :]:
            yield self.sentence(claim)
        for text, cited in card_rows(answer):
            yield f"{text}\n" if cited is None else f"- {text} [{self._number(cited)}]\n"
        if answer.withheld:
            yield f"{ENGLISH.withheld.format(n=len(answer.withheld))}\n"
        yield from (f"[{n}] {where}\n" for n, where in enumerate(self._places, start=1))

    def _number(self, citation: Citation) -> int:
        key = (citation.line_id, citation.file_sha256, citation.page)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.citations.append({"n": self._numbers[key], **asdict(citation)})
            self._places.append(place(citation))
        return self._numbers[key]


def words(answer: Answer, question: str) -> str:
    """Give the whole reply as text."""
    return "".join(Telling(question).rest(answer)).rstrip("\n")


def completion(answer: Answer, question: str, id_: str, created: int) -> Document:
    """Give a whole reply; `usage` is null, for the words shown are not counted as tokens."""
    telling = Telling(question)
    content = "".join(telling.rest(answer)).rstrip("\n")
    message = {
        "role": "assistant",
        "content": content,
        "refusal": None,
        **thinking(answer.thinking),
        **proof(telling, answer),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_head("chat.completion", id_, created), "choices": [choice], "usage": None}


def thinking(text: str) -> Document:
    """Carry thinking under both names: vLLM's own, and the one older clients read."""
    return {"reasoning": text, "reasoning_content": text}


def proof(telling: Telling, answer: Answer) -> Document:
    """Carry the citations by number, and the document of `clinicite ask --json`."""
    return {"citations": telling.citations, "clinicite": answer.document()}


def chunk(delta: Document, id_: str, created: int, finish: str | None = None) -> Document:
    """Give one piece of a streamed reply."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**_head("chat.completion.chunk", id_, created), "choices": [choice]}


def usage_chunk(id_: str, created: int) -> Document:
    """Give the last piece, for a client that asked for usage: it is not known."""
    return {**_head("chat.completion.chunk", id_, created), "choices": [], "usage": None}


def _head(kind: str, id_: str, created: int) -> Document:
    return {"id": id_, "object": kind, "created": created, "model": MODEL}


def model() -> Document:
    """Describe the one model there is."""
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "clinicite"}


def error(status: int, code: str, message: str, param: str | None = None) -> Document:
    """Give an error as OpenAI's clients read it."""
    kinds = {429: "rate_limit_error"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
