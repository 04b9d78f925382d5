"""The web page over an agent: asks, streams its thinking, shows the proved answer and the pages.

Knows of the agent only a callable that gives events.

    url = serve_page(session.ask, home, port=7860)
"""

import gradio as gr

from agent.page_desk import Desk, Examples
from agent.page_serve import launch
from agent.page_talk import Ask
from guidelines.home import Home

PORT = 7860


def build_page(ask: Ask, home: Home, examples: Examples = ()) -> gr.Blocks:
    """Build the page.

    Args:
        ask: Called with a question and a conversation's id; gives the events of the turn. A
            Problem that it raises is shown in one line.
        home: Where the catalogue and the PDFs lie, whose pages are shown beside the answer.
        examples: Questions offered in an empty conversation, the same in every language or by
            its code ("en", "zh").
    """
    blocks: gr.Blocks = Desk(ask, home, examples).blocks
    return blocks


def serve_page(
    ask: Ask, home: Home, port: int = PORT, examples: Examples = (), *, block: bool = False
) -> str:
    """Build the page, serve it on 127.0.0.1 and return its address.

    Args:
        ask: As for `build_page`.
        home: As for `build_page`.
        port: Where to listen; 0 takes any free port.
        examples: As for `build_page`.
        block: Stay until interrupted; else the page is served for as long as the process lives.

    Raises:
        Problem: the port is taken.
    """
    page = build_page(ask, home, examples)
    url = launch(page, port)
    if block:
        page.block_thread()
    return url
