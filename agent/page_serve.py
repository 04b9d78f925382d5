"""Serves the page on this machine, and keeps the browser from asking anything of any other."""

import socket
from collections.abc import Callable
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.page_desk import ASSETS
from guidelines import drawing
from guidelines.problem import Problem

HOST = "127.0.0.1"
_STYLES = ("page.css", "cards.css", "around.css")
# Gradio compiles its HTML templates in the browser, hence unsafe-eval; nothing goes outside.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


class _SelfOnly:
    """Adds the headers that forbid a browser every other host; ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


# What goes beside the page on the same server, given Gradio's options that it shares.
Beside = Callable[[dict[str, Any]], list[BaseRoute]]


def launch(page: gr.Blocks, port: int, host: str = HOST, beside: Beside | None = None) -> str:
    """Serve the page from a thread of its own and return its address.

    Raises:
        Problem: the port is taken.
    """
    port = _free(port, host)
    drawing.ready()
    font = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif")
    shared: dict[str, Any] = {
        "show_error": False,
        "footer_links": [],
        # Gradio would keep every call, questions too, in the browser's store.
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "theme": gr.themes.Base(font=list(font), font_mono=["ui-monospace", "monospace"]),
    }
    routes = beside(shared) if beside is not None else []
    options: dict[str, Any] = {
        **shared,
        "share": False,
        "quiet": True,
        "inbrowser": False,
        # Nothing is ever uploaded here.
        "max_file_size": 1,
        "css": "".join((ASSETS / f).read_text("utf-8") for f in _STYLES),
        "app_kwargs": {"middleware": [Middleware(_SelfOnly)], "routes": routes},
    }
    page.queue(api_open=False)
    try:
        _, url, _ = page.launch(
            server_name=host, server_port=port, prevent_thread_lock=True, **options
        )
    except OSError as fault:
        raise _taken(port, host) from fault
    return str(url)


def _free(port: int, host: str) -> int:
    """Give a port that nobody listens on, the one asked for unless it is 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise _taken(port, host) from fault
        return int(probe.getsockname()[1])


def _taken(port: int, host: str) -> Problem:
    return Problem(
        f"port {port} on {host}", "another program listens on it", "clinicite serve app --port PORT"
    )
