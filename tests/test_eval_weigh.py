"""Answers weighed by a prompt's log-probabilities, in the form that vLLM tells them in."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals import probed, records
from evals.endpoint import Endpoint, Token
from guidelines.home import Home
from guidelines.problem import Problem
from tests.eval_cases import command
from tests.probed_model import Asked, Model, asking, named, reading, scored


@pytest.fixture
def model(sample_home: Home, exports: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with Model() as server:
        yield named(server, sample_home, monkeypatch)


@pytest.fixture
def asked(model: Model, tmp_path: Path) -> Asked:
    return asking(tmp_path)


def test_an_answer_is_weighed_as_vllm_tells_it(asked: Asked, model: Model) -> None:
    model.says = reading
    run = asked()
    command("probe", str(run), "--kind", "logprob")
    found = scored(run)
    assert found["prob-drop"] is not None
    assert found["prob-drop"] > 0
    assert found["less likely without its evidence"] not in (None, 0.0)
    weighed = records.read(probed.folder(run, "logprob"))
    base = records.read(run)
    for name, record in weighed.records.items():
        said = [c["text"] for c in base.records[name].answer["claims"]]  # type: ignore[index]
        assert record.answer == base.records[name].answer
        assert record.measured["tokens"] == len(re.findall(r"\S+", " ".join(said)))
    asks = [r for r in model.requests if r.get("prompt_logprobs") == 0]
    assert len(asks) == 3 * len(weighed.records)
    assert all((r["max_tokens"], r["continue_final_message"]) == (1, True) for r in asks)
    # A model for which nothing that was shown makes a word likelier.
    shutil.rmtree(probed.folder(run, "logprob"))
    model.reads = False
    command("probe", str(run), "--kind", "logprob")
    found = scored(run)
    assert (found["prob-drop"], found["prob-hold"]) == (0.0, 0.0)
    assert found["less likely without its evidence"] == 0.0


def test_the_prompts_own_token_is_weighed_and_half_a_sign_is_one(
    asked: Asked, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = {"usage": {"prompt_tokens": 1}, "prompt_logprobs": [None, _entry("own"), _entry("�")]}
    monkeypatch.setattr(model, "besides", lambda body: two)
    found = asyncio.run(Endpoint(model.url, "stub").weigh([{"role": "user", "content": "x"}]))
    assert found == (Token(-2.5, "own"), Token(-2.5, "�"))
    # Letters that are cut across tokens cannot be compared; what was counted stands.
    run = asked()
    command("probe", str(run), "--kind", "logprob")
    weighed = records.read(probed.folder(run, "logprob")).records.values()
    assert {(r.measured["tokens"], r.measured["full"]) for r in weighed} == {(2, -5.0)}


def test_a_server_that_weighs_nothing_leaves_it_unscored(
    asked: Asked, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked()
    counted = {"usage": {"prompt_tokens": 3}}
    for told, why in (
        ({}, "gives no log-probabilities of a prompt"),
        (counted, "gives no log-probabilities of a prompt"),
        ({**counted, "prompt_logprobs": [None, *[_entry("else")] * 9]}, "other tokens than"),
        ({**counted, "prompt_logprobs": [None]}, "other tokens than"),
    ):
        monkeypatch.setattr(model, "besides", lambda body, told=told: told)
        # Every question meets it, so the probe ends there.
        with pytest.raises(Problem, match=why):
            command("probe", str(run), "--kind", "logprob")
        assert scored(run)["prob-drop"] is None
    assert "without an answer yet" in command("score", str(run))
    monkeypatch.undo()


def _entry(letters: str) -> dict[str, Any]:
    likelier = {"7": {"logprob": -0.1, "rank": 1, "decoded_token": "x"}}
    return {"9": {"logprob": -2.5, "rank": 4, "decoded_token": letters}, **likelier}
