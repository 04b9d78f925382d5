"""Why the library does not answer: it lacks the topic, or has it for other patients only; pure.

Knows words and headings, no scores: whether anything is about the question at all is judged by
`turn.support`, and told here as "topic".
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from agent.answer import Lacks
from agent.patient import YOUNG, Patient
from agent.therapies import therapies
from retrieval.search import Hit

Stage = Literal["child", "adult"]

# The same passages come up again and again.
_therapies = lru_cache(maxsize=4096)(therapies)

_DOSE = re.compile(
    r"\bdos(?:e|es|ing|age)\b|\bhow (?:much|many)\b|\bm(?:c|illi)?g\b|\bmcg\b|\bgrams?\b|\bmL\b"
    r"|\bloading\b|\btab(?:let)?s?\b|\b[0-9.]+ (?:od|bd|tds|qds)\b|\bunits?\b"
    r"|多少|几[克毫片支]|剂量|用量",
    re.IGNORECASE,
)
# A class stands for its members: a page on ondansetron answers for "an antiemetic".
_CLASS = re.compile(
    r"anti|steroid|agonist|blocker|inhibitor|diuretic|vaccin|fluid|surgery|therapy|transfusion"
    r"|analges|opioid|insulin|oxygen|statin|sedat|immunoglob|supplement|glucose|iron\b"
)
_ADULTS = re.compile(r"\badults?\b|成人", re.IGNORECASE)
_CHILDREN = re.compile(
    r"\bchild(?:ren)?\b|\bp(?:a)?ediatric|\binfants?\b|\bneonat|\bnewborn|\bbab(?:y|ies)\b"
    r"|儿童|小儿|新生儿|婴",
    re.IGNORECASE,
)
_CHILD_UNTIL, _ADULT_FROM = 16 * 12, 18 * 12


def unanswered(question: str, patient: Patient, hits: Sequence[Hit]) -> Lacks | None:
    """Say what keeps the passages found from answering, None where nothing plainly does.

    Only what is plain counts: a dose of a drug that none of them names, or passages that are all,
    by their title, of children for an adult, or the other way round.
    """
    drugs = frozenset(d for d in therapies(question) if not _CLASS.search(d))
    about = [h for h in hits if drugs & _named(h)] if drugs else list(hits)
    if drugs and not about:
        return "topic" if _DOSE.search(question) else None
    stage = _stage(patient)
    if stage is not None and about and all(_made_for(h) not in (None, stage) for h in about):
        return "population"
    return None


def kind(question: str, patient: Patient, hits: Sequence[Hit], supported: bool) -> Lacks:
    """Say for a reader why nothing is shown; `supported`: the library is about the question."""
    return unanswered(question, patient, hits) or ("point" if supported else "topic")


def _named(hit: Hit) -> frozenset[str]:
    p = hit.passage
    return _therapies(" \n".join([p.text, p.ocr, *p.section, hit.guideline.title]))


def _stage(patient: Patient) -> Stage | None:
    age = patient.age
    if age is None:
        return None
    if age.number is not None:
        if age.number < _CHILD_UNTIL:
            return "child"
        return "adult" if age.number >= _ADULT_FROM else None
    if age.value in YOUNG:
        return "child"
    return "adult" if age.value in ("adult", "elderly") else None


def _made_for(hit: Hit) -> Stage | None:
    """Tell whom an edition is for, by its title and catalogue; None where it does not say."""
    g = hit.guideline
    told = f"{g.title} {g.population}"
    adults, children = bool(_ADULTS.search(told)), bool(_CHILDREN.search(told))
    if adults == children:
        return None
    # An adult guideline may still have a page on children, and says so in a heading.
    other = _CHILDREN if adults else _ADULTS
    here = " ".join([*hit.passage.section, hit.passage.text])
    return None if other.search(here) else "adult" if adults else "child"
