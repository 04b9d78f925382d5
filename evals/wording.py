"""Tier 0: whether what is shown says what it cites, and is shown where it belongs; pure.

Simple readings of our own, apart from the product's guards: a guard must not be its own judge.
"""

import re

from evals.amounts import amounts, lacking
from evals.cases import Case, Said
from evals.integrity import folded
from evals.metric import Metric, asked, listed
from evals.prose import unmarked
from retrieval.sentences import sentence_spans

# Words of thinking in a row that no answer shares by chance.
_RUN = 8
_DELIMITERS = ("<think", "</think", "## thinking", "## final response")
_TURNS = re.compile(
    r"\b(?:not|no|never|nor|neither|without|avoid(?:ed|s|ing)?|contraindicated|cannot|unless|"
    r"except|stop(?:ped|s|ping)?|withhold|withheld|discontinue[ds]?|against)\b|n['’]t\b|"
    r"不|禁|勿|避免|无|停|除非|忌",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def covered(case: Case) -> list[bool]:
    """Claims with at least one citation: TREC BioGen's citation coverage (Gupta et al. 2024)."""
    return [bool(claim.citations) for claim in case.claims]


def numbers_match(case: Case) -> list[bool]:
    """Claims with numbers, each of which stands with its unit in the quotes they cite.

    g, mg and micrograms are compared on one scale. A claim without a number does not count; one
    with numbers and no citation fails. Where experts call a claim fully supported, 29 in 100 have
    a number its passage lacks, so for composed answers this is a flag, not a verdict.
    """
    return [
        not lacking(claim.text, _quotes(claim))
        for claim in case.claims
        if next(amounts(claim.text), None) is not None
    ]


def polarity_agrees(case: Case) -> list[bool]:
    """Cited claims turned as often, odd or even, as the cited sentence most like them.

    What turns: not, never, avoid, stop, unless and their like, in English and Chinese. Two turns
    cancel out ("do not stop" goes with "continue").
    """
    return [
        _turned(claim.text) == _turned(_likest(claim))
        for claim in case.claims
        if any(c.quote for c in claim.citations)
    ]


def channels_apart(case: Case) -> bool | None:
    """Answers that hold no delimiter of thinking, and no eight words of the thinking in a row.

    Words that the cited quotes have too may be repeated by thinking and answer alike. An
    abstention is judged by its reason. Nor may streamed thinking hold a delimiter.
    """
    shown = [c.text for c in case.claims] or [str(case.answer["reason"] or "")]
    if any(d in text.casefold() for d in _DELIMITERS for text in (*shown, case.record.streamed)):
        return False
    thought = _runs(case.record.thinking)
    backed = frozenset[tuple[str, ...]]().union(*(_runs(c.quote) for c in case.citations))
    asked_for = _runs(case.record.question)
    return not any((_runs(text) & thought) - backed - asked_for for text in shown)


def well_formed(case: Case) -> bool | None:
    """Outcomes of one of two forms: claims and no reason, or no claim, why, and words for it."""
    answer = case.answer
    if answer["abstained"]:
        return not case.claims and bool(answer["why"]) and bool((answer["reason"] or "").strip())
    return bool(case.claims) and not answer["why"] and not answer["reason"]


def _quotes(claim: Said) -> str:
    return "\n".join(c.quote for c in claim.citations)


def _turned(text: str) -> bool:
    return len(_TURNS.findall(text)) % 2 == 1


def _likest(claim: Said) -> str:
    """Give the cited sentence that shares most words with the claim; the first of equals."""
    if any(claim.text == c.quote for c in claim.citations):
        return claim.text
    sentences = [
        c.quote[start:end] for c in claim.citations for start, end in sentence_spans(c.quote)
    ]
    words = set(_words(claim.text))

    def like(sentence: str) -> float:
        other = set(_words(sentence))
        return len(words & other) / max(1, len(words | other))

    return max(sentences, key=like, default="")


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(folded(unmarked(text))):
        # Chinese has no spaces: each sign is a word.
        found += list(word) if any("\u4e00" <= c <= "\u9fff" for c in word) else [word]
    return found


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _words(text)
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))


METRICS: tuple[Metric, ...] = (
    listed("claims cited", "high", covered),
    listed("numbers and units match", "high", numbers_match),
    listed("polarity agrees", "high", polarity_agrees),
    asked("channels apart", "high", channels_apart),
    asked("outcome well formed", "high", well_formed),
)
