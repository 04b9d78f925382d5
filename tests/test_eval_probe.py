"""Probes of a run over a real index: models that remember and that read, by the commands."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals import changes, probed, records
from evals.changes import Change, Kind
from guidelines.home import Home
from tests.eval_cases import command, elsewhere, few
from tests.stub_vllm import Reply, StubVLLM

# Fever in children, pneumonia, diarrhoea in Chinese; one that nothing here answers.
ASKED = ("s007", "s019", "s028", "s041", "s053")
FROM_MEMORY = "Give amoxicillin 1 g three times a day [1]."


class Model(StubVLLM):
    """A model that answers by what it is shown, or from memory; it weighs prompts as vLLM does."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Callable[[str], str] = lambda shown: FROM_MEMORY
        self.reads = True

    def reply_to(self, body: dict[str, Any]) -> Reply:
        """Answer by the last message."""
        return Reply("", self.says(body["messages"][-1]["content"]))

    def besides(self, body: dict[str, Any]) -> dict[str, Any]:
        """Count a prompt's tokens, and give their log-probabilities in vLLM's form.

        A token that stood before is likely for a model that reads; one that remembers finds all
        equally likely.
        """
        if body.get("max_tokens") != 1:
            return {}
        tokens = _tokens(body)
        counted = {"prompt_tokens": len(tokens), "completion_tokens": 1, "total_tokens": 0}
        if body.get("prompt_logprobs") is None:
            return {"usage": counted}
        entries: list[dict[str, Any] | None] = [None]
        for at, token in enumerate(tokens[1:], start=1):
            known = not self.reads or token.strip() in {t.strip() for t in tokens[:at]}
            own = {"logprob": -1.0 if known else -9.0, "rank": 1 if known else 70,
                   "decoded_token": token}  # fmt: skip
            entries.append({str(at): own})
        return {"usage": counted, "prompt_logprobs": entries}


def _tokens(body: dict[str, Any]) -> list[str]:
    """Write messages by a template as chat models have one, and cut them into tokens."""
    *before, last = body["messages"]
    text = "".join(f"<{m['role']}>\n{m['content']}<end>\n" for m in before)
    if body.get("continue_final_message"):
        text += f"<{last['role']}>\n{last['content']}"
    else:
        text += f"<{last['role']}>\n{last['content']}<end>\n<assistant>\n"
    return re.findall(r"\S+\s*", text)


def reading(shown: str) -> str:
    """Answer with the first sentence of the first source."""
    first = re.search(r"\[1\] (.+)", shown)
    return f"{first[1].split('. ')[0].rstrip('.')} [1]." if first else "NO ANSWER"


@pytest.fixture
def model(sample_home: Home, exports: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with Model() as server:
        monkeypatch.setenv("CLINICITE_HOME", str(sample_home.root))
        monkeypatch.setenv("CLINICITE_MODEL_URL", server.url)
        monkeypatch.setenv("CLINICITE_MODEL", server.model)
        yield server


@pytest.fixture
def asked(model: Model, tmp_path: Path) -> Callable[..., Path]:
    """Give what asks the benchmark of a system."""
    benchmark = few(tmp_path / "few.jsonl", ASKED)

    def ask(system: str = "plain") -> Path:
        run = tmp_path / system
        words = ("run", str(benchmark), "--out", str(run), "--system", system)
        (elsewhere if system == "session" else command)(*words)
        return run

    return ask


Asked = Callable[..., Path]


def scored(run: Path) -> dict[str, float | None]:
    """Score a run by the command."""
    document = json.loads(command("score", str(run), "--json"))
    return {row["name"]: row["value"] for row in document["scores"]}


def changed(run: Path, kind: Kind) -> dict[str, Change]:
    return changes.read(probed.folder(run, kind) / records.BENCHMARK)


def test_a_model_that_remembers_and_one_that_reads(asked: Asked, model: Model) -> None:
    run = asked()
    told = command("probe", str(run), "--kind", "delete")
    assert told == f"{run}/probes/delete\n"
    assert scored(run)["post-rationalised"] == 1.0
    model.says = reading
    shutil.rmtree(run)
    command("probe", str(asked()), "--kind", "delete")
    found = scored(run)
    assert (found["post-rationalised"], found["post-rationalised claims"]) == (0.0, 0.0)
    assert "post-rationalised: 0.000 [0.000, " in command("score", str(run))


def test_deletion_takes_the_passage_and_what_repeats_its_line(asked: Asked, model: Model) -> None:
    model.says = reading
    run = asked()
    command("probe", str(run), "--kind", "delete")
    again = records.read(probed.folder(run, "delete"))
    plan = changed(run, "delete")
    base = records.read(run)
    assert set(plan) == {i for i, r in base.records.items() if r.answer and r.answer["claims"]}
    for name, change in plan.items():
        before = {s.passage_id for s in base.records[name].evidence}
        left = {s.passage_id for s in again.records[name].evidence}
        assert set(change.passages) & before
        assert not set(change.passages) & left
        assert len(left) == len(before)
    assert again.manifest.control == "probe delete of plain"


def test_the_session_is_asked_the_same_way_over_the_altered_index(
    asked: Asked, model: Model, sample_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(sample_home)
    monkeypatch.setenv("CLINICITE_MODEL_SELECTS", "1")
    model.says = lambda shown: "1.1"
    run = asked("session")
    told = elsewhere("probe", str(run), "--parallel", "1")
    assert told.count("probes/") == 6
    found = scored(run)
    # The first line shown is named whatever it says: nothing of it is remembered.
    assert found["post-rationalised"] == 0.0
    assert found["edits followed"] is not None
    assert found["answered from memory"] == 0.0
    assert found["superseded cited after a swap"] == 0.0
    assert found["planted line cited"] is not None
    swap = records.read(probed.folder(run, "swap"))
    statuses = {s.status for r in swap.records.values() for s in r.evidence}
    assert statuses == {"current"}
    for name, change in changed(run, "edit").items():
        record = records.read(probed.folder(run, "edit")).records[name]
        assert record.answer is not None
        assert record.receipt
        if any(change.edited in s.text for s in record.evidence):
            assert not any(change.line in s.text for s in record.evidence)
    # The edited words are in no PDF: they must not be in the library's own index or receipts.
    assert _files(sample_home) == before
    assert not sample_home.receipts.exists()


def _files(home: Home) -> dict[str, str]:
    kept = (p for p in home.root.rglob("*") if p.is_file() and "models" not in p.parts)
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}
