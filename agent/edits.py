"""Tells where a claim is a line copied with a few words changed, and which words those are; pure.

Knows nothing of what the changed words mean: the guards on polarity, strength and population do.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from agent.wording import plain

_TOKEN = re.compile(r"[a-z0-9]+(?:[.,'-][a-z0-9]+)*|[\u3400-\u9fff]|[<>≤≥%/:;()]")
_SAID = re.compile(
    r"^(?:according to (?:the|this) \w+(?: \w+)?,"
    r"|(?:the|this) (?:guideline|line|page|document|source|recommendation|text)"
    r" (?:says|states|notes|adds)(?: that)?[:,]?|(?:指南|该指南)(?:指出|说)[，:]?) ?"
)
_SENTENCE = re.compile(r"(?<=[\w)\]]\.)\s+(?=[A-Z])|(?<=[。；;])\s*")
_SHORTEST = 8
_ALIKE = 0.5
# What may end a clause: every one of the claim is compared with every one of the lines.
_STOPS = re.compile(r"[.,;:!?，；：。！？()（）]|\n|\b(?:but|and|if|when|unless|while|whereas)\b")
MOST_PIECES = 6_000
LONGEST, LONGEST_LINES = 1_000, 6_000  # characters; a line of the evidence has 700 at most


def too_long(claim: str, lines: Sequence[str]) -> str:
    """Tell why texts are not compared at all: no sentence of an answer is as long."""
    pieces = len(_STOPS.findall(claim)) * sum(len(_STOPS.findall(line)) for line in lines)
    if len(claim) > LONGEST or sum(map(len, lines)) > LONGEST_LINES or pieces > MOST_PIECES:
        return "too long to be compared with its lines"
    return ""


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Fold a text for comparison: case, typography, "n't", "&" and "the guideline says" go."""
    low = plain(text).lower().replace("cannot", "can not").replace("can't", "can not")
    low = re.sub(r"\bwon't\b", "will not", low).replace("n't", " not").replace("&", " and ")
    return _SAID.sub("", re.sub(r"\s+", " ", low)).strip(" .。•»·*-")


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(folded(text)))


def edited(claim: str, line: str) -> tuple[str, str] | None:
    """Give what stands in the claim where other words stand in the line, between what is alike.

    Returns:
        The words of the claim and of the line, both empty for a copy; None where less than half of
        the longer is alike, which is no copy.
    """
    mine, its = _tokens(claim), _tokens(line)
    start = 0
    while start < min(len(mine), len(its)) and mine[start] == its[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(its)) - start and mine[-1 - end] == its[-1 - end]:
        end += 1
    if start + end < _ALIKE * max(len(mine), len(its)):
        return None
    return _joined(mine[start : len(mine) - end]), _joined(its[start : len(its) - end])


def nearest_edit(claim: str, lines: Sequence[str]) -> tuple[str, str] | None:
    """Give the smallest of the edits that make the claim of a line, or of a sentence of one."""
    wholes = (part for line in lines for part in _parts(line))
    found = [e for part in wholes if (e := edited(claim, part)) is not None]
    return min(found, key=lambda e: (len(e[0]) + len(e[1]), e), default=None)


@lru_cache(maxsize=4096)
def _parts(line: str) -> tuple[str, ...]:
    sentences = [s for s in _SENTENCE.split(line) if len(s) >= _SHORTEST]
    return (line, *sentences) if len(sentences) > 1 else (line,)


def _joined(tokens: tuple[str, ...]) -> str:
    spaced = " ".join(tokens)
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", spaced)
