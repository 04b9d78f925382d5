"""Chat examples in the agent's own words: what is trained on is what is served; pure.

A label is a page span, as in a benchmark, so that examples outlive any re-cutting of passages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.evidence import Evidence
from agent.prompts import MOST_LINES, NONE, system, turn


@dataclass(frozen=True)
class Labelled:
    """A question, its thinking, and the spans that answer: (file sha256, page, start, end)."""

    question: str
    thinking: str
    gold: tuple[tuple[str, int, int, int], ...]


def gold_ids(evidence: Evidence, gold: Sequence[tuple[str, int, int, int]]) -> tuple[str, ...]:
    """Give the ids of the evidence's lines that overlap a gold span, at most MOST_LINES."""
    found = []
    for line in evidence.lines.values():
        start, end = line.line.spans[-1]
        place = (line.passage.sha256, line.passage.page)
        if any(place == (sha, page) and start < b and a < end for sha, page, a, b in gold):
            found.append(line.id)
    return tuple(found[:MOST_LINES])


def example(labelled: Labelled, evidence: Evidence) -> Mapping[str, Any]:
    """Make one example; where retrieval missed every gold line, the right reply is NONE."""
    ids = gold_ids(evidence, labelled.gold)
    reply = f"<think>{labelled.thinking}</think>\n\n{' '.join(ids) or NONE}"
    return {
        "messages": [
            {"role": "system", "content": system("quote")},
            {"role": "user", "content": turn(evidence.render(), labelled.question)},
            {"role": "assistant", "content": reply},
        ],
        "ids": list(ids),
    }
