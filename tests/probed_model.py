"""Models on vLLM's wire for probes: one remembers, one reads; they weigh prompts as well."""

import json
import re
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


Asked = Callable[..., Path]


def named(model: Model, home: Home, monkeypatch: pytest.MonkeyPatch) -> Model:
    """Name a model's server and a home to the commands."""
    monkeypatch.setenv("CLINICITE_HOME", str(home.root))
    monkeypatch.setenv("CLINICITE_MODEL_URL", model.url)
    monkeypatch.setenv("CLINICITE_MODEL", model.model)
    return model


def asking(folder: Path) -> Asked:
    """Give what asks five questions of a system, and says where the run stands."""
    benchmark = few(folder / "few.jsonl", ASKED)

    def ask(system: str = "plain") -> Path:
        run = folder / system
        words = ("run", str(benchmark), "--out", str(run), "--system", system)
        (elsewhere if system == "session" else command)(*words)
        return run

    return ask


def scored(run: Path) -> dict[str, float | None]:
    """Score a run by the command."""
    document = json.loads(command("score", str(run), "--json"))
    return {row["name"]: row["value"] for row in document["scores"]}


def changed(run: Path, kind: Kind) -> dict[str, Change]:
    """Give what a probe of a run changed."""
    return changes.read(probed.folder(run, kind) / records.BENCHMARK)
