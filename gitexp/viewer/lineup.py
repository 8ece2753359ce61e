"""Line-up: up to 12 experiments as columns, the same thing in the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError, UsageError
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.history.lineup import MOST_COLUMNS, LineupRequest, build_lineup
from gitexp.render.html_views import render_lineup, render_proposal
from gitexp.viewer.responses import get_state, render_screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.record.record import Record


_BASES = {"parent": True, "first": False}
"""What ``LineupRequest.against_parents`` is where the address says it."""


async def lineup(request: Request) -> Response:
    """Answer ``/lineup?id=A&id=B`` with the screen; with ``part=1`` with its table alone."""
    names = list(dict.fromkeys(request.query_params.getlist("id")))
    against_parents = _BASES.get(request.query_params.get("against", ""))
    if len(names) > MOST_COLUMNS:
        message = f"{len(names)} experiments cannot be lined up"
        raise UsageError(message, f"{MOST_COLUMNS} at most")
    state = get_state(request)
    table = ""
    if names:
        table = await state.workers.cut(
            lambda record, follower: _render_table(
                record,
                follower,
                names,
                against_parents=against_parents,
                read_only=state.read_only,
            )
        )
    if request.query_params.get("part"):
        return HTMLResponse(table)
    screen = render_screen(state, "lineup.html", "line-up", table=table, script="lineup")
    return HTMLResponse(screen)


def _render_table(
    record: Record,
    follower: Follower,
    names: Sequence[str],
    *,
    against_parents: bool | None,
    read_only: bool,
) -> str:
    """Return the table of some experiments. Raises NotFoundError for a name that is none."""
    ids = record.index.read_names()
    for name in names:
        if name not in ids:
            raise NotFoundError(f"there is no experiment '{name}'", "the journal lists them")
    code_filter = choose_filter_if_any(record)
    request = LineupRequest(
        tuple(record.read_experiment(ids[name]) for name in names),
        code_filter,
        against_parents=against_parents,
        with_curves=True,
    )
    table = render_lineup(build_lineup(record, follower, request), ids)
    return render_proposal(code_filter, read_only=read_only) + table


ROUTES = [Route("/lineup", lineup)]
