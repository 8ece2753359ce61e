"""Screens to read along: the lineage of an experiment, topics, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError, UsageError
from gitexp.history.deltas import ExperimentDelta, compute_delta_against, list_lineage_ids
from gitexp.history.topic_page import build_topic_page
from gitexp.model.query import parse_query
from gitexp.model.query_terms import list_texts
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.record.read.search import search
from gitexp.record.read.topics import find_members, read_topics
from gitexp.render.html import Generation, found_html, lineage_html, page
from gitexp.viewer.responses import get_state, render_screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record

GENERATIONS = 100
"""Generations of a lineage that are shown at once, the newest."""

HITS = 40
"""Hits of a search that are shown at once, the newest."""


async def descent(request: Request) -> Response:
    """``/lineage/ID``: the first excerpt whole, then change after change; beside it the tree it stands in."""
    state = get_state(request)
    name = request.path_params["ident"]
    body = await state.workers.cut(lambda record, follower: _descent(record, follower, name))
    return HTMLResponse(
        render_screen(state, "reading.html", f"{name}: lineage", body=body, script="reading")
    )


def _descent(record: Record, follower: Follower, text: str) -> str:
    known = record.index.read_names()
    if text not in known:
        raise NotFoundError(f"there is no experiment '{text}'", "the journal lists them")
    names = list_lineage_ids(record, known[text])
    line = [record.read_experiment(name) for name in names[-GENERATIONS:]]
    children: dict[str, list[str]] = {}
    summaries = {summary.id: summary for summary in record.read_summaries()}
    for summary in summaries.values():
        children.setdefault(summary.parent, []).append(summary.id)
    earlier = names[: -len(line)]
    changes = _changes(record, follower, line)
    lacking = [change.remedy for change in changes if change.remedy]
    generations = [
        _generation(number, one, change)
        for number, (one, change) in enumerate(zip(line, changes, strict=True))
    ]
    return lineage_html(
        generations, summaries, children, line[0].id, earlier, lacking[0] if lacking else ""
    )


def _changes(record: Record, follower: Follower, line: list[Experiment]) -> list[ExperimentDelta]:
    """Return what each experiment of a line changed against the one before it."""
    if not read_filters(record):
        reason = "no filter is saved yet: git exp filter add NAME RULE..."
        return [ExperimentDelta(reason=reason) for _ in line]
    choice = find_filter(record)
    follower.prepare((one.version for one in line), choice)
    return [
        compute_delta_against(follower, choice, one, parent)
        for one, parent in zip(line, [None, *line], strict=False)
    ]


def _generation(number: int, one: Experiment, change: ExperimentDelta) -> Generation:
    """Return a generation as it is shown. That the first has no parent is not said beside its code."""
    reason = "" if number == 0 and change.whole else change.reason
    return Generation(one, change.delta, change.whole, reason)


async def topic(request: Request) -> Response:
    """``/topic/NAME``: what gathers under it, in time order."""
    state = get_state(request)
    name = request.path_params["name"]
    body = await state.workers.cut(
        lambda record, follower: page(
            "topic.html",
            page=build_topic_page(record, name, follower=follower),
            names=record.index.read_names(),
        )
    )
    return HTMLResponse(render_screen(state, "reading.html", name, body=body, script="reading"))


async def topic_list(request: Request) -> Response:
    """``/topics``: every topic with how much gathers under it."""

    def body(record: Record) -> str:
        found = [
            (one, *find_members(record, name)) for name, one in sorted(read_topics(record).items())
        ]
        return page(
            "topics.html",
            found=[(one, len(experiments), len(entries)) for one, experiments, entries in found],
        )

    state = get_state(request)
    return HTMLResponse(
        render_screen(
            state, "reading.html", "topics", body=await state.workers.read(body), script="reading"
        )
    )


async def searching(request: Request) -> Response:
    """``/search?q=QUERY``: the screen; ``part=1`` gives the hits alone."""
    state = get_state(request)
    text = request.query_params.get("q", "").strip()
    body = await state.workers.read(lambda record: _hits(record, text)) if text else ""
    if request.query_params.get("part"):
        return HTMLResponse(body)
    return HTMLResponse(
        render_screen(state, "search.html", "search", body=body, text=text, script="search")
    )


def _hits(record: Record, text: str) -> str:
    try:
        query = parse_query(text)
    except UsageError as error:
        return page("unread.html", message=error.message, hint=error.hint)
    return found_html(search(record, query, HITS), list_texts(query))


async def idents(request: Request) -> Response:
    """``/ids?q=TEXT``: ids that hold a text, the newest first."""
    text = request.query_params.get("q", "").lower()

    def fitting(record: Record) -> list[str]:
        return [
            summary.id
            for summary in reversed(record.read_summaries())
            if text in summary.id.lower()
        ][:12]

    return JSONResponse(await get_state(request).workers.read(fitting))


ROUTES = [
    Route("/lineage/{ident}", descent),
    Route("/topics", topic_list),
    Route("/topic/{name:path}", topic),
    Route("/search", searching),
    Route("/ids", idents),
]
