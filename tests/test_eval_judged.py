"""Scores with a judge, worked by hand: ALCE's definitions, BioGen's rates, a judge's worth."""

import pytest

from evals import alce, support
from evals.alce import Alce, Statement, compat_statements, score, statements_of
from evals.metric import measure
from evals.prose import statements, written
from evals.verdicts import Label, Verdicts, key
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
    record,
    sample,
    source,
)

# What supports the statement "s": a and b only together, c alone, d nothing.
TOGETHER = {"a\nb": "full", "a\nb\nc": "full", "a\nb\nd": "full", "c": "full", "a\nc": "full",
            "b\nc": "full", "c\nd": "full"}  # fmt: skip


def labelled(evidence: str, claim: str) -> Label:
    return "full" if TOGETHER.get(evidence) else "none"


def scored(*cited: tuple[str, ...]) -> Alce | None:
    return score([Statement("s", c) for c in cited], labelled)


def test_alces_definitions_case_by_case() -> None:
    # One that supports; none; one that does not.
    assert scored(("c",)) == Alce(1.0, 1.0)
    assert scored(()) == Alce(0.0, None)
    assert scored(("d",)) == Alce(0.0, 0.0)
    # Two that support only together: neither is irrelevant (condition b fails).
    assert scored(("a", "b")) == Alce(1.0, 1.0)
    # One that supports and one that adds nothing: the second is irrelevant.
    assert scored(("c", "d")) == Alce(1.0, 0.5)
    # a supports nothing alone, and c does without it.
    assert scored(("a", "c")) == Alce(1.0, 0.5)
    # Beside c, a and b are each irrelevant: the rest still supports.
    assert scored(("a", "b", "c")) == Alce(1.0, 1 / 3)
    # A statement without recall gives none of its citations precision.
    assert scored(("a", "d")) == Alce(0.0, 0.0)


def test_alce_over_a_response_and_its_f1() -> None:
    # Three statements, two supported; four citations, two of them precise.
    found = scored(("c",), ("c", "d"), ("d",))
    assert found == Alce(2 / 3, 0.5)
    assert found is not None
    assert found.f1 == pytest.approx(4 / 7)
    assert Alce(0.0, None).f1 == Alce(0.0, 0.0).f1 == 0.0
    assert score([], labelled) is None


def test_a_verdict_that_is_missing_leaves_the_response_unscored() -> None:
    known = Verdicts("j", {key("a\nb", "s"): "full", key("a", "s"): None})
    assert score([Statement("s", ("a", "b"))], known.label) is None
    assert known.missing == {}
    assert score([Statement("s", ("d",))], known.label) is None
    assert list(known.missing.values()) == [("d", "s")]


def test_a_marker_after_the_stop_is_its_own_sentences_for_us_and_the_nexts_for_the_script() -> None:
    prose = "Give 1 g. [1] Stop after 5 days [2][3][1][2].\nNever to infants [2]."
    assert statements(prose) == [
        ("Give 1 g.", (1,)), ("Stop after 5 days.", (2, 3, 1)), ("Never to infants.", (2,)),
    ]  # fmt: skip
    one = case_of(
        answered(claim("x")), prose=prose,
        evidence=[source(DOSE), source(INFANTS), source(STOP)],
    )  # fmt: skip
    found = compat_statements(one)
    # The second line is dropped; of five citations three count.
    assert [(s.text, len(s.cited)) for s in found] == [
        ("Give 1 g.", 0), ("Stop after 5 days.", 3),
    ]  # fmt: skip
    assert [c.split("\n")[1] for c in found[1].cited] == [PAGE[0:23], PAGE[24:47], PAGE[48:66]]


def test_the_script_reads_one_number_a_bracket_and_none_out_of_range() -> None:
    lines = [source(DOSE), source(INFANTS)]
    two = case_of(answered(claim("x")), prose="Give 1 g [1, 2].", evidence=lines)
    assert [len(s.cited) for s in compat_statements(two)] == [1]
    beyond = case_of(answered(claim("x")), prose="Give 1 g [1][9].", evidence=lines)
    assert [(s.broken, s.cited) for s in compat_statements(beyond)] == [(True, ())]
    assert score(compat_statements(beyond), labelled) == Alce(0.0, None)


def test_a_session_answer_is_written_as_the_script_reads_it() -> None:
    both = claim("Give 1 g every 8 hours.", cite(DOSE), cite(STOP))
    one = case_of(answered(both, claim("Stop after 5 days.", cite(STOP))))
    assert written([("Give it.", (1, 2)), ("Rest", ())]) == "Give it [1][2]. Rest"
    found = compat_statements(one)
    assert [(s.text, len(s.cited)) for s in found] == [
        ("Give 1 g every 8 hours.", 2), ("Stop after 5 days.", 1),
    ]  # fmt: skip
    assert found[0].cited == statements_of(one)[0].cited
    silent = case_of(answered())
    assert [(s.text, s.cited) for s in compat_statements(silent)] == [("No answer is shown.", ())]


def test_abstentions_count_for_the_script_alone() -> None:
    cases = cases_of(
        (sample("1", DOSE), record("1", answered(claim("s", cite(DOSE))))),
        (sample("2"), record("2", answered())),
    )
    everything = alce.metrics(lambda *_: "full")
    assert [measure(m, cases).value for m in everything] == [1.0, 1.0, 1.0]
    assert [len(measure(m, cases).parts) for m in everything] == [1, 1, 1]
    compat = alce.metrics(lambda *_: "full", compat=True)
    assert [measure(m, cases).value for m in compat] == [0.5, 0.5, 0.5]


def test_biogens_rates_by_hand() -> None:
    told: dict[str, Label] = {PAGE[0:23]: "full", PAGE[24:47]: "partial", PAGE[48:66]: "contradict"}

    def label(evidence: str, _: str) -> Label:
        return told.get(evidence.removeprefix("Title: Pneumonia\n"), "none")

    one = case_of(
        answered(claim("s", cite(DOSE)), claim("s", cite(INFANTS)), claim("s", cite(STOP)))
    )
    values = {m.name: measure(m, [one]).value for m in support.metrics(label)}
    assert values == {
        "citations that support": pytest.approx(2 / 3),
        "support, weighted": 0.5,
        "citations that contradict": pytest.approx(1 / 3),
        "responses fully supported": 0.0,
    }
    whole = case_of(answered(claim("s", cite(DOSE))))
    last = support.metrics(label)[-1]
    assert measure(last, [whole]).value == 1.0
    bare = case_of(answered(claim("s")))
    assert measure(last, [bare]).value == 0.0
    assert [m.parts(case_of(answered())) for m in support.metrics(label)] == [None] * 4
