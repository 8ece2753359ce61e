"""What the routes of the viewer share: the layout of a screen, bodies with a limit, errors."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from gitexp.errors import GitExpError, NotFoundError, StorageError, UsageError
from gitexp.render.html import render_template

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.viewer.state import ViewerState

FOREVER = {"cache-control": "private, max-age=31536000, immutable"}
"""Headers of what never changes under its name."""

LONGEST_TEXT = 1 << 20
"""Bytes of the largest JSON that is accepted."""

SCREENS = "experiment lineup lineage topic search filter"
"""The screens that exist. The page offers no keys of others."""


def get_state(request: Request) -> ViewerState:
    """Return the state of the viewer that a request asks."""
    state: ViewerState = request.app.state.viewer
    return state


def render_screen(state: ViewerState, template: str, title: str, **values: Any) -> str:
    """Return the HTML of a screen, with the layout of the page around it."""
    defaults = {"tip": state.tip, "count": 0, "slots": 0, "script": ""}
    return render_template(
        template,
        title=title,
        lang="en",
        read_only=state.read_only,
        screens=SCREENS,
        **{**defaults, **values},
    )


async def read_json_body(request: Request, example: str, **fields: Any) -> dict[str, Any]:
    """Return the named values of the JSON object in the body of a request.

    Each of ``fields`` is a text or a list of texts: its value is the default, or the type of a
    field that has none (``name=str, pin=[]``).

    Raises HTTPException for another content type, and UsageError, with ``example``, for JSON of
    another shape.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415)
    body = await read_body(request, LONGEST_TEXT)
    try:
        return _pick_fields(json.loads(body), fields)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError("the request is not understood", example) from None


def _pick_fields(posted: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a posted object. Raises whatever another shape leads to."""
    values: dict[str, Any] = {}
    for name, default in fields.items():
        required = isinstance(default, type)
        value = posted[name] if required else posted.get(name, default)
        is_list = default is list or isinstance(default, list)
        texts = value if is_list else [value]
        if not isinstance(texts, list):
            raise TypeError(name)
        if not all(isinstance(text, str) for text in texts):
            raise TypeError(name)
        values[name] = value
    return values


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request. Raises UsageError as soon as it exceeds ``limit`` bytes."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > limit:
            problem = f"more than {limit / 2**20:.0f} MiB"
            raise UsageError(problem, "of a picture: git config gitexp.maxImage 20m")
    return bytes(data)


async def read_tip(state: ViewerState) -> str:
    """Return the record's tip now, or the last one seen where the record cannot be read.

    Something was just recorded: an error here would look as if it was not.
    """
    try:
        stream = await state.refresh_stream()
    except (GitExpError, OSError, sqlite3.Error):
        return state.tip
    return stream.tip


async def respond_to_error(request: Request, error: Exception) -> Response:
    """Return an error as JSON for scripts, as a page for a person."""
    if isinstance(error, GitExpError):
        message, hint = error.message, error.hint
        status = _choose_status(error)
    elif isinstance(error, HTTPException):
        message = "there is nothing here" if error.status_code == 404 else error.detail
        hint = ""
        status = error.status_code
    else:
        message, hint = "a mistake in gitexp", "please report it"
        status = 500
    if request.method == "POST":
        return JSONResponse({"error": message, "hint": hint}, status)
    screen = render_screen(get_state(request), "problem.html", message, hint=hint)
    return HTMLResponse(screen, status)


def _choose_status(error: GitExpError) -> int:
    """Return the HTTP status of an error of ours."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, StorageError):
        return 507
    return 400
