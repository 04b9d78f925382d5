"""Models on vLLM's wire for probes: one remembers, one reads; they weigh prompts as well."""

import re
from collections.abc import Callable
from typing import Any

from tests.stub_vllm import Reply, StubVLLM

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
