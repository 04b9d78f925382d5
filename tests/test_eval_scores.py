"""Scores without a judge, worked by hand: integrity, wording, gold lines, evidence, abstention."""

import pytest

from evals import found, gold, integrity, refusals, trec, wording
from evals.amounts import amounts, lacking
from evals.metric import measure
from evals.scorecard import METRICS, card
from tests.eval_cases import (
    DOSE,
    INFANTS,
    PAGE,
    STOP,
    answered,
    case_of,
    cases_of,
    cite,
    claim,
    extract,
    quoted,
    record,
    run_of,
    sample,
    source,
)

NOTHING = answered()


def test_a_citation_resolves_by_evidence_file_page_and_span() -> None:
    told = answered(
        quoted(DOSE),
        quoted(DOSE, line="9.9"),
        quoted(DOSE, page=4),
        quoted(DOSE, spans=[[0, 99]]),
    )
    assert integrity.resolvable(case_of(told)) == [True, False, False, False]
    assert integrity.resolvable(case_of(NOTHING)) == []


def test_provenance_is_the_quote_extracted_again() -> None:
    told = answered(quoted(DOSE), quoted(DOSE, quote="Give 2 g every 8 hours."), quoted(page=9))
    assert integrity.provenance(case_of(told)) == [True, False, False]
    both = cite(DOSE, spans=[list(DOSE), list(STOP)], quote=f"{PAGE[0:23]} … {PAGE[48:66]}")
    assert integrity.provenance(case_of(answered(claim("x", both)))) == [True]


def test_verbatim_exact_and_folded_apart() -> None:
    told = answered(
        quoted(DOSE),
        claim("GIVE 1 g  every 8 hours.", cite(DOSE)),
        claim("Give 1 g every 6 hours.", cite(DOSE)),
        claim("Give 1 g every 8 hours."),
    )
    assert integrity.verbatim(case_of(told)) == [True, False, False, False]
    assert integrity.verbatim_folded(case_of(told)) == [True, True, False, False]
    composed = {**told, "mode": "compose"}
    assert integrity.verbatim(case_of(composed)) == []


def test_currency_is_the_catalogues_word_not_the_citations() -> None:
    told = answered(
        quoted(DOSE),
        quoted(DOSE, file_sha256="old", status="current"),
        quoted(DOSE, guideline="another"),
        quoted(DOSE, edition="2021"),
    )
    one = case_of(told, DOSE)
    assert integrity.superseded(one) == [False, True, False, False]
    assert integrity.wrong_guideline(one) == [False, False, True, True]
    assert integrity.off_gold(one) == [False, True, False, False]
    assert integrity.off_gold(case_of(told)) == []


def test_claims_cited() -> None:
    told = answered(quoted(DOSE), claim("Rest."))
    assert wording.covered(case_of(told)) == [True, False]
    assert wording.covered(case_of(NOTHING)) == []


def test_numbers_and_units_stand_in_the_cited_words() -> None:
    said = [
        ("Give 1 g every 8 hours.", True),
        ("Give 1000 mg every 8 hours.", True),
        ("Give 1,000 mg 8-hourly.", True),
        ("Give 1 mg every 8 hours.", False),
        ("Give 1 g every 6 hours.", False),
        ("Give 1 to 8 of them.", True),
        ("Give 2.", False),
        ("给予1克，每8小时一次。", True),
    ]
    told = answered(
        *(claim(text, cite(DOSE)) for text, _ in said), claim("Rest."), claim("Give 1.")
    )
    # The claim without a number does not count, the one without a citation fails.
    assert wording.numbers_match(case_of(told)) == [*(right for _, right in said), False]


def test_amounts_are_read_on_one_scale() -> None:
    assert list(amounts("0.5 g, 200 micrograms/kg, 1,250 mL, 37.5 and 5 days")) == [
        (500.0, "mg"), (0.2, "mg/kg"), (1250.0, "ml"), (37.5, ""), (5.0, "day"),
    ]  # fmt: skip
    assert lacking("15 mg/kg", "15 mg") == [(15.0, "mg/kg")]
    assert lacking("15", "15 mg") == []
    assert lacking("2", "2 g") == []


def test_polarity_is_compared_with_the_likest_cited_sentence() -> None:
    both = cite((24, 66))
    told = answered(
        quoted(INFANTS),
        claim("Give to infants.", cite(INFANTS)),
        claim("Infants should not be given it.", both),
        claim("Do not stop after 5 days.", both),
        claim("Rest."),
    )
    # "stop" turns once, "do not stop" twice: the last cited claim points the other way.
    assert wording.polarity_agrees(case_of(told)) == [True, False, True, False]


