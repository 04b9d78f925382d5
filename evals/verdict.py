"""What a run comes to, in a few sentences, verdict first; pure."""

from collections.abc import Sequence

from evals.compare import Comparison, Pair
from evals.gates import Verdict
from evals.scorecard import Card, shown

# What has to hold whatever the model: the value each must have.
MUST = {
    "citations resolvable": 1.0, "provenance": 1.0, "quotes verbatim, exact": 1.0,
    "channels apart": 1.0, "superseded citations": 0.0, "wrong-guideline citations": 0.0,
}  # fmt: skip
_MAIN = (
    "right page", "gold-line F1", "grounded-refusal macro-F1", "abstained where nothing answers",
    "over-abstention",
)  # fmt: skip
_CAUSAL = (
    "post-rationalised", "edits followed", "answered from memory", "prob-drop", "prob-hold",
    "same answer when shuffled",
)  # fmt: skip


def verdict(card: Card, gates: Sequence[Verdict]) -> list[str]:
    """Say first whether what must hold holds, then how good the answers are."""
    rows = card.by_name
    broken = [n for n, must in MUST.items() if rows[n].value not in (None, must)]
    unshown = [n for n in MUST if rows[n].value is None]
    said: list[str] = []
    if broken:
        told = "; ".join(f"{n} {rows[n].value:.3f}" for n in broken)
        said.append(f"Not to be trusted: what must hold whatever the model does not: {told}.")
    elif rows["provenance"].value is None:
        said.append(f"Not measured, for nothing was cited: {', '.join(unshown)}.")
    else:
        cited = rows["provenance"].measured.n
        said.append(
            f"What must hold whatever the model holds: all {cited} citations resolve, give the "
            "words of their PDF, and are of current editions under their right name."
        )
        if unshown:
            said.append(f"Not measured here: {', '.join(unshown)}.")
    said.append(f"How good the answers are: {'; '.join(_figures(card, _MAIN))}.")
    if causal := _figures(card, _CAUSAL):
        said.append(f"Whether they come from what they cite: {'; '.join(causal)}.")
        options = card.run.manifest.options
        if options.get("mode") == "quote":
            picked = (
                "; retrieval picked them, so edits and order tell of retrieval, not of a model"
                if options.get("selected_by") == "retrieval"
                else ""
            )
            said.append(
                "These answers quote lines as they stand, and none can outlive its passage: "
                f"post-rationalised is 0 by construction{picked}."
            )
    asked = len(card.run.samples)
    said.append(
        f"{len(card.cases)} of {asked} questions are scored; {len(card.unscored)} are unscored "
        "and counted apart."
    )
    if gates:
        lost = [v.why for v in gates if not v.kept]
        kept = f"All {len(gates)} gates are kept."
        said.append(f"Gates broken: {'; '.join(lost)}." if lost else kept)
    return [*said, card.power]


def _figures(card: Card, names: Sequence[str]) -> list[str]:
    rows = card.by_name
    return [
        f"{n} {rows[n].value:.2f}" + (f" [{shown(ends)}]" if (ends := rows[n].interval) else "")
        for n in names
        if n in rows and rows[n].value is not None
    ]


def verdict_of_two(found: Comparison) -> list[str]:
    """Say first what differs beyond chance, then how much could have been seen."""
    sure = [p for p in found.pairs if p.adjusted is not None and p.adjusted < 0.05 and p.delta]
    if sure:
        better = [p for p in sure if _better(p)]
        worse = [p for p in sure if not _better(p)]
        said = [f"The first is {what}: {told}." for what, told in (
            ("better", _told(better)), ("worse", _told(worse))) if told]  # fmt: skip
    else:
        said = ["No difference is beyond chance (Holm over all metrics, 5 %)."]
    return [
        *said,
        f"{found.questions} questions were scored in both; {len(found.left_out)} left out.",
        found.power,
    ]


def _better(pair: Pair) -> bool:
    return ((pair.delta or 0.0) > 0) == (pair.aim == "high")


def _told(pairs: Sequence[Pair]) -> str:
    return "; ".join(f"{p.name} {p.delta:+.3f} (p {p.adjusted:.4f})" for p in pairs)
