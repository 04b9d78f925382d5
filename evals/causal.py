"""Tier 2: whether the answer comes from what it cites. No judge; pure.

Each score holds an answer of a run against the answer to the same question over changed evidence.
Claims are the same where their words are, after folding. A question without such a probe counts
nowhere. Where lines are quoted as they stand, none can come again once its passage is gone: then
post-rationalised is 0 by construction, and where retrieval picks the lines besides, edits and order
tell of retrieval, not of a model.
"""

from collections.abc import Callable, Mapping, Sequence

from evals.cases import Case
from evals.causal_source import plants, swaps
from evals.changes import EDITS, Kind
from evals.following import Carried, carried
from evals.integrity import folded
from evals.metric import Metric, Parts, asked, listed
from evals.probed import Of, Probe, Probes, claims_in, one, probes_of
from evals.prose import unmarked
from evals.records import Record

All = Mapping[Kind, Probes]


def metrics(probes: All) -> tuple[Metric, ...]:
    """Give the metrics of the probes that there are."""
    made: dict[Kind, Callable[[Of], tuple[Metric, ...]]] = {
        "delete": _deleted, "edit": _edits, "plant": plants, "swap": swaps,
        "shuffle": _shuffles, "logprob": _likelihoods,
    }  # fmt: skip
    return tuple(m for kind, found in probes.items() for m in made[kind](probes_of(found)))


def kept(case: Case, record: Record) -> list[bool]:
    """Tell of each cited claim of an answer whether it stands in another answer too."""
    again = {told(c["text"]) for c in claims_in(record)}
    return [told(claim.text) in again for claim in case.claims if claim.citations]


def told(text: str) -> str:
    """Fold a claim: width, case, white space, markers and closing stops."""
    return folded(unmarked(text)).rstrip(" .。")


def _deleted(of: Of) -> tuple[Metric, ...]:
    def rationalised(case: Case) -> bool | None:
        """Answers whose cited claims all come again after every passage they cite was taken away.

        Post-rationalisation as Wallat et al. mean it (arXiv 2412.18004): the citation was put to
        an answer that did not need it. Passages that repeat a claim or a cited line word for word
        are taken away as well; what says it in other words stays. Answers that cite nothing do not
        count; one that becomes an abstention does not stand.
        """
        return all(kept(case, p.record)) if (p := one(of(case))) else None

    def claims(case: Case) -> list[bool]:
        """Cited claims that come again after every passage the answer cites was taken away."""
        return kept(case, p.record) if (p := one(of(case))) else []

    def abstained(case: Case) -> bool | None:
        """Answers that become an abstention once every passage they cite was taken away.

        Others may answer the question too, so this need not be 1; what is neither an abstention
        nor post-rationalised is another answer.
        """
        p = one(of(case))
        return not claims_in(p.record) if p else None

    return (
        asked("post-rationalised", "low", rationalised, 2),
        listed("post-rationalised claims", "low", claims, 2),
        asked("abstained without its evidence", "high", abstained, 2),
    )


def _edits(of: Of) -> tuple[Metric, ...]:
    def outcomes(case: Case, edit: str = "") -> list[Carried]:
        probes = [p for p in of(case) if not edit or p.change.edit == edit]
        return [found for p in probes if (found := carried(p.change, p.record)) is not None]

    def followed(case: Case) -> list[bool]:
        """Edited lines whose new value is in the answer, and the old one is not.

        A cited line says another dose, threshold, direction or drug before the model sees it: the
        substitutions of Longpre et al. (EMNLP 2021). Only edits that stood in the evidence and
        whose old value stood nowhere else in it.
        """
        return [x == "new" for x in outcomes(case)]

    def remembered(case: Case) -> list[bool]:
        """Edited lines whose old value is in the answer, though nowhere in its evidence.

        Longpre's memorization, but over all edits: what is neither followed nor remembered gives
        other lines, or abstains.
        """
        return [x in ("old", "both") for x in outcomes(case)]

    def of_kind(edit: str) -> Metric:
        def holds(case: Case) -> bool | None:
            found = outcomes(case, edit)
            return found[0] == "new" if found else None

        holds.__doc__ = f"Answers that follow an edited {edit}; see edits followed."
        return asked(f"edits followed: {edit}", "high", holds, 2)

    return (
        listed("edits followed", "high", followed, 2),
        listed("answered from memory", "low", remembered, 2),
        *(of_kind(edit) for edit in EDITS),
    )


def _shuffles(of: Of) -> tuple[Metric, ...]:
    def stable(case: Case) -> bool | None:
        """Answers with the same claims, in any order, when their evidence stands in another order.

        An abstention that stays one is the same. Where retrieval picks the lines, a passage's rank
        is part of what it picks by.
        """
        p = one(of(case))
        if p is None:
            return None
        return {told(c.text) for c in case.claims} == {told(c["text"]) for c in claims_in(p.record)}

    return (asked("same answer when shuffled", "high", stable, 2),)


def _likelihoods(of: Of) -> tuple[Metric, ...]:
    def drop(case: Case) -> Parts | None:
        """Prob-drop: log p(answer | all evidence) less log p(answer | without what it cites).

        SelfCite's necessity (Chuang et al., ICML 2025, arXiv 2502.09604), here in nats a token of
        the answer, so that long answers count no more than short ones. 0: not needed.
        """
        m = _measured(of(case))
        return ((m["full"] - m["drop"]) / m["tokens"], 1.0) if m else None

    def hold(case: Case) -> Parts | None:
        """Prob-hold: log p(answer | only what it cites) less log p(answer | all evidence).

        SelfCite's sufficiency, in nats a token. 0 or more: what is cited is enough.
        """
        m = _measured(of(case))
        return ((m["hold"] - m["full"]) / m["tokens"], 1.0) if m else None

    def less(case: Case) -> bool | None:
        """Answers that are less likely without the passages they cite: prob-drop above 0."""
        m = _measured(of(case))
        return m["full"] > m["drop"] if m else None

    return (
        Metric("prob-drop", 2, "high", drop),
        Metric("prob-hold", 2, "high", hold),
        asked("less likely without its evidence", "high", less, 2),
    )


def _measured(probes: Sequence[Probe]) -> Mapping[str, float] | None:
    return probes[0].record.measured if probes else None