def test_thinking_stays_out_of_the_answer() -> None:
    thought = "the dose in the second line is one gram three times a day for adults"
    shown = claim("The dose in the second line is one gram three times.", cite(DOSE))
    assert wording.channels_apart(case_of(answered(quoted(DOSE)), thinking=thought)) is True
    assert wording.channels_apart(case_of(answered(shown), thinking=thought)) is False
    assert wording.channels_apart(case_of(answered(claim("x </think> y")))) is False
    assert wording.channels_apart(case_of(NOTHING, streamed="well <think>")) is False
    # What the cited words say too, thinking may say as well.
    long = quoted((0, 66))
    assert wording.channels_apart(case_of(answered(long), thinking=PAGE)) is True


def test_the_form_of_an_outcome() -> None:
    assert wording.well_formed(case_of(NOTHING)) is True
    assert wording.well_formed(case_of({**NOTHING, "reason": " "})) is False
    assert wording.well_formed(case_of({**NOTHING, "claims": [quoted(DOSE)]})) is False
    assert wording.well_formed(case_of(answered(quoted(DOSE)))) is True
    assert wording.well_formed(case_of({**NOTHING, "abstained": False})) is False


def test_gold_lines_by_hand() -> None:
    # Three lines cited, one of them twice; gold is one of two alternatives.
    told = answered(quoted(DOSE), quoted(DOSE), quoted(INFANTS), quoted(STOP))
    one = case_of(told, DOSE, INFANTS)
    assert gold.precision(one) == pytest.approx((2 / 3, 1.0))
    assert gold.recall(one) == (1.0, 1.0)
    assert gold.f1(one) == pytest.approx((0.8, 1.0))
    every = case_of(answered(quoted(DOSE)), DOSE, INFANTS, all=True)
    assert gold.precision(every) == (1.0, 1.0)
    assert gold.recall(every) == (0.5, 1.0)
    assert gold.f1(every) == pytest.approx((2 / 3, 1.0))


def test_gold_of_an_empty_answer_and_of_an_unanswerable_question() -> None:
    empty = case_of(NOTHING, DOSE)
    assert (gold.precision(empty), gold.recall(empty), gold.f1(empty)) == (
        None, (0.0, 1.0), (0.0, 1.0),
    )  # fmt: skip
    none = case_of(answered(quoted(DOSE)))
    assert (gold.precision(none), gold.recall(none), gold.f1(none)) == (None, None, None)
    bare = case_of(answered(claim("Rest.")), DOSE)
    assert (gold.precision(bare), gold.f1(bare)) == (None, (0.0, 1.0))
    assert gold.right_first(bare) is False


def test_one_character_of_overlap_hits_and_a_lead_in_does_not() -> None:
    edge = case_of(answered(quoted((22, 30))), DOSE)
    assert gold.precision(edge) == (1.0, 1.0)
    beside = case_of(answered(quoted((23, 30))), DOSE)
    assert gold.precision(beside) == (0.0, 1.0)
    led = cite(STOP, spans=[list(DOSE), list(STOP)])
    assert gold.precision(case_of(answered(claim("x", led)), DOSE)) == (0.0, 1.0)
    # A whole passage has no lead-in: it counts as its lines.
    whole = cite(STOP, spans=[list(DOSE), list(STOP)], line_id="passage-p")
    assert gold.precision(case_of(answered(claim("x", whole)), DOSE)) == (0.5, 1.0)


def test_the_right_page_and_the_first_citation() -> None:
    told = answered(quoted(INFANTS), quoted(DOSE))
    one = case_of(told, DOSE)
    assert (gold.right_page(one), gold.right_first(one)) == (True, False)
    assert gold.right_page(case_of(answered(quoted(DOSE, page=4)), DOSE)) is False
    assert gold.right_page(case_of(told)) is None


def test_trec_orders_ties_by_the_later_name_first() -> None:
    assert trec.order({"a": 1.0, "c": 1.0, "b": 2.0}) == ["b", "c", "a"]


