"""The training of the guards' weights: what it reads, that it learns, and what it leaves alone."""

import json
from pathlib import Path

import numpy as np
import pytest

from finetune.guard_net import FOLDS
from finetune.guard_texts import (
    HEADS,
    LISTS,
    Text,
    cases,
    is_held,
    listed,
    read,
    write,
)
from finetune.guards import fit
from guidelines.problem import Problem


def test_our_lists_hold_each_text_once_and_under_a_label() -> None:
    found = [row for name in LISTS for row in listed(name)]
    assert len(found) > 1200
    assert {label for _, label in found} == {"block", "pass", "emergency", "self-harm"}
    assert len({text for text, _ in found}) == len(found)


def test_only_dev_cases_are_read(tmp_path: Path) -> None:
    rows = [{"text": split, "split": split} for split in ("dev", "held", "fresh")]
    (tmp_path / "harm.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [row["text"] for row in cases(tmp_path, "harm")] == ["dev"]
    with pytest.raises(Problem, match=r"scope\.jsonl"):
        cases(tmp_path, "scope")


def test_half_of_the_foreign_texts_is_held() -> None:
    assert 400 < sum(is_held(f"request {n}") for n in range(1000)) < 600


def test_texts_come_back_as_written(tmp_path: Path) -> None:
    texts = [Text("渗透", {"harm": True}), Text("b", {}, 0.4, near=False)]
    write(tmp_path / "texts.jsonl", texts)
    assert read(tmp_path / "texts.jsonl") == texts


def test_texts_that_begin_alike_share_a_fold() -> None:
    one, other = (Text(f"Give amoxicillin 500 mg three times {end}", {}) for end in ("a", "b"))
    assert one.group == other.group


def test_the_false_share_is_kept_and_a_reader_that_knows_is_believed() -> None:
    texts = [Text(words, {"scope": label == "block"}) for words, label in listed("scope")]
    yes = np.array([text.known["scope"] for text in texts])
    net = np.zeros((len(texts), len(HEADS)), np.float32)
    noise = np.random.default_rng(0).normal(0, 1, len(texts))
    blind = fit(texts, net, {"scope": 0.05})[0]
    net[:, HEADS.index("scope")] = np.where(yes, 3, -3) + noise
    seeing = fit(texts, net, {"scope": 0.05})[0]
    assert FOLDS > 1
    assert blind.false <= 0.05
    assert seeing.false <= 0.05
    assert 0.2 < blind.caught < seeing.caught
    assert seeing.caught > 0.95
