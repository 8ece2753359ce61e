"""Line-up: 2 to 12 experiments as columns, the same thing in the same row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError, UsageError
from gitexp.excerpt.delta.rows import line_up_deltas, list_definition_lines
from gitexp.history.deltas import ExperimentDelta, compute_delta_against
from gitexp.record.read.curves import read_curves
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.render.html import Column, lineup_html
from gitexp.render.plot import plot
from gitexp.viewer.responses import get_state, render_screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.excerpt.delta.rows import DefinitionRow
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Experiment
    from gitexp.model.series import Series
    from gitexp.record.record import Record

MOST = 12


@dataclass(frozen=True, slots=True)
class LineupRequest:
    """What stands in the address: the columns in order, and whether deltas are against parents instead of the first."""

    names: tuple[str, ...]
    parents: bool


async def lineup(request: Request) -> Response:
    """``/lineup?id=A&id=B``: the screen; ``part=1`` gives its table alone."""
    asked = LineupRequest(
        tuple(dict.fromkeys(request.query_params.getlist("id"))),
        request.query_params.get("against") == "parent",
    )
    if len(asked.names) > MOST:
        raise UsageError(f"{len(asked.names)} experiments cannot be lined up", f"{MOST} at most")
    state = get_state(request)
    table = (
        await state.workers.cut(lambda record, follower: _table(record, follower, asked))
        if asked.names
        else ""
    )
    if request.query_params.get("part"):
        return HTMLResponse(table)
    return HTMLResponse(
        render_screen(state, "lineup.html", "line-up", table=table, script="lineup")
    )


def _table(record: Record, follower: Follower, asked: LineupRequest) -> str:
    known = record.index.read_names()
    missing = [name for name in asked.names if name not in known]
    if missing:
        raise NotFoundError(f"there is no experiment '{missing[0]}'", "the journal lists them")
    shown = [record.read_experiment(known[name]) for name in dict.fromkeys(asked.names)]
    changes = _changes(record, follower, shown, parents=asked.parents)
    rows = line_up_deltas([change.delta for change in changes])
    base = changes[0].excerpt
    texts = (
        {(row.path, row.name): list_definition_lines(base, row.path, row.name) for row in rows}
        if base and not asked.parents
        else {}
    )
    columns = [
        Column(
            number,
            one,
            change.delta,
            "" if number == 1 and not asked.parents and not change.absent else change.reason,
        )
        for number, (one, change) in enumerate(zip(shown, changes, strict=True), 1)
    ]
    lacking = [change.remedy for change in changes if change.remedy]
    return lineup_html(
        columns,
        rows,
        _alike(rows, changes),
        texts,
        _plots(record, shown),
        parents=asked.parents,
        names=known,
        remedy=lacking[0] if lacking else "",
    )


def _changes(
    record: Record, follower: Follower, shown: list[Experiment], *, parents: bool
) -> list[ExperimentDelta]:
    """Each column's delta: against its own parent, or against the first column, which has none."""
    if not read_filters(record):
        return [ExperimentDelta(reason="no filter is saved yet") for _ in shown]
    choice = find_filter(record)
    origins: list[Experiment | None] = [None, *[shown[0]] * (len(shown) - 1)]
    if parents:
        origins = [
            record.index.read_experiment(one.parent) if one.parent else None for one in shown
        ]
    follower.prepare((one.version for one in (*shown, *origins) if one), choice)
    return [
        compute_delta_against(follower, choice, one, origin)
        for one, origin in zip(shown, origins, strict=True)
    ]


def _alike(rows: tuple[DefinitionRow, ...], changes: list[ExperimentDelta]) -> set[tuple[str, str]]:
    """Rows in which all columns with a delta, two at least, make the same change."""
    compared = [number for number, change in enumerate(changes) if change.delta is not None]
    if len(compared) < 2:
        return set()
    return {
        (row.path, row.name)
        for row in rows
        if len({row.changes[number] for number in compared}) == 1
    }


def _plots(record: Record, shown: list[Experiment]) -> list[str]:
    """One plot for each tag that any column has series of."""
    tags: dict[str, list[tuple[int, str, Series]]] = {}
    for number, one in enumerate(shown, 1):
        for series in read_curves(record, one):
            tags.setdefault(series.tag, []).append((number, one.id, series))
    return [drawn for tag, curves in tags.items() if (drawn := plot(tag, curves))]


ROUTES = [Route("/lineup", lineup)]
