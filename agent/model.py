"""The chat model and how its answers are made, from the settings; starts nothing."""

from pydantic import SecretStr

from agent.chat_vllm import ChatVLLM
from agent.session import Options
from agent.settings import AgentSettings
from agent.stream_limits import Limits


def connect(settings: AgentSettings, url: str, name: str) -> ChatVLLM:
    """Give a client of the server at `url`; no connection is made yet."""
    return ChatVLLM(
        model=name,
        base_url=url,
        api_key=SecretStr(settings.api_key),
        temperature=0.0,
        seed=0,
        max_completion_tokens=settings.max_tokens,
        timeout=settings.timeout_s,
        max_retries=0,
        streaming=True,
        # Its wait for each chunk can lose a cancellation (asyncio.wait_for before Python 3.12), and
        # a stopped model would write on. Silence is bounded by `timeout` already.
        stream_chunk_timeout=None,
        limits=Limits(think_chars=settings.think_limit),
    )


def options(settings: AgentSettings, card_selects: bool) -> Options:
    """Decide who picks the lines: the setting, or else the model's own card.

    Compose mode writes sentences, so there the model always chooses; each is checked.
    """
    selects = settings.model_selects if settings.model_selects is not None else card_selects
    by_model = selects or settings.mode == "compose"
    return Options(
        mode=settings.mode,
        selected_by="model" if by_model else "retrieval",
        think_chars=settings.think_chars,
        whole_reply=settings.reasoning == "tags",
        turn_s=settings.turn_s,
        contact=settings.crisis_contact.strip(),
        jurisdictions=tuple(j for x in settings.jurisdiction.split(",") if (j := x.strip())),
    )
