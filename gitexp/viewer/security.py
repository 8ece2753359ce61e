"""Who may ask the viewer: a browser on this machine that has the token, from our own page.

A pure ASGI layer around the whole app.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types gitexp",
    )
)
"""The Content-Security-Policy of every answer."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

_NO_KEY = "open the viewer by the address that 'git exp view' printed last; each works once\n"


class Keys:
    """What opens one viewer: ``token`` once, in the first URL; then ``session``, in a cookie.

    Each has 256 bits.
    """

    def __init__(self, on_token: Callable[[str], None] = lambda _: None) -> None:
        self.token = secrets.token_urlsafe(32)
        self.session = secrets.token_urlsafe(32)
        self._on_token = on_token

    def redeem(self, token: str) -> bool:
        """Return True if ``token`` opens the viewer; then make the next token and announce it."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return False
        self.token = secrets.token_urlsafe(32)
        self._on_token(self.token)
        return True

    def is_session(self, value: str) -> bool:
        """Return True if the value of a cookie is that of the session."""
        return hmac.compare_digest(value.encode(), self.session.encode())


def _get_own_address(scope: Scope) -> str:
    """Return the address of this machine at which a request came in, "" where none is known.

    Who listens on all addresses (0.0.0.0) is asked by any of them. A name is not among them, so a
    page elsewhere cannot send a browser here under a name of its own.
    """
    host, port = scope.get("server") or ("", None)
    if not host or not port:
        return ""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Guard:
    """Passes a request on to ``app`` only if its host and its key are right.

    A request that writes also needs our own page as its origin.
    """

    def __init__(
        self, app: ASGIApp, keys: Keys, hosts: frozenset[str], port: int, *, read_only: bool
    ) -> None:
        self._app = app
        self._keys = keys
        self._hosts = hosts
        # Browsers do not separate cookies by port, so the name of the cookie does.
        self._cookie_name = f"gitexp-{port}"
        self._read_only = read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request and pass it on. Every answer gets the security headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        is_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal is_begun
            is_begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        answer = self._refuse_request(scope) or self._check_key(scope)
        try:
            await (answer or self._app)(scope, receive, send_with_headers)
        except asyncio.CancelledError:
            # The viewer was stopped in the middle of an answer. Uvicorn prints a line or a traceback
            # for each answer that has no end.
            with suppress(Exception):
                if is_begun:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                else:
                    stopping = PlainTextResponse("the viewer is stopping\n", 503)
                    await stopping(scope, receive, send_with_headers)

    def _refuse_request(self, scope: Scope) -> PlainTextResponse | JSONResponse | None:
        """Return the refusal of a wrong host, method or origin, or None."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in (*self._hosts, _get_own_address(scope)):
            return PlainTextResponse("this viewer does not answer to that host name\n", 421)
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return PlainTextResponse("only GET, HEAD and POST\n", 405)
        same_origin = headers.get("origin") == f"http://{hosts[0]}"
        same_site = headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if not same_origin or not same_site:
            return JSONResponse({"error": "a write from another page is refused"}, 403)
        if self._read_only:
            return JSONResponse({"error": "this viewer is read-only", "hint": "git exp view"}, 403)
        return None

    def _check_key(self, scope: Scope) -> PlainTextResponse | RedirectResponse | None:
        """Return None for the right cookie, the cookie for the right token, else a refusal."""
        if self._has_session(scope):
            return None
        token = parse_qs(scope["query_string"].decode("latin-1")).get("t", [""])[0]
        is_entrance = scope["method"] == "GET" and scope["path"] == "/"
        if token and is_entrance and self._keys.redeem(token):
            return self._give_cookie()
        return PlainTextResponse(_NO_KEY, 403)

    def _has_session(self, scope: Scope) -> bool:
        jar = SimpleCookie()
        try:
            jar.load(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return False
        cookie = jar.get(self._cookie_name)
        return cookie is not None and self._keys.is_session(cookie.value)

    def _give_cookie(self) -> RedirectResponse:
        """Return the way to the address without the token, with the cookie."""
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            self._cookie_name, self._keys.session, httponly=True, samesite="strict", path="/"
        )
        return answer