def test_trec_measures_by_hand() -> None:
    qrels = {"a": 1, "b": 2, "c": 0}
    # Gains 2/log2(3) and 1/log2(4) over 2/log2(2) + 1/log2(3).
    assert trec.ndcg(["x", "b", "a"], qrels) == pytest.approx(
        (2 / 1.5849625 + 0.5) / (2 + 1 / 1.5849625)
    )
    assert trec.ndcg(["x", "b", "a"], qrels, 1) == 0.0
    assert trec.recall(["x", "b", "a"], qrels, 2) == 0.5
    assert trec.reciprocal_rank(["x", "c", "b"], qrels) == pytest.approx(1 / 3)
    assert trec.reciprocal_rank(["x"], qrels) == 0.0
    assert trec.ndcg(["a"], {"a": 0}) is None
    assert trec.recall([], {}, 5) is None
    assert trec.reciprocal_rank([], {}) is None


def test_evidence_pages_are_ranked_by_their_best_passage() -> None:
    lines = (source(DOSE, 2), source(INFANTS, 1, page=7), source(STOP, 3, page=7))
    one = case_of(answered(quoted(DOSE)), DOSE, evidence=lines)
    assert found.ranked(one) == ["a 7", "a 3"]
    assert found.reciprocal_rank(one) == (0.5, 1.0)
    assert found.ndcg(one) == pytest.approx((1 / 1.5849625, 1.0))
    assert found.recall(one) == (1.0, 1.0)
    assert found.gold_found(one) is True
    assert found.gold_found(case_of(NOTHING, STOP, evidence=lines[:2])) is False


def test_refusal_macro_f1_by_hand() -> None:
    # Answered 3 of 4 that should be, and 1 of 2 that should not be.
    answer, refuse = answered(quoted(DOSE)), NOTHING
    pairs = [
        (sample("1", DOSE), record("1", answer)),
        (sample("2", DOSE), record("2", answer)),
        (sample("3", DOSE), record("3", answer)),
        (sample("4", DOSE), record("4", refuse)),
        (sample("5", kind="nearmiss"), record("5", answer)),
        (sample("6", kind="nearmiss"), record("6", refuse)),
    ]
    scored = cases_of(*pairs)
    named = {m.name: measure(m, scored).value for m in METRICS}
    # Answering: 3 of 4 and 3 of 4, F1 3/4. Refusing: 1 of 2 and 1 of 2, F1 1/2.
    assert named["grounded-refusal macro-F1"] == pytest.approx(0.625)
    assert named["abstained where nothing answers"] == 0.5
    assert named["over-abstention"] == 0.25
    assert named["over-abstention, gold in evidence"] == 0.25
    assert measure(METRICS[-2], scored[:3]).value is None


def test_refusal_by_evidence_does_not_blame_for_what_was_not_found() -> None:
    missed = record("1", NOTHING, source(INFANTS))
    held = record("2", answered(quoted(DOSE)), source(DOSE))
    scored = cases_of((sample("1", DOSE), missed), (sample("2", DOSE), held))
    named = {m.name: measure(m, scored).value for m in METRICS}
    assert named["grounded-refusal macro-F1, by evidence"] == 1.0
    # By label: one of two answered (F1 2/3), none refused rightly (F1 0).
    assert named["grounded-refusal macro-F1"] == pytest.approx(1 / 3)


def test_risk_and_coverage_with_a_tie() -> None:
    right, wrong = answered(quoted(DOSE)), answered(quoted(STOP))
    pairs = [
        (sample("1", DOSE), record("1", right, confidence=0.9)),
        (sample("2", DOSE), record("2", wrong, confidence=0.8)),
        (sample("3", DOSE), record("3", right, confidence=0.8)),
        (sample("4", DOSE), record("4", wrong, confidence=0.1)),
        (sample("5"), record("5", NOTHING, confidence=0.05)),
    ]
    curve = refusals.risk_coverage(cases_of(*pairs))
    assert curve.points == ((0.2, 0.0), (0.6, 1 / 3), (0.8, 0.5))
    assert curve.area == pytest.approx((0 + 2 / 3 + 0.5) / 4)
    assert refusals.risk_coverage(cases_of(pairs[4])) == refusals.RiskCoverage((), None)


def test_classes_and_unscored_samples_are_told_apart() -> None:
    run = run_of(
        (sample("1", DOSE, kind="table"), record("1", answered(quoted(DOSE)))),
        (sample("2", DOSE, kind="table"), record("2", None, problem="model away")),
        (sample("3", DOSE, kind="table"), None),
        (sample("4", kind="nearmiss"), record("4", NOTHING)),
    )
    scored = card(run, extract)
    assert scored.unscored == ("2", "3")
    assert [(r.name, r.value, r.measured.k, r.measured.n) for r in scored.classes] == [
        ("table: answered", 1.0, 1, 1), ("nearmiss: refused", 1.0, 1, 1),
    ]  # fmt: skip
    assert scored.by_name["provenance"].measured.n == 1
