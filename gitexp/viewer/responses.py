"""What every door of the viewer shares: the page around a screen, bodies read with a limit, errors told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from gitexp.errors import GitExpError, NotFoundError, StorageError, UsageError
from gitexp.render.html import page

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.viewer.state import ViewerState

FOREVER = {"cache-control": "private, max-age=31536000, immutable"}
LONGEST_TEXT = 1 << 20
"""Bytes of the largest JSON that is taken."""

SCREENS = "experiment lineup lineage topic search filter"
"""The screens there are: keys of others are not offered."""


def get_state(request: Request) -> ViewerState:
    """Return what the viewer of this app knows."""
    state: ViewerState = request.app.state.viewer
    return state


def render_screen(state: ViewerState, template: str, title: str, **values: Any) -> str:
    """A screen's template with the page around it."""
    given = {"tip": state.tip, "count": 0, "script": "", **values}
    return page(
        template, title=title, lang="en", read_only=state.read_only, screens=SCREENS, **given
    )


async def read_json_body(request: Request, shape: str, **wanted: Any) -> dict[str, Any]:
    """The named values of a posted JSON object, each a text or a list of texts: as its default in ``wanted`` is, or as the type that stands
    there for one that must be given.

    Raises HTTPException for what is no JSON, UsageError for another ``shape`` (said as an example).
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415)
    try:
        values = json.loads(await read_body(request, LONGEST_TEXT))
        found = {
            name: values[name] if isinstance(default, type) else values.get(name, default)
            for name, default in wanted.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError("the request is not understood", shape) from None
    for name, default in wanted.items():
        texts = found[name] if default is list or isinstance(default, list) else [found[name]]
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise UsageError("the request is not understood", shape)
    return found


async def read_body(request: Request, limit: int) -> bytes:
    """The body, read no further than ``limit`` bytes. Raises UsageError beyond."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > limit:
            raise UsageError(
                f"more than {limit / 2**20:.0f} MiB", "of a picture: git config gitexp.maxImage 20m"
            )
    return bytes(data)


async def problem(request: Request, error: Exception) -> Response:
    """An error as a line of JSON for scripts, as a page for a person."""
    message, hint, status = "a mistake in gitexp", "please report it", 500
    if isinstance(error, GitExpError):
        message, hint = error.message, error.hint
        status = (
            404
            if isinstance(error, NotFoundError)
            else 507
            if isinstance(error, StorageError)
            else 400
        )
    elif isinstance(error, HTTPException):
        message, hint, status = (
            {404: "there is nothing here"}.get(error.status_code, error.detail),
            "",
            error.status_code,
        )
    if request.method == "POST":
        return JSONResponse({"error": message, "hint": hint}, status)
    return HTMLResponse(
        render_screen(get_state(request), "problem.html", message, hint=hint), status
    )
