"""The web page over an agent: asks, streams its thinking, shows the proved answer and the pages.

Knows of the agent only a callable that gives events.

    url = serve_page(session.ask, home, port=7860)
"""

from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from agent.library_desk import routes
from agent.library_gate import NOBODY, Access
from agent.page_desk import Desk, Examples
from agent.page_serve import HOST, launch
from agent.page_talk import Ask
from guidelines.home import Home
from retrieval.weights import CLINICAL

PORT = 7860


def build_page(
    ask: Ask, home: Home, examples: Examples = (), *, library: bool = False
) -> gr.Blocks:
    """Build the page.

    Args:
        ask: Called with a question and a conversation's id; gives the events of the turn. A
            Problem that it raises is shown in one line.
        home: Where the catalogue and the PDFs lie, whose pages are shown beside the answer.
        examples: Questions offered in an empty conversation, the same in every language or by
            its code ("en", "zh").
        library: Whether to show the way to the librarian's page; nothing here changes a library.
    """
    blocks: gr.Blocks = Desk(ask, home, examples, library).blocks
    return blocks


def serve_page(
    ask: Ask,
    home: Home,
    port: int = PORT,
    examples: Examples = (),
    *,
    host: str = HOST,
    librarian: Access = NOBODY,
    embedder: str = CLINICAL,
    block: bool = False,
) -> str:
    """Build the page, serve it and return its address.

    Args:
        ask: As for `build_page`.
        home: As for `build_page`.
        port: Where to listen; 0 takes any free port.
        examples: As for `build_page`.
        host: Where to listen: this machine alone, unless a site says otherwise.
        librarian: Who may use the librarian's page, which is served below this one.
        embedder: Name of the embedder that a build started there would use.
        block: Stay until interrupted; else the page is served for as long as the process lives.

    Raises:
        Problem: the port is taken.
    """
    page = build_page(ask, home, examples, library=librarian.served)

    def beside(options: dict[str, Any]) -> list[BaseRoute]:
        return routes(home, embedder, librarian, options)

    url = launch(page, port, host, beside if librarian.served else None)
    if block:
        page.block_thread()
    return url
