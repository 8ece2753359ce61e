"""The app put together, and run on this machine."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from gitexp.errors import GitExpError, UsageError
from gitexp.viewer.responses import problem
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
    """The viewer of a repository, guarded. ``host`` is the name it is asked by besides loopback's."""
    state = ViewerState(repository, read_only=read_only)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        state.open()
        yield
        await state.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=life,
        exception_handlers={GitExpError: problem, HTTPException: problem, Exception: problem},
    )
    app.state.viewer = state
    names = {f"[{name}]" if ":" in name else name for name in (*LOOPBACK, host)}
    return Guard(
        app, keys, frozenset(f"{name}:{port}" for name in names), port, read_only=read_only
    )


def serve(
    repository: Repository, host: str, port: int, told: Callable[[str], None], *, read_only: bool
) -> None:
    """Serve until interrupted. ``told`` gets each address by which the viewer can be opened once."""
    import uvicorn

    with _listen(host, port) as listening:
        port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host

        def tell(token: str) -> None:
            told(f"http://{shown}:{port}/?t={token}")

        keys = Keys(tell)
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
        tell(keys.token)
        uvicorn.Server(config).run([listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio knows that it is TCP, and sends at once: else each answer waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"{host}:{port} cannot be listened on: {error.strerror}", "another --port, or 0 for any"
        ) from None
    return listening
