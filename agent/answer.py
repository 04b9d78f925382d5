"""What a reader is given: claims with their citations, what was withheld, or an abstention; pure.

Nothing here makes text up: a claim is words of a page, or words that passed its guardrails.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from agent.patient import Slot

SCHEMA = 1

Mode = Literal["quote", "compose"]
SelectedBy = Literal["model", "retrieval"]
# Why nothing is shown: the library is not about it, the model chose NONE, the guards passed
# nothing, or the model's reply held no answer.
Why = Literal["foreign", "none", "withheld", "silent", "instruction", "harm", "self-harm", "scope"]

# What is missing then: the topic, the topic for such a patient, or only what was asked of it.
Lacks = Literal["topic", "population", "point"]

# What came of a sentence that the model was asked for again.
Outcome = Literal["rewritten", "quoted", "withheld"]

NoticeKind = Literal[
    "emergency", "self-harm", "redacted", "unrecorded", "unnamed", "superseded", "guard"
]

# Kinds of notice that somebody may have to act on before reading on.
URGENT: tuple[NoticeKind, ...] = ("self-harm", "emergency")
# Why a question is refused before anything is searched for it.
REFUSED: tuple[Why, ...] = ("instruction", "harm", "self-harm", "scope")


@dataclass(frozen=True)
class Verdict:
    """What one guardrail found of one claim, or of the whole answer."""

    guard: str
    passed: bool
    why: str = ""


@dataclass(frozen=True)
class Citation:
    """Where a claim stands: spans of the text of one page of one edition."""

    line: str
    guideline: str
    title: str
    publisher: str
    edition: str
    status: str
    file_sha256: str
    page: int
    page_label: str
    section: tuple[str, ...]
    passage_id: str
    line_id: str
    spans: tuple[tuple[int, int], ...]
    quote: str


@dataclass(frozen=True)
class Claim:
    """One sentence shown, and the lines that carry it.

    `beside`: why it may not be for this patient, though it bears on the question.
    """

    text: str
    citations: tuple[Citation, ...]
    verdicts: tuple[Verdict, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class Withheld:
    """A sentence the model wrote that was not shown, and the guardrail's reason."""

    text: str
    why: str


@dataclass(frozen=True)
class Repair:
    """A sentence that failed, why, and what came of it when the model was asked for it again."""

    text: str
    why: str
    outcome: Outcome


@dataclass(frozen=True)
class Notice:
    """What a reader must know besides the answer: its kind, whom it names, and English words.

    `contact` is whom to call here, where the site says it and the notice is of a danger.
    """

    kind: NoticeKind
    about: str
    text: str
    contact: str = ""


@dataclass(frozen=True)
class Side:
    """One of two lines that disagree, with what tells a reader how much each weighs.

    `published`, `strength` and `certainty` are the publisher's own; "" where not known.
    """

    citation: Citation
    published: str
    strength: str
    certainty: str


@dataclass(frozen=True)
class Conflict:
    """Two lines that answer the question differently, and in what: "dose", "direction" ..."""

    sides: tuple[Side, Side]
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """What the model itself chose, kept beside the answer when retrieval picked the lines."""

    line_ids: tuple[str, ...]
    none: bool


@dataclass(frozen=True)
class Answer:
    """One turn's outcome. `why`, `reason` (its English words) and `lacks` come with `abstained`.

    `asks`: what of the patient the claims depend on and nobody has said.
    """

    question: str
    searched: str
    abstained: bool
    mode: Mode
    selected_by: SelectedBy
    model: str
    generation: str
    why: Why | None = None
    reason: str | None = None
    passages: int = 0
    guidelines: int = 0
    claims: tuple[Claim, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notices: tuple[Notice, ...] = ()
    lacks: Lacks | None = None
    nearest: tuple[Citation, ...] = ()
    asks: tuple[Slot, ...] = ()
    # Warnings of the shown lines' own sections that are not among the claims, the gravest first.
    omitted: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    # Where an edition that is no longer current said otherwise: the current side first.
    outdated: tuple[Conflict, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    thinking: str = ""
    model_choice: Choice | None = None
    timing_ms: dict[str, int] = field(default_factory=dict)
    receipt_id: str | None = None

    @property
    def shown(self) -> str:
        """The words a reader saw, as one text: what the conversation remembers."""
        if self.abstained:
            return self.reason or ""
        return " ".join(claim.text for claim in self.claims)

    def document(self) -> dict[str, Any]:
        """Give the JSON contract of `clinicite ask --json`."""
        return {"schema": SCHEMA, **asdict(self)}
