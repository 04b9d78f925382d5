"""What the model sees: passages of current editions with numbered, quotable lines; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.answer import Citation
from guidelines.catalogue import Guideline
from retrieval.passages import Line, Passage
from retrieval.search import Hit

# The embedded model reads about 430 tokens a second on two cores: evidence is kept short.
EVIDENCE_CHARS = 4200
LINE_CHARS = 700


@dataclass(frozen=True)
class EvidenceLine:
    """A line under the id the model names it by, such as "2.1"."""

    id: str
    line: Line
    passage: Passage
    guideline: Guideline

    @property
    def text(self) -> str:
        """The line's words."""
        return self.line.text

    def cite(self) -> Citation:
        """Give the citation of this line."""
        g, p = self.guideline, self.passage
        return Citation(
            self.id, g.id, g.title, g.publisher, g.edition, g.status, p.sha256, p.page, p.label,
            p.section, p.id, self.line.id, self.line.spans, self.line.text,
        )  # fmt: skip


@dataclass(frozen=True)
class EvidencePassage:
    """One passage and those of its lines that can be quoted."""

    number: int
    hit: Hit
    lines: tuple[EvidenceLine, ...]


@dataclass(frozen=True)
class Evidence:
    """All that may be cited this turn."""

    query: str
    generation: str
    passages: tuple[EvidencePassage, ...]

    @cached_property
    def lines(self) -> dict[str, EvidenceLine]:
        """Lines by the id shown to the model, in order."""
        return {line.id: line for passage in self.passages for line in passage.lines}

    def render(self) -> str:
        """Write the evidence as the model reads it."""
        blocks = []
        for passage in self.passages:
            g, p = passage.hit.guideline, passage.hit.passage
            edition = f", {g.edition}" if g.edition else ""
            place = f"p. {p.page} — {' › '.join(p.section[-2:])}"
            head = f"[{passage.number}] {g.title}{edition}, {place}"
            blocks.append("\n".join([head, *(f"{x.id} {x.text}" for x in passage.lines)]))
        return "\n\n".join(blocks)


def gather(
    query: str, generation: str, hits: Sequence[Hit], limit: int = EVIDENCE_CHARS
) -> Evidence:
    """Number the quotable lines of the hits, best first, until `limit` characters are used.

    Lines that were damaged by the text layer, run over a page's end, or repeat one already there
    are left out: they could not be cited.
    """
    passages: list[EvidencePassage] = []
    seen: set[str] = set()
    used = 0
    for hit in hits:
        number = len(passages) + 1
        lines: list[EvidenceLine] = []
        for line in hit.passage.lines:
            if not line.quotable or line.text in seen or len(line.text) > LINE_CHARS:
                continue
            if used + len(line.text) > limit:
                break
            seen.add(line.text)
            used += len(line.text)
            lines.append(
                EvidenceLine(f"{number}.{len(lines) + 1}", line, hit.passage, hit.guideline)
            )
        if lines:
            passages.append(EvidencePassage(number, hit, tuple(lines)))
    return Evidence(query, generation, tuple(passages))
