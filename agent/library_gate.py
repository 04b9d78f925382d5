"""Who may reach the librarian's page: this machine alone, or whoever has the password.

Stands before everything under its path: the page, its calls and its uploads. Knows nothing of them.
"""

import base64
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL = ("127.0.0.1", "localhost", "::1")
# What a proxy adds when it passes on the request of another machine.
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_ASK = {"www-authenticate": 'Basic realm="Clinicite librarian", charset="UTF-8"'}


@dataclass(frozen=True)
class Access:
    """Whether the page is served at all, and to whom; no password means: this machine alone."""

    served: bool
    user: str = ""
    password: str = ""
    why: str = ""


NOBODY = Access(False)


def access(wanted: bool, host: str, user: str, password: str) -> Access:
    """Decide who may use the librarian's page; `why` says it in one line, for the start."""
    if not wanted:
        return Access(False, why="librarian's page off (CLINICITE_LIBRARY_PAGE)")
    if password:
        return Access(True, user, password, f"librarian's page for user {user!r}, with password")
    if host in LOCAL:
        return Access(
            True,
            why="librarian's page without password, for this machine alone "
            "(CLINICITE_LIBRARY_PASSWORD opens it to others)",
        )
    return Access(
        False,
        why=f"librarian's page off: the page is bound to {host} and CLINICITE_LIBRARY_PASSWORD "
        "is not set",
    )


class Gate:
    """Refuses what may not reach the librarian's page; ASGI middleware."""

    def __init__(self, app: ASGIApp, allowed: Access) -> None:
        self._app, self._allowed = app, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with its refusal."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return None  # nothing here speaks over a web socket
        refused = refusal(scope["method"], Headers(scope=scope), scope["client"], self._allowed)
        if refused is None:
            return await self._app(scope, receive, send)
        return await refused(scope, receive, send)


def refusal(
    method: str, headers: Headers, client: tuple[str, int] | None, allowed: Access
) -> PlainTextResponse | None:
    """Give the refusal of a request, or None where it may pass."""
    if method not in ("GET", "HEAD") and from_elsewhere(headers):
        # Any site open in the same browser can send a form here; none may change the library.
        return PlainTextResponse("Refused: the request came from another site.", 403)
    if allowed.password:
        if _knows(headers.get("authorization", ""), allowed):
            return None
        return PlainTextResponse("The librarian's page asks for a password.", 401, _ASK)
    if client is not None and client[0] in LOCAL and named_local(headers):
        return None
    return PlainTextResponse(
        "The librarian's page is open on its own machine only. "
        "With CLINICITE_LIBRARY_PASSWORD set it asks others for a password.",
        403,
    )


def named_local(headers: Headers) -> bool:
    """Tell whether the browser itself asked for this machine: no proxy, no borrowed name."""
    name = urlsplit(f"//{headers.get('host', '')}").hostname
    return name in LOCAL and not any(mark in headers for mark in _PASSED_ON)


def from_elsewhere(headers: Headers) -> bool:
    """Tell whether another site, open in the same browser, sent the request."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _knows(authorization: str, allowed: Access) -> bool:
    scheme, _, told = authorization.partition(" ")
    try:
        given = base64.b64decode(told, validate=True) if scheme.lower() == "basic" else b""
    except ValueError:
        return False
    wanted = f"{allowed.user}:{allowed.password}".encode()
    return secrets.compare_digest(given, wanted)
