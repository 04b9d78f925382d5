"""ChatOpenAI that keeps vLLM's reasoning, and never sends old reasoning back.

langchain-openai drops both names that vLLM has used for it (`reasoning`, before 2026
`reasoning_content`). Here either arrives as `additional_kwargs["reasoning_content"]`, which
langchain-core shows as a reasoning block once the message does not call itself OpenAI's;
thinking that stands in the content as tags is left there for `agent.thinking`. Knows nothing of
prompts, evidence or answers.
"""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import LangSmithParams, LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import model_validator

from agent.reasoning import reasoning_of
from agent.stream_limits import Limits, bounded
from agent.thinking import THINK_TAGS, Delimiters, without_thinking

_PROVIDER = "vllm"
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_REASONING_BLOCKS = ("reasoning", "thinking", "reasoning_content")


def _keep(message: BaseMessage, wire: object) -> None:
    # OpenAI's own translator, which this name picks, knows no reasoning in chat completions.
    message.response_metadata["model_provider"] = _PROVIDER
    if isinstance(wire, Mapping) and (text := reasoning_of(wire)):
        message.additional_kwargs["reasoning_content"] = text


class ChatVLLM(ChatOpenAI):
    """A chat model behind vLLM's OpenAI-compatible endpoint.

    A call's own `extra_body` replaces the model's; both names at once carry the same text in
    vLLM, so `reasoning` wins and nothing is doubled.
    """

    delimiters: Delimiters = THINK_TAGS
    """What marks thinking inside the content of earlier replies."""

    limits: Limits = Limits()
    """How far a stream may go, and when it is asked for again."""

    @model_validator(mode="before")
    @classmethod
    def _past_the_proxy(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Speak to this machine directly: a proxy in the environment would read the question."""
        host = urlsplit(str(values.get("base_url") or values.get("openai_api_base") or "")).hostname
        if host in _THIS_MACHINE and values.get("http_socket_options") is None:
            # Any option gives the client a transport of its own, which asks no environment.
            keep_alive = ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),)
            return {**values, "http_socket_options": keep_alive}
        return values

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        # Middlewares compare this with the provider that the messages name.
        return {**super()._get_ls_params(stop=stop, **kwargs), "ls_provider": _PROVIDER}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        def opened() -> AsyncIterator[ChatGenerationChunk]:
            return super(ChatVLLM, self)._astream(messages, stop, run_manager, **kwargs)

        async with aclosing(bounded(opened, self.limits, self.delimiters)) as stream:
            async for chunk in stream:
                yield chunk

    def _create_chat_result(
        self,
        response: dict[str, Any] | openai.BaseModel,
        generation_info: dict[str, Any] | None = None,
    ) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        if result.llm_output is not None:
            result.llm_output["model_provider"] = _PROVIDER
        wire = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for generation, choice in zip(result.generations, wire.get("choices") or [], strict=False):
            _keep(generation.message, choice.get("message"))
        return result

    def _convert_chunk_to_generation_chunk(
        self,
        chunk: dict[str, Any],
        default_chunk_class: type,
        base_generation_info: dict[str, Any] | None,
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(
            chunk, default_chunk_class, base_generation_info
        )
        # A stream opened through `beta.chat.completions` wraps the chunk once more.
        choices = chunk.get("choices") or (chunk.get("chunk") or {}).get("choices") or []
        if made is not None and choices:
            _keep(made.message, choices[0].get("delta"))
        return made

    def _get_request_payload(
        self,
        input_: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        for message in payload.get("messages", []):
            if message.get("role") == "assistant":
                message["content"] = self._spoken(message.get("content"))
                for name in _REASONING_BLOCKS:
                    message.pop(name, None)
        return payload

    def _spoken(self, content: Any) -> Any:
        """Return an earlier reply's content less its thinking, as a string where it was one."""
        if isinstance(content, str):
            return without_thinking(content, self.delimiters)
        if not isinstance(content, list):
            return content
        return [
            {**block, "text": without_thinking(block["text"], self.delimiters)}
            if isinstance(block, dict) and block.get("type") == "text"
            else block
            for block in content
            if not (isinstance(block, dict) and block.get("type") in _REASONING_BLOCKS)
        ]
