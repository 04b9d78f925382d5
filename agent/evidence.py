"""What the model sees: passages of current editions with numbered, quotable lines; pure.

A passage keeps its number throughout a conversation. What was found and may not be used is set
aside with the reason: it has no number, so nothing can cite it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from agent.answer import Citation
from agent.evidence_order import ordered
from agent.set_aside import Neutralised, Planted, SetAside, quotable, unfit
from agent.tokens import tokens
from guidelines.catalogue import Guideline
from retrieval.passages import Line, Passage
from retrieval.search import Hit

# With the system prompt and a reply it fits the 4,096 tokens that our own vLLM is started with.
# Over both benchmarks six passages cost 1,160 in the mean; with fewer, Chinese lines were lost.
EVIDENCE_TOKENS = 2400


@dataclass(frozen=True)
class EvidenceLine:
    """A line under the id the model names it by, such as "2.1"; `read` is what the model reads."""

    id: str
    line: Line
    passage: Passage
    guideline: Guideline
    read: str

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
    """One passage, what stands over its lines as the model reads it, and those that are quotable.

    `place` counts the passages by relevance, from 1; `number` is what it is called.
    """

    number: int
    place: int
    hit: Hit
    head: str
    lines: tuple[EvidenceLine, ...]


@dataclass(frozen=True)
class Evidence:
    """All that may be cited this turn; `numbers` are those of the whole conversation so far."""

    query: str
    generation: str
    passages: tuple[EvidencePassage, ...]
    aside: tuple[SetAside, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def lines(self) -> dict[str, EvidenceLine]:
        """Lines by the id shown to the model, in order."""
        return {line.id: line for passage in self.passages for line in passage.lines}

    def render(self) -> str:
        """Write the evidence as the model reads it."""
        return "\n\n".join(
            "\n".join([p.head, *(f"{x.id} {x.read}" for x in p.lines)]) for p in self.passages
        )


def gather(
    query: str,
    generation: str,
    hits: Sequence[Hit],
    numbers: Mapping[str, int] | None = None,
    *,
    jurisdictions: tuple[str, ...] = (),
    planted: Planted = lambda text: "",
    neutralised: Neutralised = lambda text: text,
    limit: int = EVIDENCE_TOKENS,
) -> Evidence:
    """Number the quotable lines of the hits until `limit` tokens are used, and set apart the rest.

    The best hits are taken first; among those of like relevance recommendations stand before
    tables before narrative. A line's id depends on its passage and number alone, so it means the
    same line in every turn. Lines that were damaged by the text layer, run over a page's end, or
    repeat one already there are left out: they could not be cited.

    Args:
        query: What was searched for.
        generation: The index that was searched.
        hits: What was found, whatever its status.
        numbers: Numbers that passages have from earlier turns, by passage id.
        jurisdictions: Where the site is; empty: guidelines of every country serve. A guideline
            whose jurisdiction is not known serves everywhere.
        planted: Why a text tries to instruct its reader.
        neutralised: A text as the model may read it; citations keep the page's own words.
        limit: Most tokens of all lines and headings.
    """
    known = dict(numbers or {})
    reasons = [(hit, unfit(hit, jurisdictions)) for hit in hits]
    aside = [why for _, why in reasons if why is not None]
    # Ranks and scores of different searches do not compare: only what may be used is ordered.
    fit = [hit for hit, why in reasons if why is None]
    passages: list[EvidencePassage] = []
    seen: set[str] = set()
    used = 0
    for hit in ordered(fit):
        lines, marked = quotable(hit, planted)
        aside += marked
        number = known.get(hit.passage.id, max(known.values(), default=0) + 1)
        head = head_of(number, hit, planted, neutralised)
        kept: list[EvidenceLine] = []
        cost = tokens(head)
        for place, line in lines:
            if line.text in seen:
                continue
            shown = EvidenceLine(
                f"{number}.{place}", line, hit.passage, hit.guideline, neutralised(line.text)
            )
            more = tokens(f"{shown.id} {shown.read}\n")
            if used + cost + more > limit:
                break
            cost += more
            seen.add(line.text)
            kept.append(shown)
        if kept:
            used += cost
            known[hit.passage.id] = number
            passages.append(EvidencePassage(number, 0, hit, head, tuple(kept)))
    by_rank = sorted(passages, key=lambda p: p.hit.rank)
    placed = tuple(replace(p, place=by_rank.index(p) + 1) for p in passages)
    return Evidence(query, generation, placed, tuple(aside), known)


def head_of(number: int, hit: Hit, planted: Planted, neutralised: Neutralised) -> str:
    """Write where a passage stands, as the model reads it, without what tries to instruct it."""
    g, p = hit.guideline, hit.passage
    title = f"{g.title}{f', {g.edition}' if g.edition else ''}"
    place = f"p. {p.page}"
    section = " › ".join(p.section[-2:])
    told = [x for x in (title,) if not planted(x)]
    where = f"{place} — {section}" if not planted(section) else place
    return neutralised(f"[{number}] {', '.join([*told, where])}")
