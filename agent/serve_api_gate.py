"""Which programs may ask: those of this machine, or whoever has the key; never another site's page.

Stands before every path for programs, as `library_gate` does before the librarian's page.
"""

import secrets

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.library_gate import LOCAL, from_elsewhere, named_local
from agent.serve_api import refusal
from agent.serve_api_request import Refused
from guidelines.problem import Problem


def may_listen(host: str, key: str) -> str:
    """Say in one line who may ask.

    Raises:
        Problem: others could reach it, and there is no key.
    """
    if key:
        return "programs must send the client key"
    if host in LOCAL:
        return "programs of this machine need no key (CLINICITE_CLIENT_KEY opens it to others)"
    raise Problem(
        f"programs at {host}", "others could ask, and no key is set", "set CLINICITE_CLIENT_KEY"
    )


class KeyGate:
    """Refuses whoever may not ask; ASGI middleware."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app, self._key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with its refusal."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return None  # nothing here speaks over a web socket
        refused = barred(Headers(scope=scope), scope["client"], self._key)
        if refused is None:
            return await self._app(scope, receive, send)
        return await refusal(refused)(scope, receive, send)


def barred(headers: Headers, client: tuple[str, int] | None, key: str) -> Refused | None:
    """Give why a request may not pass, or None where it may."""
    if from_elsewhere(headers):
        # Any site open in a browser here could ask in its reader's name.
        return Refused(403, "cross_origin", "Refused: the request came from another site.")
    if key:
        scheme, _, told = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and secrets.compare_digest(
            told.strip().encode(), key.encode()
        ):
            return None
        return Refused(401, "invalid_api_key", "The key is missing or wrong.")
    if client is not None and client[0] in LOCAL and named_local(headers):
        return None
    return Refused(
        403, "no_key", "Open to its own machine only; with CLINICITE_CLIENT_KEY set, to who has it."
    )
