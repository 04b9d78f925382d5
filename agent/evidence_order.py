"""What kind of passage was found, and which comes first among equally relevant ones; pure.

A recommendation says what to do, a table row how much, narrative why. Knows no question.
"""

import re
from collections.abc import Sequence
from typing import Literal

from retrieval.layout import RECOMMENDATION
from retrieval.passages import Line, Passage
from retrieval.search import Hit

Kind = Literal["recommendation", "table", "narrative"]
_ORDER: dict[Kind, int] = {"recommendation": 0, "table": 1, "narrative": 2}
# Scores this close are one relevance.
NEAR = 0.08
_HEADED = re.compile(
    r"\brecommendations?\b|\bgood practice statement|推荐意见|^推荐", re.IGNORECASE
)
_SAID = re.compile(
    r"\bwe (?:strongly )?(?:recommend|suggest)\b|\b(?:is|are) (?:not |strongly )?recommended\b"
    r"|\bWHO recommends\b|推荐(?:使用|给予|采用|应用)",
    re.IGNORECASE,
)


def kind(passage: Passage) -> Kind:
    """Tell recommendations, tables and narrative apart, by what the publisher wrote."""
    lines = [line for line in passage.lines if line.quotable]
    if any(line.grade is not None for line in lines) or _headed(passage):
        return "recommendation"
    if any(RECOMMENDATION.match(x.text) or _SAID.search(x.text) for x in lines):
        return "recommendation"
    rows = sum(map(_is_row, lines))
    return "table" if lines and 2 * rows >= len(lines) else "narrative"


def _headed(passage: Passage) -> bool:
    near = passage.section[-1:]
    return any(RECOMMENDATION.match(h) or _HEADED.search(h) for h in near)


def _is_row(line: Line) -> bool:
    """Tell a table's row: it carries its heading row, and is no sentence."""
    return len(line.spans) > 1 and not line.text.endswith((".", "。", ";", "；"))


def ordered(hits: Sequence[Hit], near: float = NEAR) -> list[Hit]:
    """Put recommendations before tables before narrative, among hits of like relevance.

    Hits within `near` of the best of their group are one group; groups keep their order.
    """
    groups: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda h: h.rank):
        if groups and groups[-1][0].score - hit.score <= near:
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return [
        hit
        for group in groups
        for hit in sorted(group, key=lambda h: (_ORDER[kind(h.passage)], h.rank))
    ]
