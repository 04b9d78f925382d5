"""What a site may set about the model and the page; only entry points read it."""

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.answer import Mode

EMBEDDED = "smollm2-135m-instruct"


class AgentSettings(BaseSettings):
    """Environment variables, each with the prefix CLINICITE_."""

    model_config = SettingsConfigDict(
        env_prefix="CLINICITE_", extra="ignore", protected_namespaces=()
    )

    model: str = EMBEDDED
    """Name the server knows the model by, or a folder or hub name for our own vLLM to load."""
    model_url: str = ""
    """Base URL of an OpenAI-compatible server; empty: the vLLM that `serve model` starts."""
    api_key: str = "none"
    """Sent to the server; our own asks for none."""
    mode: Mode = "quote"
    model_selects: bool | None = None
    """Whether the model picks the lines; unset: as its own card says (embedded: no)."""
    reasoning: Literal["tags", "parser"] = "tags"
    """Who splits thinking from answer: we (tags), or the server's reasoning parser."""
    jurisdiction: str = ""
    """Whose guidelines serve here, as the catalogue writes it, several with commas; empty: all."""
    think_chars: int = 240
    """Most characters of thinking where we constrain the reply; two cores write 10 to 26 tokens a
    second."""
    think_limit: int = 12_000
    """Characters of thinking after which the model is stopped, and asked for its answer."""
    max_tokens: int = 1024
    timeout_s: float = 120.0
    """Most seconds of silence of the model's server."""
    turn_s: float = 600.0
    """Most seconds that the model may take over one question, all its requests together."""
    crisis_contact: str = ""
    """Whom to call here in an emergency, shown with it: "the crash team on 2222"."""
    model_port: int = 8731
    page_port: int = 7860
    page_host: str = "127.0.0.1"
    """Where the page listens; anything else lets other machines reach it."""
    library_page: bool = True
    """Whether the librarian's page is served; beyond this machine it needs the password."""
    library_user: str = "librarian"
    library_password: str = ""
    api_port: int = 7861
    api_host: str = "127.0.0.1"
    """Where `serve api` listens; anything else needs the client key."""
    client_key: str = ""
    """What programs must send as their key (`api_key` is what we send to the model's server)."""
    client_questions: int = 64
    """Most questions of programs answered at once; the next one is told that it is too many."""
