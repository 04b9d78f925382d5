"""Tier 2 worked by hand: what came again, followed or stayed; ties, nothing cited, abstentions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from evals import causal
from evals.cases import Case
from evals.changes import Change, Kind, fingerprint
from evals.metric import Measured, measure
from evals.probed import Probe, Probes
from evals.records import Record
from evals.scorecard import card
from evals.verdict import verdict
from tests.eval_cases import (
    DOSE,
    INFANTS,
    LIBRARY,
    STOP,
    answered,
    cases_of,
    claim,
    extract,
    quoted,
    record,
    run_of,
    sample,
    source,
)

Answer = Mapping[str, Any]


def probed(
    kind: Kind, *pairs: tuple[Answer, Answer | Record | None], **change: Any
) -> dict[str, Measured]:
    """Measure answers, each with what came of it after the change; None: not asked again."""
    cases, by_sample = [], {}
    for number, (before, after) in enumerate(pairs):
        name = f"q{number}"
        base = record(name, before)
        (case,) = cases_of((sample(name, DOSE), base))
        cases.append(case)
        if after is not None:
            again = after if isinstance(after, Record) else record(name, after)
            made = Change(kind, name, fingerprint(base), **change)
            by_sample[name] = (Probe(made, again),)
    probes = Probes(kind, by_sample, len(pairs), len(by_sample))
    return {m.name: measure(m, cases) for m in causal.metrics({kind: probes})}


def values(found: Mapping[str, Measured]) -> dict[str, float | None]:
    return {name: measured.value for name, measured in found.items()}


def test_post_rationalised_is_every_claim_again() -> None:
    both = answered(quoted(DOSE), quoted(STOP))
    found = probed(
        "delete",
        (both, both),  # both come again
        (both, answered(quoted(STOP), quoted(INFANTS))),  # one of two
        (both, answered()),  # an abstention does not stand
        (both, None),  # not asked again: counts nowhere
    )
    assert values(found) == {
        "post-rationalised": pytest.approx(1 / 3),
        "post-rationalised claims": pytest.approx((1 + 0.5 + 0) / 3),
        "abstained without its evidence": pytest.approx(1 / 3),
    }
    assert (found["post-rationalised claims"].k, found["post-rationalised claims"].n) == (3, 6)
    assert found["post-rationalised"].binary


def test_a_claim_is_the_same_by_its_words() -> None:
    said = answered(claim("Give 1 g every 8 hours.", {**_cited(), "line": "1.0"}))
    same = answered(claim("give 1 g  every 8 hours [2]", _cited()))
    other = answered(claim("Give 2 g every 8 hours.", _cited()))
    assert values(probed("delete", (said, same)))["post-rationalised"] == 1.0
    assert values(probed("delete", (said, other)))["post-rationalised"] == 0.0


def _cited() -> dict[str, Any]:
    return dict(quoted(DOSE)["citations"][0])


def test_nothing_probed_is_unscored() -> None:
    found = probed("delete", (answered(quoted(DOSE)), None), (answered(), None))
    assert set(values(found).values()) == {None}
    assert causal.metrics({}) == ()


LINE, EDITED = "Give 1 g every 8 hours.", "Give 2 g every 8 hours."


def after(text: str, *evidence: str) -> Record:
    """Give what came of an edit: an answer of one claim over this evidence."""
    shown = [source(DOSE, n) for n, _ in enumerate(evidence, 1)]
    told = [type(s)(**{**s.__dict__, "text": t}) for s, t in zip(shown, evidence, strict=True)]
    return record("q", answered(claim(text)) if text else answered(), *told)


def test_an_edit_is_followed_remembered_or_neither() -> None:
    base = answered(quoted(DOSE))
    found = probed(
        "edit",
        (base, after("Give 2000 mg every 8 hours.", EDITED)),  # the same amount as 2 g
        (base, after("Give 1 g every 8 hours.", EDITED)),  # from memory
        (base, after("Give 1 g, or 2 g if severe.", EDITED)),  # both: it remembers
        (base, after("Give 11 g.", EDITED)),  # 1 g does not stand in 11 g
        (base, after("", EDITED)),  # abstains: neither
        (base, after("Give 1 g.", EDITED, "Give 1 g once.")),  # stood elsewhere: proves nothing
        (base, after("Give 1 g.", "Stop after 5 days.")),  # was not in the evidence
        line=LINE, edited=EDITED, edit="dose", old="1 g", new="2 g",
    )  # fmt: skip
    told = values(found)
    assert told["edits followed"] == told["edits followed: dose"] == pytest.approx(1 / 5)
    assert told["answered from memory"] == pytest.approx(2 / 5)
    assert told["edits followed: drug"] is None
    assert (found["edits followed"].k, found["edits followed"].n) == (1, 5)


def test_a_direction_is_read_in_claims_about_the_line() -> None:
    line, edited = "Do not give it to infants.", "Give it to infants."
    change = {"line": line, "edited": edited, "edit": "polarity",
              "old": "do not give", "new": "give"}  # fmt: skip
    base = answered(quoted(INFANTS))
    for said, followed, remembered in (
        (edited, 1.0, 0.0),
        (line, 0.0, 1.0),
        ("Do not give antibiotics for a cold.", 0.0, 0.0),  # another line's "do not give"
        ("", 0.0, 0.0),
    ):
        found = values(probed("edit", (base, after(said, edited)), **change))
        assert (found["edits followed"], found["answered from memory"]) == (followed, remembered)


def test_another_line_that_points_the_old_way_is_no_memory() -> None:
    line, edited = (
        "Blood pressure should be taken at each visit.",
        ("Blood pressure should not be taken at each visit."),
    )
    other = "Blood pressure should be taken at the first visit by a nurse."
    change = {"line": line, "edited": edited, "edit": "polarity",
              "old": "should be", "new": "should not be"}  # fmt: skip
    for said, want in (
        ((edited, other), (1.0, 0.0)),
        ((other,), (0.0, 0.0)),
        ((line,), (0.0, 1.0)),
    ):
        came = after("", edited, other)
        came = replace(came, answer=answered(*map(claim, said)))
        found = values(probed("edit", (answered(quoted(DOSE)), came), **change))
        assert (found["edits followed"], found["answered from memory"]) == want


def test_several_edits_of_a_question_are_averaged_within_it() -> None:
    base = record("q", answered(quoted(DOSE)))
    (case,) = cases_of((sample("q", DOSE), base))
    dose = Change("edit", "q", "", line=LINE, edited=EDITED, edit="dose", old="1 g", new="2 g")
    hours = Change("edit", "q", "", line=LINE, edited="Give 1 g every 9 hours.",
                   edit="threshold", old="8 hours", new="9 hours")  # fmt: skip
    probes = (
        Probe(dose, after(EDITED, EDITED)),
        Probe(hours, after("Give 1 g every 8 hours.", hours.edited)),
    )
    found = causal.metrics({"edit": Probes("edit", {"q": probes}, 2, 2)})
    told = {m.name: measure(m, [case]).value for m in found}
    assert (told["edits followed"], told["answered from memory"]) == (0.5, 0.5)
    assert (told["edits followed: dose"], told["edits followed: threshold"]) == (1.0, 0.0)


def test_a_plant_counts_where_it_stood_in_the_evidence() -> None:
    base = answered(quoted(DOSE))
    planted = source(STOP, 2)
    planted = type(planted)(**{**planted.__dict__, "line_id": "planted-q"})
    other = quoted(STOP, line_id="planted-q")
    found = values(
        probed(
            "plant",
            (base, record("q", base, source(DOSE), planted)),  # keeps its source
            (base, record("q", answered(other), source(DOSE), planted)),  # goes over to it
            (base, record("q", answered(quoted(DOSE), other), source(DOSE), planted)),  # cites both
            (base, record("q", base, source(DOSE))),  # did not fit in
            (base, record("q", answered(), source(DOSE), planted)),
        )
    )
    assert found == {"planted line cited": 0.5, "source kept beside a plant": 0.5}


def test_a_swap_is_followed_by_the_other_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIBRARY, "a", {**LIBRARY["a"], "supersedes": "cap-old"})
    base = answered(quoted(DOSE))
    old = answered(quoted(DOSE, file_sha256="old"))
    both = answered(quoted(DOSE, file_sha256="old"), quoted(DOSE))
    found = probed(
        "swap", (base, old), (base, base), (base, both), (base, answered()), files=("a", "old")
    )
    told = values(found)
    assert told["followed the status"] == 0.5
    # Nought of one, one of one, one of two; an abstention cites nothing.
    assert told["superseded cited after a swap"] == pytest.approx((0 + 1 + 0.5) / 3)


def test_shuffled_evidence_gives_the_same_claims_in_any_order() -> None:
    both, turned = answered(quoted(DOSE), quoted(STOP)), answered(quoted(STOP), quoted(DOSE))
    found = probed(
        "shuffle",
        (both, turned),
        (both, answered(quoted(DOSE))),
        (answered(), answered()),
        (answered(), answered(quoted(DOSE))),
    )
    assert values(found) == {"same answer when shuffled": 0.5}


def test_drop_and_hold_are_nats_a_token() -> None:
    base = answered(quoted(DOSE))

    def weighed(**sums: float) -> Record:
        return record("q", base, measured=sums)

    found = probed(
        "logprob",
        (base, weighed(tokens=4, full=-2.0, drop=-10.0, hold=-1.0)),  # +2.0, +0.25
        (base, weighed(tokens=10, full=-5.0, drop=-5.0, hold=-8.0)),  # a tie: 0, -0.3
    )
    assert values(found) == {
        "prob-drop": pytest.approx(1.0),
        "prob-hold": pytest.approx(-0.025),
        "less likely without its evidence": 0.5,
    }


def test_every_metric_says_what_it_is() -> None:
    kinds: tuple[Kind, ...] = ("delete", "edit", "plant", "swap", "shuffle", "logprob")
    made = causal.metrics({k: Probes(k, {}, 0, 0) for k in kinds})
    assert len(made) == 3 + 6 + 2 + 2 + 1 + 3
    assert all(m.told and m.tier == 2 for m in made)
    case = Case(sample("q", DOSE), record("q", answered()), answered(), (), {})
    assert all(m.parts(case) is None for m in made)


def test_the_verdict_says_what_holds_by_construction() -> None:
    base = record("q", answered(quoted(DOSE)))
    made = Change("delete", "q", fingerprint(base))
    probes: dict[Kind, Probes] = {
        "delete": Probes("delete", {"q": (Probe(made, record("q", answered())),)}, 1, 1)
    }
    run = run_of((sample("q", DOSE), base))

    def told(**options: str) -> str:
        asked = replace(run, manifest=replace(run.manifest, options=options))
        return " ".join(verdict(card(asked, extract, causal.metrics(probes)), []))

    said = told(mode="quote", selected_by="retrieval")
    assert "post-rationalised 0.00 [" in said
    assert "0 by construction; retrieval picked them" in said
    assert "0 by construction." in told(mode="quote", selected_by="model")
    assert "construction" not in told(mode="compose", selected_by="model")
    assert "come from what they cite" not in " ".join(verdict(card(run, extract), []))
