"""Screens to read along: the lineage of an experiment, topics, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError, UsageError
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.history.lineage import build_lineage
from gitexp.history.topic_page import build_topic_page
from gitexp.model.query import parse_query
from gitexp.model.query_terms import list_texts
from gitexp.record.read.search import search
from gitexp.record.read.topics import find_members, read_topics
from gitexp.render.html import render_template
from gitexp.render.html_views import (
    render_lineage,
    render_proposal,
    render_search,
    render_topic,
)
from gitexp.viewer.responses import get_state, render_screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.record.record import Record

MOST_GENERATIONS = 100
"""Generations of a lineage that are shown at once, the newest."""

MOST_HITS = 40
"""Hits of a search that are shown at once, the newest."""


async def descent(request: Request) -> Response:
    """Answer ``/lineage/ID``: the first excerpt whole, then each change; beside it the tree."""
    state = get_state(request)
    name = request.path_params["ident"]

    def render(record: Record, follower: Follower) -> str:
        return _render_lineage(record, follower, name, read_only=state.read_only)

    body = await state.workers.cut(render)
    return HTMLResponse(
        render_screen(state, "reading.html", f"{name}: lineage", body=body, script="reading")
    )


def _render_lineage(
    record: Record, follower: Follower, name: str, *, read_only: bool = False
) -> str:
    """Return the lineage of an experiment. Raises NotFoundError."""
    ids = record.index.read_names()
    if name not in ids:
        raise NotFoundError(f"there is no experiment '{name}'", "the journal lists them")
    code_filter = choose_filter_if_any(record)
    lineage = build_lineage(record, follower, ids[name], code_filter, MOST_GENERATIONS)
    return render_proposal(code_filter, read_only=read_only) + render_lineage(lineage, ids)


async def topic(request: Request) -> Response:
    """``/topic/NAME``: what gathers under it: a table of experiments, and passages."""
    state = get_state(request)
    name = request.path_params["name"]

    def render(record: Record, follower: Follower) -> str:
        code_filter = choose_filter_if_any(record)
        page = build_topic_page(record, name, code_filter, follower)
        proposal = render_proposal(code_filter, read_only=state.read_only)
        return (proposal if page.summaries else "") + render_topic(page, record.index.read_names())

    body = await state.workers.cut(render)
    return HTMLResponse(render_screen(state, "reading.html", name, body=body, script="reading"))


async def topic_list(request: Request) -> Response:
    """``/topics``: every topic with how much gathers under it."""

    def body(record: Record) -> str:
        found = [
            (one, *find_members(record, name)) for name, one in sorted(read_topics(record).items())
        ]
        return render_template(
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
        return render_template("unread.html", message=error.message, hint=error.hint)
    return render_search(search(record, query, MOST_HITS), list_texts(query))


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
