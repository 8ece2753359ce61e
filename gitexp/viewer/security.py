"""Who may ask the viewer: whoever has the token, from this machine's browser, from our own page. A pure ASGI layer around it all."""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types gitexp"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Keys:
    """What opens one viewer. ``token`` works once, in the first URL; then ``session`` in a cookie. 256 bits each."""

    def __init__(self, told: Callable[[str], None] = lambda _: None) -> None:
        self.token = secrets.token_urlsafe(32)
        self.session = secrets.token_urlsafe(32)
        self._told = told

    def redeem(self, token: str) -> bool:
        """Take the token for the session; the next one is told to whoever runs the viewer."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return False
        self.token = secrets.token_urlsafe(32)
        self._told(self.token)
        return True


class Guard:
    """Lets a request through to ``app`` only if Host, token or cookie, and for writes Origin and kind are right."""

    def __init__(
        self, app: ASGIApp, keys: Keys, hosts: frozenset[str], port: int, *, read_only: bool
    ) -> None:
        self._app = app
        self._keys = keys
        self._hosts = hosts
        self._cookie = f"gitexp-{port}"
        self._read_only = read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on; every answer gets the security headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        answer = self._refusal(scope) or self._entrance(scope)
        await (answer or self._app)(scope, receive, sealed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | JSONResponse | None:
        headers = Headers(scope=scope)
        host = headers.getlist("host")
        if len(host) != 1 or host[0] not in self._hosts:
            return PlainTextResponse("this viewer does not answer to that host name\n", 421)
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return PlainTextResponse("only GET, HEAD and POST\n", 405)
        if (
            headers.get("origin") != f"http://{host[0]}"
            or headers.get("sec-fetch-site", "same-origin") != "same-origin"
        ):
            return JSONResponse({"error": "a write from another page is refused"}, 403)
        if self._read_only:
            return JSONResponse({"error": "this viewer is read-only", "hint": "git exp view"}, 403)
        return None

    def _entrance(self, scope: Scope) -> PlainTextResponse | RedirectResponse | None:
        """The way in: the cookie, or the token that is changed for it."""
        jar = SimpleCookie()
        try:
            jar.load(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            jar.clear()
        if (cookie := jar.get(self._cookie)) and hmac.compare_digest(
            cookie.value.encode(), self._keys.session.encode()
        ):
            return None
        token = parse_qs(scope["query_string"].decode("latin-1")).get("t", [""])[0]
        if token and scope["method"] == "GET" and scope["path"] == "/" and self._keys.redeem(token):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(
                self._cookie, self._keys.session, httponly=True, samesite="strict", path="/"
            )
            return answer
        return PlainTextResponse(
            "open the viewer by the address that 'git exp view' printed last; each works once\n",
            403,
        )
