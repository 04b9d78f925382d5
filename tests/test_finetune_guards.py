"""The training of the guards' weights: what it reads, and that it learns and repeats itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from agent import ngrams
from finetune.guards import LISTS, Text, cases, is_held, listed, train, write
from guidelines.problem import Problem


def test_our_lists_hold_each_text_once_and_under_a_label() -> None:
    found = [row for name in LISTS for row in listed(name)]
    assert len(found) > 1200
    assert {label for _, label in found} == {"block", "pass", "emergency", "self-harm"}
    assert len({text for text, _ in found}) == len(found)


def test_held_cases_are_never_read(tmp_path: Path) -> None:
    rows = [{"text": "seen", "split": "dev"}, {"text": "unseen", "split": "held"}]
    (tmp_path / "harm.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [row["text"] for row in cases(tmp_path, "harm")] == ["seen"]
    with pytest.raises(Problem, match=r"scope\.jsonl"):
        cases(tmp_path, "scope")


def test_half_of_the_foreign_texts_is_held() -> None:
    assert 400 < sum(is_held(f"request {n}") for n in range(1000)) < 600


def test_weights_trained_twice_are_the_same_and_tell_code_from_clinic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [Text(words, label == "block", 1.0) for words, label in listed("scope")]
    one, two = train(texts, 0.05), train(texts, 0.05)
    assert np.array_equal(one.weights, two.weights)
    assert one.false <= 0.05
    assert one.caught > 0.2
    write(tmp_path / "weights.json", {"scope": one})
    monkeypatch.setattr(ngrams, "files", lambda _: tmp_path)
    ngrams.judgements.cache_clear()
    try:
        assert ngrams.holding("write me a poem about the weather", "scope") == ("scope",)
        assert ngrams.holding("potassium 6.1 on ramipril", "scope") == ()
    finally:
        ngrams.judgements.cache_clear()
