"""The app of the viewer, put together and served on this machine."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from gitexp.errors import GitExpError, UsageError
from gitexp.viewer.responses import respond_to_error
from gitexp.viewer.routes import ROUTES
from gitexp.viewer.security import Guard, Keys
from gitexp.viewer.state import ViewerState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import ASGIApp

    from gitexp.store.repository import Repository

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def make_app(
    repository: Repository,
    keys: Keys,
    port: int,
    *,
    host: str = "127.0.0.1",
    read_only: bool = False,
) -> ASGIApp:
    """Return the viewer of a repository behind its guard.

    It answers to the names of loopback and to ``host``.
    """
    state = ViewerState(repository, read_only=read_only)

    @asynccontextmanager
    async def run_state(_: Starlette) -> AsyncIterator[None]:
        state.open()
        yield
        await state.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=run_state,
        exception_handlers={
            GitExpError: respond_to_error,
            HTTPException: respond_to_error,
            Exception: respond_to_error,
        },
    )
    app.state.viewer = state
    hosts = frozenset(f"{_bracket(name)}:{port}" for name in (*LOOPBACK, host))
    return Guard(app, keys, hosts, port, read_only=read_only)


def serve(
    repository: Repository,
    host: str,
    port: int,
    on_address: Callable[[str], None],
    *,
    read_only: bool,
) -> None:
    """Serve until interrupted.

    ``on_address`` is called with each address that opens the viewer; an address works once.
    Raises UsageError where the port cannot be listened on.
    """
    import uvicorn

    with _listen(host, port) as listener:
        port = listener.getsockname()[1]

        def announce(token: str) -> None:
            on_address(f"http://{_bracket(host)}:{port}/?t={token}")

        keys = Keys(announce)
        app = make_app(repository, keys, port, host=host, read_only=read_only)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        announce(keys.token)
        uvicorn.Server(config).run([listener])


def _bracket(host: str) -> str:
    """Return a host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio knows that the socket is TCP and sends at once. Without it,
    # each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        problem = f"{host}:{port} cannot be listened on: {error.strerror}"
        raise UsageError(problem, "another --port, or 0 for any") from None
    return listener
