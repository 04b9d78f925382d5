"""Judges, their recorded verdicts, and what each is worth against people, worked by hand."""

import asyncio
import json
from pathlib import Path

import pytest

from evals import calibration, verdicts
from evals.calibration import Card, Labelled, read_cards
from evals.endpoint import Endpoint
from evals.judges import ModelJudge, NliJudge, read_word
from evals.judging import judge_run, judged_metrics, same_judge, unjudged
from evals.labelled_sets import load
from evals.metric import measure
from evals.verdicts import Judged, Label, Verdicts, key, line_of
from guidelines.problem import Problem
from tests.conftest import ROOT
from tests.eval_cases import (
    DOSE,
    STOP,
    answered,
    cases_of,
    cite,
    claim,
    record,
    sample,
)
from tests.stub_vllm import Reply, StubVLLM

DATA = ROOT.parent / "shared" / "data"


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
