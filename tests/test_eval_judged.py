"""Scores with a judge, worked by hand: ALCE's definitions, BioGen's rates, a judge's worth."""

import asyncio
import json
from pathlib import Path

import pytest

from evals import alce, calibration, support, verdicts
from evals.alce import Alce, Statement, compat_statements, score, statements_of
from evals.calibration import Card, Labelled, read_cards
from evals.endpoint import Endpoint
from evals.judges import ModelJudge, NliJudge, read_word
from evals.judging import judge_run, judged_metrics, same_judge, unjudged
from evals.labelled_sets import load
from evals.metric import measure
from evals.prose import statements, written
from evals.verdicts import Judged, Label, Verdicts, key, line_of
from guidelines.problem import Problem
from tests.conftest import ROOT
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
from tests.stub_vllm import Reply, StubVLLM

DATA = ROOT.parent / "shared" / "data"
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


def test_kappa_and_its_kin_by_hand() -> None:
    # Judge and people: yes and yes 20, yes and no 5, no and yes 10, no and no 15.
    cells: list[tuple[Label, bool, int]] = [
        ("full", True, 20), ("full", False, 5), ("partial", True, 10), ("none", False, 15),
    ]  # fmt: skip
    pairs, labels = [], []
    for label, people, count in cells:
        pairs += [Labelled("e", "c", people, str(i)) for i in range(count)]
        labels += [label] * count
    found = calibration.card("j", "set", [*pairs, pairs[0]], [*labels, None])
    # Observed .7, by chance .5: kappa .4.
    assert found.kappa == pytest.approx(0.4)
    assert (found.sensitivity, found.specificity) == (2 / 3, 0.75)
    assert (found.pairs, found.unscored, found.indicative) == (51, 1, True)
    assert "indicative only" in str(found)
    nothing = calibration.card("j", "set", pairs[:2], [None, None])
    assert (nothing.kappa, nothing.indicative) == (None, True)


def test_a_judge_answers_with_one_word_or_with_nonsense() -> None:
    assert [read_word(t) for t in ("FULL", " none.\n", "Contradict", "**PARTIAL**")] == [
        "full", "none", "contradict", "partial",
    ]  # fmt: skip
    for nonsense in ("", "yes", "FULL or PARTIAL", "I think that the evidence is FULL of it"):
        assert read_word(nonsense) is None


def test_a_run_is_judged_until_nothing_is_missing(stub: StubVLLM, tmp_path: Path) -> None:
    both = claim("s", cite(DOSE), cite(STOP))
    cases = cases_of(
        (sample("1", DOSE), record("1", answered(both))),
        (sample("2"), record("2", answered())),
    )
    judge = ModelJudge(Endpoint(stub.url, stub.model))
    stub.reply = Reply("It all fits.", "FULL")
    seen: list[int] = []
    empty = Verdicts("", {})
    found = asyncio.run(judge_run(judge, cases, tmp_path, empty, seen.append, parallel=1))
    # Joint, and each of the two alone: both support, so no subset is asked for.
    assert (len(found.known), len(stub.requests)) == (3, 3)
    assert stub.requests[0]["messages"][1]["content"].endswith("Claim: s")
    again = verdicts.read(tmp_path)
    assert (again.judge, again.known) == ("model stub", found.known)
    assert unjudged(cases, again, compat=True) == []
    values = {m.name: measure(m, cases).value for m in judged_metrics(again, compat=True)}
    assert values["ALCE citation F1"] == 1.0
    assert values["ALCE citation F1, as ALCE's script"] == 0.5
    with pytest.raises(Problem, match="are those of 'model stub', not of 'model other'"):
        same_judge(again, ModelJudge(Endpoint(stub.url, "other")), tmp_path)


def test_a_judge_that_answers_nonsense_leaves_the_sample_unscored(
    stub: StubVLLM, tmp_path: Path
) -> None:
    cases = cases_of((sample("1", DOSE), record("1", answered(claim("s", cite(DOSE))))))
    stub.reply = Reply("", "It is what it is.")
    judge = ModelJudge(Endpoint(stub.url, stub.model))
    found = asyncio.run(judge_run(judge, cases, tmp_path, Verdicts("", {}), lambda _: None))
    assert list(found.known.values()) == [None]
    assert unjudged(cases, found, compat=False) == ["1"]
    for metric in judged_metrics(found, compat=False):
        assert measure(metric, cases).value is None


