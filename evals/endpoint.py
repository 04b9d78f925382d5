"""Any OpenAI-compatible endpoint, asked plainly: for baselines and judges, never for an answer.

What a clinician is shown comes from the session alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent.thinking import split
from guidelines.problem import Problem

Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Said:
    """One whole reply: thinking and answer apart, and what the server counted."""

    thinking: str
    answer: str
    tokens: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """Where a model answers, and how it is sampled."""

    url: str
    model: str
    key: str = "none"
    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = 1024
    timeout_s: float = 120.0

    @property
    def sampling(self) -> dict[str, Any]:
        """What goes out with every request."""
        return {
            "temperature": self.temperature,
            "seed": self.seed,
            "max_tokens": self.max_tokens,
        }

    async def say(self, messages: Messages) -> Said:
        """Ask once.

        Raises:
            Problem: the server is away, refuses, or answers nonsense; its body is not repeated.
        """
        where = f"model {self.model!r} at {self.url}"
        body = {"model": self.model, "messages": list(messages), **self.sampling}
        # No proxy of the environment: it would read what goes to a server of one's own.
        try:
            async with httpx.AsyncClient(timeout=self.timeout_s, trust_env=False) as client:
                reply = await client.post(
                    f"{self.url.rstrip('/')}/chat/completions",
                    json=body,
                    headers={"Authorization": f"Bearer {self.key}"},
                )
            reply.raise_for_status()
            told = reply.json()
            return _said(told["choices"][0]["message"], told.get("usage") or {})
        except httpx.HTTPStatusError as fault:
            status = fault.response.status_code
            raise Problem(where, f"refused with HTTP status {status}", "check the model") from fault
        except httpx.HTTPError as fault:
            raise Problem(where, f"is away ({type(fault).__name__})", "start it") from fault
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as fault:
            raise Problem(where, "answered no chat completion", "check its address") from fault


def _said(message: Mapping[str, Any], usage: Mapping[str, Any]) -> Said:
    carried = next(
        (t for n in ("reasoning", "reasoning_content") if isinstance(t := message.get(n), str)), ""
    )
    inside = split(str(message.get("content") or ""))
    counted = {k: usage[k] for k in ("prompt_tokens", "completion_tokens") if k in usage}
    return Said(f"{carried}\n{inside.thinking}".strip(), inside.answer, counted)
