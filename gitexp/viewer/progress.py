"""Routes of the progress plot, and the way to the lineage of the newest experiment."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError
from gitexp.record.read.progress import list_metric_names, read_progress
from gitexp.render.html import find_viewer_address
from gitexp.viewer.responses import get_state

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.record.read.progress import Trial
    from gitexp.record.record import Record

_LONGEST_WORDS = 90
_MOST_SETTINGS = 10
_SURE, _UNSURE, _CORRECTED = range(3)


async def send_progress(request: Request) -> Response:
    """``/progress.json?metric=NAME``: the values of the trials in time order, as columns.

    ``words=1`` adds the last words of each.
    """
    state = get_state(request)
    metric = request.query_params.get("metric", "")
    with_words = bool(request.query_params.get("words"))
    data = await state.workers.read(lambda record: _pack_progress(record, metric, with_words))
    return _send_packed(data)


def _pack_progress(record: Record, metric: str, with_words: bool) -> bytes:
    summaries = record.read_summaries()
    progress = read_progress(summaries, metric, record.repository.settings)
    trials = progress.trials
    places = {trial.summary.id: number for number, trial in enumerate(trials)}
    values: dict[str, Any] = {
        "metric": progress.metric,
        "metrics": list_metric_names(summaries),
        "lower": progress.is_lower_better,
        "ids": [trial.summary.id for trial in trials],
        "values": [trial.metric.number for trial in trials],
        "shown": [str(trial.metric) for trial in trials],
        "best": [int(trial.is_best) for trial in trials],
        "states": [_classify(trial) for trial in trials],
        "parents": [places.get(trial.summary.parent, -1) for trial in trials],
        "days": [trial.summary.at[:10] for trial in trials],
        "tags": [trial.summary.tags for trial in trials],
    }
    if with_words:
        values["words"] = [trial.summary.words[:_LONGEST_WORDS] for trial in trials]
    return _pack(values)


async def send_settings(request: Request) -> Response:
    """``/progress/settings.json``: the settings that differ, by which the plot can be coloured."""
    return _send_packed(await get_state(request).workers.cut(_pack_settings))


def _pack_settings(record: Record, follower: Follower) -> bytes:
    """Return for each of the settings that differ most its values, in the order of ``ids``."""
    from gitexp.history.code_choice import choose_filter_if_any
    from gitexp.history.table import compute_table
    from gitexp.record.read.settings import read_setting_views

    code_filter = choose_filter_if_any(record)
    summaries = record.read_summaries()
    values: dict[str, Any] = {"ids": [], "titles": [], "values": []}
    if code_filter is not None:
        table = compute_table(record, code_filter, summaries, read_setting_views(record), follower)
        columns = table.columns[:_MOST_SETTINGS]
        values["ids"] = [row.summary.id for row in table.rows]
        values["titles"] = [column.title for column in columns]
        for column in columns:
            values["values"].append([row.format_setting(column.name) for row in table.rows])
    return _pack(values)


def _pack(values: dict[str, Any]) -> bytes:
    """Return values as compressed JSON."""
    return gzip.compress(json.dumps(values, ensure_ascii=False).encode(), 1, mtime=0)


def _send_packed(data: bytes) -> Response:
    headers = {"content-encoding": "gzip"}
    return Response(data, media_type="application/json", headers=headers)


def _classify(trial: Trial) -> int:
    if trial.summary.corrected:
        return _CORRECTED
    return _SURE if trial.is_sure else _UNSURE


async def show_newest_lineage(request: Request) -> Response:
    """``/lineage``: the way to the lineage of the newest experiment."""
    summaries = await get_state(request).workers.read(lambda record: record.read_summaries())
    if not summaries:
        raise NotFoundError("nothing is recorded yet", "git exp new ID")
    address = find_viewer_address("lineage", summaries[-1].id)
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})


ROUTES = [
    Route("/progress.json", send_progress),
    Route("/progress/settings.json", send_settings),
    Route("/lineage", show_newest_lineage),
]