def test_an_endpoint_that_is_away_or_talks_nonsense_is_a_problem(stub: StubVLLM) -> None:
    judge = ModelJudge(Endpoint(stub.url, stub.model))
    stub.reply = Reply(status=503)
    with pytest.raises(Problem, match="refused with HTTP status 503"):
        asyncio.run(judge.judge("e", "c"))
    gone = ModelJudge(Endpoint("http://127.0.0.1:9", "m", timeout_s=2))
    with pytest.raises(Problem, match="is away"):
        asyncio.run(gone.judge("e", "c"))


def test_recorded_verdicts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    file = tmp_path / verdicts.VERDICTS
    with pytest.raises(Problem, match="there are none"):
        verdicts.read(tmp_path)
    good = line_of("j", ("e", "c"), Judged("full"))
    file.write_text(good + '{"pair": "x", "la')
    assert verdicts.read(tmp_path).known == {key("e", "c"): "full"}
    file.write_text(good.replace('"full"', '"maybe"') + good)
    with pytest.raises(Problem, match=r"verdicts.jsonl line 1: does not fit: label 'maybe'"):
        verdicts.read(tmp_path)
    file.write_text(good + line_of("k", ("e", "d"), Judged("none")))
    with pytest.raises(Problem, match="are of 2 judges"):
        verdicts.read(tmp_path)


def test_without_a_calibration_card_no_number_is_printed(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="without it no number of a judge is printed"):
        read_cards(tmp_path / "card.json")
    pairs = [Labelled("e", "c", bool(i % 2), str(i)) for i in range(8)]
    right = calibration.card("j", "set", pairs, ["full" if p.supported else "none" for p in pairs])
    (tmp_path / "card.json").write_text(json.dumps({"set": right.document()}))
    (found,) = read_cards(tmp_path / "card.json")
    assert (found.kappa, found.indicative) == (1.0, False)
    assert isinstance(found, Card)
    (tmp_path / "card.json").write_text('{"set": {"judge": "j"}}')
    with pytest.raises(Problem, match="does not fit"):
        read_cards(tmp_path / "card.json")


def tiny_cross_encoder(folder: Path, labels: dict[int, str]) -> Path:
    """Make a cross-encoder of one layer that always finds its last label."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ndose\nfever\n")
    config = BertConfig(
        vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, id2label=labels, label2id={v: k for k, v in labels.items()},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.arange(len(labels)).float())
    model.save_pretrained(folder)
    BertTokenizer(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ({0: "contradiction", 1: "neutral", 2: "entailment"}, "full"),
        ({0: "entailment", 1: "neutral", 2: "CONTRADICTION"}, "contradict"),
        ({0: "entailment", 1: "not_entailment"}, "none"),
        ({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, None),
    ],
)
def test_a_cross_encoder_judges_by_the_names_of_its_labels(
    tmp_path: Path, labels: dict[int, str], wanted: Label | None
) -> None:
    judge = NliJudge(tiny_cross_encoder(tmp_path / "nli", labels))
    assert judge.name == "nli nli"
    said = asyncio.run(judge.judge("fever dose", "dose"))
    assert (said.label, said.said) == (wanted, labels[max(labels)].lower())


def test_a_folder_that_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is no folder of a cross-encoder"):
        NliJudge(tmp_path)


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled sets are not beside this checkout")
def test_the_labelled_sets_are_read_whole() -> None:
    counts = {
        name: (len(found := load(name, DATA / name)), sum(p.supported for p in found))
        for name in ("expertqa-med", "healthver", "scifact")
    }
    assert counts == {"expertqa-med": (172, 107), "healthver": (1917, 533), "scifact": (809, 332)}
    assert all(p.evidence and p.claim for p in load("scifact", DATA / "scifact"))


def test_a_labelled_set_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"labelled set scifact in .* cannot be read"):
        load("scifact", tmp_path)
