"""`clinicite serve`: the model, the page, what programs ask; ready is said only once it is."""

import threading
import time
from typing import TYPE_CHECKING, Annotated

import typer

from agent.settings import AgentSettings
from guidelines.home import open_home

if TYPE_CHECKING:
    from agent.serve_api_turns import Turns
    from agent.vllm_process import Server

# Asked of the sample library; another library shows its own readers what to type soon enough.
EXAMPLES = {
    "en": [
        "Low-severity pneumonia, no penicillin allergy: amoxicillin dose and duration?",
        "14 kg child, fever 39: how many mL of paracetamol?",
        "At what BP do I start drugs after a stroke?",
        "Adult, collapsed after a wasp sting, wheezing: adrenaline dose?",
    ],
    "zh": ["儿童重度脱水，静脉补液怎么给？", "腹泻患儿能用洛哌丁胺吗？"],
}

serve = typer.Typer(help="Serve the model, the page, or programs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put the group under the root command."""
    app.add_typer(serve, name="serve")


@serve.command()
def model() -> None:
    """Start vLLM over the embedded model (or CLINICITE_MODEL) and keep it until stopped.

    With CLINICITE_MODEL_URL there is nothing to start: it only looks whether a server answers.
    """
    from agent.start import say

    server = _model(AgentSettings())
    if server is not None:
        say("stop with Ctrl-C")
        _until_stopped(server)


@serve.command()
def app() -> None:
    """Serve the page; the model must be served already, here or at CLINICITE_MODEL_URL."""
    from agent.start import say

    _page(AgentSettings())
    say("stop with Ctrl-C")
    _until_stopped(None)


@serve.command("all")
def all_() -> None:
    """Start the model, then the page; both end together."""
    from agent.start import say

    settings = AgentSettings()
    server = _model(settings)
    _page(settings)
    say("stop with Ctrl-C")
    _until_stopped(server)


@serve.command()
def api(
    port: Annotated[int | None, typer.Option(help="Default: $CLINICITE_API_PORT or 7861.")] = None,
) -> None:
    """Serve programs: OpenAI's chat completions and MCP; the model must be served already."""
    from agent.serve_api_gate import may_listen
    from agent.serve_api_run import serve as serve_programs
    from agent.start import say

    settings = AgentSettings()
    say(may_listen(settings.api_host, settings.client_key))
    serve_programs(
        _turns(settings),
        settings.client_key,
        settings.api_host,
        settings.api_port if port is None else port,
        lambda url: say(f"programs: {url}/v1 (OpenAI), {url}/mcp (MCP); stop with Ctrl-C"),
    )


@serve.command()
def mcp() -> None:
    """Serve one MCP client on stdin and stdout; the model must be served already."""
    import asyncio

    from agent.serve_mcp import over_stdio

    asyncio.run(over_stdio(_turns(AgentSettings())))


def _turns(settings: AgentSettings) -> "Turns":
    from agent.serve_api_turns import Turns
    from agent.start import open_session

    return Turns(open_session(open_home(), settings), settings.client_questions)


def _model(settings: AgentSettings) -> "Server | None":
    from agent.start import say, start_model

    started = time.monotonic()
    what, server = start_model(open_home(), settings, say)
    say(f"model ready after {time.monotonic() - started:.0f} s: {what.name} at {what.url}")
    return server


def _page(settings: AgentSettings) -> None:
    from agent.library_gate import access
    from agent.page import serve_page
    from agent.start import open_session, say
    from retrieval.cli import IndexSettings

    started = time.monotonic()
    home = open_home()
    session = open_session(home, settings)
    librarian = access(
        settings.library_page,
        settings.page_host,
        settings.library_user,
        settings.library_password,
    )
    url = serve_page(
        session.ask,
        home,
        settings.page_port,
        EXAMPLES,
        host=settings.page_host,
        librarian=librarian,
        embedder=IndexSettings().embedder,
    )
    say(librarian.why)
    say(f"page ready after {time.monotonic() - started:.0f} s: {url}")


def _until_stopped(server: "Server | None") -> None:
    """Wait for Ctrl-C, then end what we started."""
    try:
        threading.Event().wait()
    finally:
        if server is not None:
            server.stop()
