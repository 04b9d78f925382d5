"""Which lines answer, as retrieval sees it; pure. Used until a model is shown to do better."""

from collections.abc import Mapping, Sequence

from agent.evidence import Evidence, EvidenceLine

# Found on 30 development questions over real guidelines (evals/benchmarks has their kin): the first
# line chosen stood on the right page in .43 of those, .70 of 30 test questions.
_COVERAGE, _RANK = 0.5, 0.25
_NEAR_BEST = 0.8
MOST = 3


def in_context(line: EvidenceLine) -> str:
    """Give a line with its headings: "Do not give." means nothing without them."""
    return f"{' › '.join(line.passage.section[-2:])}. {line.text}"


def line_scores(
    evidence: Evidence, cosines: Mapping[str, float], coverages: Mapping[str, float]
) -> dict[str, float]:
    """Score each line: likeness, share of the question's words, and its passage's rank.

    Args:
        evidence: What may be cited.
        cosines: Cosine of each line id, in context, with the question, in [-1, 1].
        coverages: Rarity-weighted share of the question's terms in the same text, in [0, 1].
    """
    return {
        line.id: cosines[line.id] + _COVERAGE * coverages[line.id] + _RANK / passage.number
        for passage in evidence.passages
        for line in passage.lines
    }


def best_lines(scores: Mapping[str, float], order: Sequence[str]) -> tuple[str, ...]:
    """Give the best line and those nearly as good, at most MOST, in the order of the evidence."""
    if not scores:
        return ()
    ranked = sorted(scores, key=lambda i: (-scores[i], order.index(i)))
    limit = scores[ranked[0]] * _NEAR_BEST
    chosen = {i for i in ranked[:MOST] if scores[i] >= limit}
    return tuple(i for i in order if i in chosen)
