"""Serves programs on a port of their own: the OpenAI-compatible paths, and MCP at `/mcp`."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent.serve_api import Completions, refusal
from agent.serve_api_gate import KeyGate
from agent.serve_api_request import Refused
from agent.serve_api_turns import Turns
from agent.serve_mcp import OverHttp
from guidelines.problem import Problem


def routes(turns: Turns, key: str) -> list[Route]:
    """Give every path for programs, each behind the gate."""
    gate = [Middleware(KeyGate, key=key)]
    return [
        *Completions(turns).routes(middleware=gate),
        Route("/mcp", OverHttp(turns), middleware=gate),
    ]


def serve(turns: Turns, key: str, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` is called with the address once requests are answered.

    Raises:
        Problem: the port is taken.
    """
    listening = _listen(host, port)
    url = f"http://{host}:{listening.getsockname()[1]}"

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        ready(url)
        yield

    app = Starlette(
        routes=routes(turns, key),
        lifespan=life,
        exception_handlers={404: _unknown, 405: _unknown},
    )
    # No access log: a path may be one that a client made up from a question.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=5, ws="none",
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])


async def _unknown(request: Request, _: Exception) -> Response:
    return refusal(Refused(404, "unknown_url", "There is nothing at this method and path."))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise Problem(
            f"port {port} on {host}",
            "another program listens on it",
            "clinicite serve api --port PORT",
        ) from fault
    listening.listen(128)
    return listening
