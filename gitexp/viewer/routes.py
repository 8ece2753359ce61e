"""Routes of the journal and of what every screen loads.

Objects are addressed by id or fingerprint alone, and looked up in the record: no path in an address
reaches a file.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from gitexp.errors import NotFoundError
from gitexp.model.branch_layout import IMAGES, PICTURE_TYPES, read_attachment_path
from gitexp.record.read.stream import CHUNK
from gitexp.render.html_views import render_experiment, render_proposal
from gitexp.viewer import cards, filtering, lineup, progress, reading, writing
from gitexp.viewer.responses import FOREVER, get_state, render_screen
from gitexp.viewer.thumbnails import CELL_SIZES, load_sheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.record.read.stream import Stream
    from gitexp.record.record import Record

_STATIC_TYPES = {"js": "text/javascript", "css": "text/css"}

_FIRST_CHUNKS = 3
"""Chunks of cards that the journal brings along: more than a screen of 2560 px holds."""


async def show_journal(request: Request) -> Response:
    """``/``: the stream, its last chunks in place."""
    state = get_state(request)
    stream = await state.refresh_stream()
    chunk_count = len(stream.prints)
    first = max(0, chunk_count - _FIRST_CHUNKS)

    def render_chunks(record: Record) -> list[tuple[int, str, str]]:
        return [
            (number, stream.prints[number], cards.chunk_html(record, stream, number))
            for number in range(first, chunk_count)
        ]

    screen = render_screen(
        state,
        "journal.html",
        state.name,
        tip=stream.tip,
        count=len(stream.posts),
        slots=len(stream.slots) - 1,
        chunks=await state.workers.read(render_chunks),
        has_progress=bool(stream.metric),
        script="journal",
    )
    return HTMLResponse(screen)


async def send_static(request: Request) -> Response:
    """``/static/NAME``: one of our own scripts and styles."""
    name = request.path_params["name"]
    folder = files("gitexp.viewer") / "static"
    # Only names that the folder lists: no path leads out of it.
    if name not in {file.name for file in folder.iterdir()}:
        raise HTTPException(404)
    return Response(
        (folder / name).read_bytes(),
        media_type=_STATIC_TYPES[name.rpartition(".")[2]],
        headers={"cache-control": "no-cache"},
    )


async def send_index(request: Request) -> Response:
    """``/i/TIP.json``: the columnar index.

    Where the record has moved on since, a redirect to the index that holds now.
    """
    stream = await get_state(request).refresh_stream()
    if request.path_params["tip"] != stream.tip:
        return RedirectResponse(f"/i/{stream.tip}.json", headers={"cache-control": "no-store"})
    data = await asyncio.to_thread(_pack_index, stream)
    headers = {**FOREVER, "content-encoding": "gzip"}
    return Response(data, media_type="application/json", headers=headers)


def _pack_index(stream: Stream) -> bytes:
    """Return the columnar index of a stream as compressed JSON."""
    text = json.dumps(cards.columns(stream), ensure_ascii=False)
    return gzip.compress(text.encode(), 1, mtime=0)


async def send_fragment(request: Request) -> Response:
    """``/f/FINGERPRINT``: the cards of a chunk.

    Nothing where the record has moved on since the chunk was so.
    """
    state = get_state(request)
    stream = await state.refresh_stream()
    number = stream.places.get(request.path_params["name"])
    if number is None:
        return Response(status_code=204)

    def render_cards(record: Record) -> tuple[str, str]:
        return cards.chunk_html(record, stream, number), record.index.tip

    html, tip = await state.workers.read(render_cards)
    # A browser keeps the answer for ever under this fingerprint. If the record moved while it was
    # read, the cards may not be those of the fingerprint.
    if tip != stream.tip:
        return Response(status_code=204)
    return HTMLResponse(html, headers=FOREVER)


async def send_thumbnails(request: Request) -> Response:
    """``/s/FINGERPRINT-2.webp``: the contact sheet of a chunk, in one of the CELL_SIZES."""
    state = get_state(request)
    stream = await state.refresh_stream()
    name, density = request.path_params["name"], request.path_params["density"]
    number = stream.places.get(name) if density in CELL_SIZES else None
    if number is None:
        return Response(status_code=204)
    cache = state.workers.repository.state_dir / "cache" / "sheets"

    def load(record: Record) -> bytes:
        return load_sheet(
            cache, name, density, lambda: cards.chunk_pictures(record, stream, number)
        )

    data = await state.workers.read(load)
    return Response(data, media_type="image/webp", headers=FOREVER)


async def send_picture(request: Request) -> Response:
    """``/o/SHA256.png``: a picture as it was recorded, with the type that its name says."""
    name = request.path_params["name"]
    try:
        path = read_attachment_path(f"{IMAGES}/{name[:2]}/{name}", IMAGES)
    except ValueError:
        raise HTTPException(404) from None
    data = await get_state(request).workers.read(lambda record: record.branch.read(path))
    if data is None:
        raise HTTPException(404)
    return Response(data, media_type=PICTURE_TYPES[path.ending], headers=FOREVER)


async def show_experiment(request: Request) -> Response:
    """``/experiment/ID``: a page. ``/x/ID``: the same for a dialog."""
    state = get_state(request)
    name = request.path_params["ident"]
    body = await state.workers.cut(
        lambda record, follower: _render_experiment(
            record, follower, name, read_only=state.read_only
        )
    )
    if request.url.path.startswith("/x/"):
        return HTMLResponse(body)
    screen = render_screen(state, "reading.html", name, body=body, script="reading")
    return HTMLResponse(screen)


def _render_experiment(record: Record, follower: Follower, name: str, *, read_only: bool) -> str:
    """Return the page of an experiment. Raises NotFoundError."""
    from gitexp.history.code_choice import choose_filter_if_any
    from gitexp.history.experiment_view import build_experiment_page

    names = record.index.read_names()
    if name not in names:
        raise NotFoundError(f"there is no experiment '{name}'", "the journal lists them")
    experiment = record.read_experiment(names[name])
    code_filter = choose_filter_if_any(record)
    page = build_experiment_page(record, follower, experiment, code_filter)
    return render_experiment(page, names) + render_proposal(code_filter, read_only=read_only)


async def send_delta_sizes(request: Request) -> Response:
    """``/d?id=A&id=B``: how much each changed against its parent, in words."""
    idents = request.query_params.getlist("id")[:CHUNK]
    return JSONResponse(
        await get_state(request).workers.cut(
            lambda record, follower: _measure_deltas(record, follower, idents)
        )
    )


def _measure_deltas(record: Record, follower: Follower, idents: list[str]) -> dict[str, str]:
    """Return the size of the delta of each experiment, in words, "" where there is none."""
    from gitexp.history.change import compute_parent_change
    from gitexp.history.code_choice import choose_filter_if_any

    code_filter = choose_filter_if_any(record)
    sizes = {}
    for ident in idents:
        experiment = record.index.read_experiment(ident)
        if experiment is not None:
            change = compute_parent_change(record, follower, experiment, code_filter)
            sizes[ident] = change.summary
    return sizes


async def stream_tips(request: Request) -> Response:
    """``/e``: an event with the new tip whenever the record moves."""

    async def write_events() -> AsyncIterator[str]:
        async for tip in get_state(request).watch_tips():
            yield f"data: {tip}\n\n"

    return StreamingResponse(write_events(), media_type="text/event-stream")


ROUTES = [
    Route("/", show_journal),
    Route("/static/{name}", send_static),
    Route("/i/{tip}.json", send_index),
    Route("/f/{name}", send_fragment),
    Route("/s/{name}-{density:int}.webp", send_thumbnails),
    Route("/o/{name}", send_picture),
    Route("/experiment/{ident}", show_experiment),
    Route("/x/{ident}", show_experiment),
    Route("/d", send_delta_sizes),
    Route("/e", stream_tips),
    *filtering.ROUTES,
    *lineup.ROUTES,
    *progress.ROUTES,
    *reading.ROUTES,
    *writing.ROUTES,
]
