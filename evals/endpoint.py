"""Any OpenAI-compatible endpoint, asked plainly: for baselines and judges, never for an answer.

What a clinician is shown comes from the session alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from agent.thinking import split
from guidelines.problem import Problem

Messages = Sequence[Mapping[str, str]]
Read = TypeVar("Read")
# No template may open a thinking of its own before the answer.
_PLAINLY: Mapping[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}


@dataclass(frozen=True)
class Said:
    """One whole reply: thinking and answer apart, and what the server counted."""

    thinking: str
    answer: str
    tokens: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Token:
    """One token of a prompt: the log of its chance after those before it, and its letters."""

    logprob: float
    text: str


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
        return await self._chat(
            {"messages": list(messages), **self.sampling},
            lambda told: _said(told["choices"][0]["message"], told.get("usage") or {}),
            "answered no chat completion",
        )

    async def count(self, messages: Messages) -> int:
        """Count the tokens of a prompt that an answer would follow.

        Raises:
            Problem: as `say`.
        """
        return await self._chat(
            {"messages": list(messages), "max_tokens": 1, "temperature": 0.0, **_PLAINLY},
            lambda told: int(told["usage"]["prompt_tokens"]),
            "does not count the tokens of a prompt",
        )

    async def weigh(self, messages: Messages) -> tuple[Token, ...]:
        """Give each token of a prompt that ends with an answer, less the first, with its chance.

        As vLLM tells it: `prompt_logprobs`, an extra parameter of its chat completions. The list
        has null for the first token; each other entry names the prompt's own token by its id and,
        where the server adds likelier ones, those with smaller ranks.

        Raises:
            Problem: as `say`, or the server gives no log-probabilities of a prompt.
        """
        return await self._chat(
            {
                "messages": list(messages), "max_tokens": 1, "temperature": 0.0,
                "prompt_logprobs": 0, "add_generation_prompt": False,
                "continue_final_message": True, **_PLAINLY,
            },
            lambda told: tuple(_token(entry) for entry in told["prompt_logprobs"][1:]),
            "gives no log-probabilities of a prompt, as vLLM does",
        )  # fmt: skip

    async def _chat(
        self, asked: Mapping[str, Any], read: Callable[[dict[str, Any]], Read], nonsense: str
    ) -> Read:
        where = f"model {self.model!r} at {self.url}"
        # No proxy of the environment: it would read what goes to a server of one's own.
        try:
            async with httpx.AsyncClient(timeout=self.timeout_s, trust_env=False) as client:
                reply = await client.post(
                    f"{self.url.rstrip('/')}/chat/completions",
                    json={"model": self.model, **asked},
                    headers={"Authorization": f"Bearer {self.key}"},
                )
            reply.raise_for_status()
            return read(reply.json())
        except httpx.HTTPStatusError as fault:
            status = fault.response.status_code
            raise Problem(where, f"refused with HTTP status {status}", "check the model") from fault
        except httpx.HTTPError as fault:
            raise Problem(where, f"is away ({type(fault).__name__})", "start it") from fault
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as fault:
            raise Problem(where, nonsense, "check its address") from fault


def _token(entry: Mapping[str, Mapping[str, Any]]) -> Token:
    own = max(entry.values(), key=lambda one: int(one.get("rank") or 1))
    return Token(float(own["logprob"]), str(own.get("decoded_token") or ""))


def _said(message: Mapping[str, Any], usage: Mapping[str, Any]) -> Said:
    carried = next(
        (t for n in ("reasoning", "reasoning_content") if isinstance(t := message.get(n), str)), ""
    )
    inside = split(str(message.get("content") or ""))
    counted = {k: usage[k] for k in ("prompt_tokens", "completion_tokens") if k in usage}
    return Said(f"{carried}\n{inside.thinking}".strip(), inside.answer, counted)
