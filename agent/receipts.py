"""What a receipt says of an answer, and the chain that binds each one to the one before; pure.

It knows neither where receipts are kept nor the clock. The question, the replies and the thinking
it is given must be redacted already: what is judged, and what is recorded, are the same words.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import guidelines
from agent.answer import Answer
from agent.thinking import Thought

if TYPE_CHECKING:
    from agent.turn import Turn
    from retrieval.search import Hit

SCHEMA = 1
# What stands before the first entry.
FIRST = "0" * 64
# An entry is named by the beginning of its hash: whoever noted the name can tell a rewritten one.
NAME = 16
# Files of the agent that neither choose lines nor judge words.
_ELSEWHERE = (
    "page", "card", "library", "vllm", "cli", "start", "settings", "embedded", "receipt",
)  # fmt: skip

Messages = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """What only the caller knows of a turn.

    Args:
        conversation: Its id.
        at: When the answer was shown, ISO 8601 with the zone.
        adapter: The adapter that the model was served with; empty: none.
        requests: The messages of each request, as (role, text), in the order they were sent.
        sampling: The parameters of the requests, as JSON has them.
        replies: What came back for each request.
    """

    conversation: str
    at: str
    adapter: str = ""
    requests: tuple[Messages, ...] = ()
    sampling: Mapping[str, Any] = field(default_factory=dict)
    replies: tuple[Thought, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One link of the chain: its place, what it says, and the hash that stands beside it."""

    number: int
    document: str
    sha256: str

    @property
    def name(self) -> str:
        """The id that a reader sees."""
        return self.sha256[:NAME]

    @property
    def body(self) -> dict[str, Any]:
        """What it says."""
        read: dict[str, Any] = json.loads(self.document)
        return read


def receipt(turn: "Turn", answer: Answer, asked: Asked) -> dict[str, Any]:
    """Put together all that is needed to show, verify and replay an answer."""
    shown = turn.evidence.passages
    hits = (*turn.hits, *turn.superseded, *(p.hit for p in shown))
    editions = {h.guideline.id: asdict(h.guideline) for h in hits}
    # The messages between the system prompt and the evidence; those two are made again.
    history = [list(m) for m in asked.requests[0][1:-1]] if asked.requests else []
    return {
        "schema": SCHEMA,
        "kind": "receipt",
        "conversation": asked.conversation,
        "time": asked.at,
        "follows_up": turn.follows_up,
        "earlier": list(turn.earlier),
        "hidden": list(turn.hidden),
        "contact": turn.contact,
        "adapter": asked.adapter,
        "prompts_sha256": [prompt_hash(messages) for messages in asked.requests],
        "history": history,
        "sampling": dict(asked.sampling),
        "replies": [asdict(reply) for reply in asked.replies],
        "support": turn.support,
        "picked": list(turn.picked),
        "likeness": dict(turn.likeness),
        "fallen": dict(turn.fallen),
        "evidence": [
            {
                **_found(p.hit),
                "number": p.number,
                "place": p.place,
                "lines": [{"id": x.id, "line": x.line.id, "spans": x.line.spans} for x in p.lines],
            }
            for p in shown
        ],
        "found": [_found(hit) for hit in turn.hits],
        "superseded": [_found(hit) for hit in turn.superseded],
        "editions": editions,
        "answer": {k: v for k, v in answer.document().items() if k != "receipt_id"},
        "program": program(),
    }


def _found(hit: "Hit") -> dict[str, Any]:
    p = hit.passage
    return {
        "passage": p.id, "guideline": p.guideline, "sha256": p.sha256, "page": p.page,
        "rank": hit.rank, "score": hit.score, "cosine": hit.cosine,
    }  # fmt: skip


def prompt_hash(messages: Messages) -> str:
    """Hash the messages exactly as they were sent."""
    return sha256(canonical([[role, text] for role, text in messages]))


def judging() -> tuple[Path, ...]:
    """List the code and the word lists that choose lines, word prompts and judge."""
    ours = sorted(Path(__file__).parent.iterdir())
    kinds = (".py", ".toml", ".txt")
    return (
        *(p for p in ours if p.suffix in kinds and not p.name.startswith(_ELSEWHERE)),
        Path(guidelines.__file__).parent / "text.py",
    )


@lru_cache(maxsize=1)
def program() -> dict[str, str]:
    """Name the program: its version, and the hash of what judges."""
    digest = hashlib.sha256()
    for path in judging():
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    try:
        name = version("clinicite")
    except PackageNotFoundError:  # run from its source, without having been installed
        name = "not installed"
    return {"version": name, "guards_sha256": digest.hexdigest()}


def canonical(document: Any) -> str:
    """Write JSON in one way only: keys sorted, no blanks, ASCII.

    In ASCII even half a character, which a model's bytes can leave, is kept as it came.
    """
    return json.dumps(document, allow_nan=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """Hash an ASCII text."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def link(number: int, previous: str, body: Mapping[str, Any]) -> Entry:
    """Make the entry that follows the one whose hash is `previous`."""
    document = canonical({**body, "number": number, "previous": previous})
    return Entry(number, document, sha256(document))


def breaks(entries: Iterable[tuple[int, bytes, str]], head: tuple[int, str]) -> Iterator[str]:
    """Tell each place where a chain does not hold, in order.

    Args:
        entries: Number, document as bytes and recorded hash of each, by number.
        head: Number and hash of the last entry, as recorded apart from it.
    """
    number, previous = 0, FIRST
    for at, document, recorded in entries:
        if at != number + 1:
            yield f"{_several(number + 1, at - 1)} missing"
        elif _field(document, "previous") != previous:
            yield f"entry {at} does not follow the entry before it"
        if hashlib.sha256(document).hexdigest() != recorded:
            yield f"entry {at} ({recorded[:NAME]}) was altered after it was recorded"
        elif _field(document, "number") != at:
            yield f"entry {at} ({recorded[:NAME]}) was recorded under another number"
        number, previous = at, recorded
    if number < head[0]:
        yield f"{_several(number + 1, head[0])} missing at the end"
    elif (number, previous) != head:
        yield "the head record does not name the last entry"


def _several(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _field(document: bytes, name: str) -> object:
    try:
        return json.loads(document)[name]
    except (ValueError, KeyError, TypeError):
        return None
