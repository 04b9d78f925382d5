"""A chat-completions request as the question it asks, or why it is refused; knows no server.

Only the user's messages are read. What a client sends as system, developer, assistant or tool
message never reaches the model: it could only instruct it, or pass for what an answer said.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.followup import standalone
from agent.patient import NOBODY, merged
from agent.patient_reading import read as read_patient
from agent.redact import redact
from guidelines.problem import one_line

MODEL = "clinicite"
# Far above the longest question with its history; what is longer is no conversation.
MOST_BYTES = 1_000_000
_CONVERSATION = re.compile(r"[\x21-\x7e]{1,128}")
_EARLIER = 12


@dataclass(frozen=True)
class Asked:
    """The last user message, and those before it, oldest first."""

    question: str
    earlier: tuple[str, ...]
    stream: bool
    with_usage: bool

    def standing_alone(self) -> str:
        """Give the question with what it leans on of the earlier ones put before it.

        A patient's identity is taken out of those first: cut short, it might not be known for one.
        """
        stands: list[str] = []
        patient = NOBODY
        earlier = (redact(text).text for text in self.earlier[-_EARLIER:])
        for question in (*earlier, self.question):
            patient = merged(patient, read_patient(question))
            stands.append(standalone(question, stands, patient)[0])
        return stands[-1]


class Refused(Exception):
    """A request that is not answered: HTTP status, a code for programs, words, the parameter."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(status, code, message, param)
        self.status, self.code, self.message, self.param = status, code, message, param


def read(body: bytes) -> Asked:
    """Read a request's body.

    Raises:
        Refused: it is no such request, names another model, or wants what is not done here.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "invalid_json", "The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise Refused(400, "invalid_type", "The body is not a JSON object.")
    known(sent.get("model"))
    for param, why in _not_done(sent):
        raise Refused(400, "unsupported_value", why, param)
    questions = list(_questions(sent.get("messages")))
    if not questions:
        raise Refused(400, "missing_user_message", "There is no user message.", "messages")
    stream, options = sent.get("stream"), sent.get("stream_options")
    if stream not in (None, True, False):
        raise Refused(400, "invalid_type", "`stream` is true or false.", "stream")
    with_usage = isinstance(options, dict) and options.get("include_usage") is True
    return Asked(questions[-1], tuple(questions[:-1]), bool(stream), with_usage)


def known(model: object) -> None:
    """Refuse a model that is not this agent."""
    if not isinstance(model, str):
        raise Refused(400, "missing_model", f"Name the model: {MODEL!r}.", "model")
    if model != MODEL:
        named = one_line(model[:80])
        raise Refused(
            404, "model_not_found", f"There is no model {named!r}, only {MODEL!r}.", "model"
        )


def conversation_named(header: str | None) -> str | None:
    """Give the conversation a client named, None where it named none."""
    if header is None:
        return None
    if not _CONVERSATION.fullmatch(header):
        raise Refused(
            400,
            "invalid_conversation",
            "X-Conversation is 1 to 128 visible ASCII characters.",
            "X-Conversation",
        )
    return header


def _not_done(sent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name what was asked for that an answer here cannot honour, each with the reason."""
    for name in ("tools", "functions"):
        if sent.get(name):
            yield name, "The agent searches by itself and calls no tool of a client."
    for name in ("tool_choice", "function_call"):
        if sent.get(name) not in (None, "none", "auto"):
            yield name, "The agent searches by itself and calls no tool of a client."
    if sent.get("n") not in (None, 1):
        yield "n", "There is one answer to a question."
    wanted = sent.get("response_format")
    if wanted is not None and (not isinstance(wanted, dict) or wanted.get("type") != "text"):
        yield "response_format", "An answer is quoted text; its JSON stands in `clinicite`."
    for name in ("logprobs", "top_logprobs"):
        if sent.get(name):
            yield name, "What is shown is not what the model wrote, and has no probabilities."
    if sent.get("modalities") not in (None, ["text"]) or sent.get("audio"):
        yield "modalities", "An answer is text."


def _questions(messages: object) -> Iterator[str]:
    """Yield the user's messages that say something, oldest first; the last one even if empty."""
    if not isinstance(messages, list) or not messages:
        raise Refused(400, "invalid_type", "`messages` is a list of messages.", "messages")
    asked = []
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            where = f"messages[{number}]"
            raise Refused(400, "invalid_type", "A message is an object with a role.", where)
        if message["role"] == "user":
            asked.append(_text(message.get("content"), f"messages[{number}].content"))
    yield from (text for text in asked[:-1] if text.strip())
    yield from asked[-1:]


def _text(content: object, where: str) -> str:
    """Join the text of a message's content."""
    parts: Sequence[object] = content if isinstance(content, list) else [content]
    texts = [p.get("text") if isinstance(p, dict) and p.get("type") == "text" else p for p in parts]
    # A picture left out would change what the words beside it ask.
    if not all(isinstance(text, str) for text in texts):
        raise Refused(400, "unsupported_content", "A question is text alone.", where)
    # Half a surrogate pair is valid JSON and no text.
    return "\n".join(str(text) for text in texts).encode("utf-8", "replace").decode()
