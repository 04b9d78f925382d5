"""Turn a follow-up question into one that stands alone, from the conversation's questions; pure.

No model is asked: the earlier question is put before the new one, without what the new one
replaces (another drug, another age), and the reader sees the result. What asks for a part of an
answer and name no topic stand in followup.toml.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from agent.patient import NO, Patient, said
from agent.patient_reading import read
from agent.therapies import names, therapies
from guidelines.text import is_cjk
from retrieval.lexical import terms, words

LIST = "followup.toml"
_OPENS = re.compile(
    r"^\s*(?:and|or|but|so|also|then|what about|how about|what if|what else|why|even|only|for|if|"
    r"in (?:that|this) case|same|instead|switch(?:ing)? to|max(?:imum)?|weight|now)\b"
    r"|\b(?:instead(?! of)|what else|as well|that one|same (?:dose|drug|patient|for|in))\b"
    r"|^(?:那|如果|还有|但是|要是|同样|换成|换|改用|这种|该药|它)|呢[？?]|呢\s*$|换成|改用",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|those|these|them|they|that|this|he|she|his|her|him)\b|[它他她]", re.IGNORECASE
)
_SWAPS = re.compile(
    r"\binstead\b(?! of)|\bwhat about\b|\bhow about\b|\bswitch(?:ing)? to\b|\bswap|\brather than\b"
    r"|换|改用|代替",
    re.IGNORECASE,
)
# A trade name that the list of therapies lacks.
_UNLISTED = re.compile(r"\babout [A-Za-z]{5,} instead\b")
_WITH = re.compile(
    r"\b(?:with|add(?:ed|ing)?|plus|together|also|both|on top)\b|合用|联用|加", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _aspects() -> tuple[frozenset[str], re.Pattern[str]]:
    table = tomllib.loads(files("agent").joinpath(LIST).read_text("utf-8"))
    return frozenset(table["english"].split()), re.compile("|".join(table["chinese"]))


_ALONE = 2
_FEW, _SOME = 4, 5
# A chain of follow-ups stays short enough to be read, and to be searched for.
_LONGEST = 400


def standalone(
    question: str, earlier: Sequence[str], patient: Patient | None = None
) -> tuple[str, bool]:
    """Give the question to search for, and whether it leans on an earlier one.

    Args:
        question: As the person typed it.
        earlier: The conversation's earlier stand-alone questions, oldest first.
        patient: What the conversation so far, this question included, says of the patient; what
            the result would not say of it is added in words.
    """
    question = question.strip()
    if not earlier or not _leans(question):
        return question, False
    kept = _struck(earlier[-1][-_LONGEST:], question)
    whole = f"{kept} {question}".strip()
    return f"{whole}{_left_out(whole, patient or Patient())}", True


def _leans(question: str) -> bool:
    """Tell whether a question means little without the one before it."""
    now = read(question)
    topic = _topic(question, [fact.words for _, fact in now.known()])
    if now.another:
        return topic == 0
    few = len(set(terms(question))) <= _ALONE and not _is_chinese(question)
    if few or topic == 0 or (topic == 1 and not therapies(question)):
        return True
    return bool(
        (topic <= _SOME and _OPENS.search(question)) or (topic <= _FEW and _POINTS.search(question))
    )


def _is_chinese(text: str) -> bool:
    return sum(is_cjk(c) for c in text) > 4


def _topic(question: str, patient: Sequence[str]) -> int:
    """Count the words that name a topic: no drug, no part of an answer, nothing of the patient."""
    for known in patient:
        question = question.replace(known, " ")
    if _is_chinese(question):
        for name in _therapy_words(question):
            question = question.replace(name, " ")
        left = _aspects()[1].sub(" ", question)
        return sum(is_cjk(c) for c in left) // 2
    return len({w for w in words(question) if w not in _aspects()[0] and not therapies(w)})


def _therapy_words(text: str) -> list[str]:
    """Give the words of a text that name therapies, as they stand there, longest first."""
    found = {m[0] for m in names().hanzi_pattern.finditer(text)}
    for match in re.finditer(r"[A-Za-z][A-Za-z0-9]*(?:[-/][A-Za-z][A-Za-z0-9]*)*", text):
        if therapies(match[0]):
            found.add(match[0])
    return sorted(found, key=lambda w: (-len(w), w))


def _struck(earlier: str, question: str) -> str:
    """Give the earlier question without the drug and the patient that the new one replaces."""
    now = dict(read(question).known())
    gone = [
        fact.words
        for slot, fact in read(earlier).known()
        if slot in now and now[slot].value != fact.value and fact.sure and now[slot].sure
    ]
    new = therapies(question)
    named = new or _UNLISTED.search(question)
    if _SWAPS.search(question) and not _WITH.search(question) and named:
        gone += [w for w in _therapy_words(earlier) if not therapies(w) <= new]
    for said_before in gone:
        edge = "" if any(map(is_cjk, said_before)) else r"\b"
        earlier = re.sub(
            edge + re.escape(said_before) + edge, "", earlier, count=1, flags=re.IGNORECASE
        )
    return re.sub(r"\s+(?=[,.?;:，。？])|(?<=\s)\s+", "", earlier).strip(" ,，")


def _left_out(whole: str, patient: Patient) -> str:
    """Write what is known of the patient and does not stand in the question yet."""
    there = dict(read(whole).known())
    chinese = _is_chinese(whole)
    left = [
        text
        for slot, text in said(patient, chinese)
        if slot not in there and getattr(patient, slot).value != NO
    ]
    if not left:
        return ""
    return f"（{'，'.join(left)}）" if chinese else f" ({', '.join(left)})"
