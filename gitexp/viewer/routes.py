"""The viewer's doors. Objects are addressed by id or fingerprint alone, and looked up in the record: no path reaches a file."""

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
from gitexp.model.layout import IMAGES, PICTURE_TYPES, read_attachment_path
from gitexp.record.read.stream import CHUNK
from gitexp.render.html import experiment_html
from gitexp.viewer import cards, filtering, lineup, reading, writing
from gitexp.viewer.responses import FOREVER, get_state, render_screen
from gitexp.viewer.thumbnails import sheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.record.record import Record

_KINDS = {"js": "text/javascript", "css": "text/css"}
_FIRST_CHUNKS = 3


async def journal(request: Request) -> Response:
    """``/``: the stream, its last chunks in place."""
    state = get_state(request)
    stream = await state.stream()
    last = range(max(0, len(stream.prints) - _FIRST_CHUNKS), len(stream.prints))
    first = await state.workers.read(
        lambda record: [
            (number, stream.prints[number], cards.chunk_html(record, stream, number))
            for number in last
        ]
    )
    return HTMLResponse(
        render_screen(
            state,
            "journal.html",
            state.name,
            tip=stream.tip,
            count=len(stream.posts),
            chunks=first,
            script="journal",
        )
    )


async def static(request: Request) -> Response:
    """``/static/NAME``: one of our own scripts and styles."""
    name = request.path_params["name"]
    folder = files("gitexp.viewer") / "static"
    if name not in {item.name for item in folder.iterdir()}:
        raise HTTPException(404)
    return Response(
        (folder / name).read_bytes(),
        media_type=_KINDS[name.rpartition(".")[2]],
        headers={"cache-control": "no-cache"},
    )


async def index(request: Request) -> Response:
    """``/i/TIP.json``: the columnar index. Where the record moved on meanwhile, the way to the one that holds."""
    stream = await get_state(request).stream()
    if request.path_params["tip"] != stream.tip:
        return RedirectResponse(f"/i/{stream.tip}.json", headers={"cache-control": "no-store"})
    data = await asyncio.to_thread(
        lambda: gzip.compress(
            json.dumps(cards.columns(stream), ensure_ascii=False).encode(), 1, mtime=0
        )
    )
    return Response(
        data, media_type="application/json", headers={**FOREVER, "content-encoding": "gzip"}
    )


async def fragment(request: Request) -> Response:
    """``/f/FINGERPRINT``: the cards of a chunk; nothing where the record has moved on since it was so."""
    state = get_state(request)
    stream = await state.stream()
    number = stream.places.get(request.path_params["name"])
    if number is None:
        return Response(status_code=204)
    html, tip = await state.workers.read(
        lambda record: (cards.chunk_html(record, stream, number), record.index.tip)
    )
    if (
        tip != stream.tip
    ):  # the record moved while it was read: what is kept for ever under this name must be of this name
        return Response(status_code=204)
    return HTMLResponse(html, headers=FOREVER)


async def thumbnails(request: Request) -> Response:
    """``/s/FINGERPRINT-2.webp``: the contact sheet of a chunk for a screen with 1 or 2 dots a pixel."""
    state = get_state(request)
    stream = await state.stream()
    name, density = request.path_params["name"], request.path_params["density"]
    number = stream.places.get(name) if density in (1, 2) else None
    if number is None:
        return Response(status_code=204)
    cache = state.workers.repository.state_dir / "cache" / "sheets"
    data = await state.workers.read(
        lambda record: sheet(
            cache, name, density, lambda: cards.chunk_pictures(record, stream, number)
        )
    )
    return Response(data, media_type="image/webp", headers=FOREVER)


async def original(request: Request) -> Response:
    """``/o/SHA256.png``: a picture as it was recorded, typed by what it is."""
    name = request.path_params["name"]
    try:
        path = read_attachment_path(f"{IMAGES}/{name[:2]}/{name}", IMAGES)
    except ValueError:
        raise HTTPException(404) from None
    data = await get_state(request).workers.read(lambda record: record.branch.read(path))
    if data is None:
        raise HTTPException(404)
    return Response(data, media_type=PICTURE_TYPES[path.ending], headers=FOREVER)


async def experiment(request: Request) -> Response:
    """``/experiment/ID``: a page; ``/x/ID``: the same for a dialog."""
    state = get_state(request)
    name = request.path_params["ident"]
    body = await state.workers.cut(lambda record, follower: _experiment(record, follower, name))
    if request.url.path.startswith("/x/"):
        return HTMLResponse(body)
    return HTMLResponse(render_screen(state, "reading.html", name, body=body, script="reading"))


def _experiment(record: Record, follower: Follower, text: str) -> str:
    from gitexp.history.deltas import compute_delta
    from gitexp.record.read.journal import list_mentioning_ids

    known = record.index.read_names()
    if text not in known:
        raise NotFoundError(f"there is no experiment '{text}'", "the journal lists them")
    one = record.read_experiment(known[text])
    change = compute_delta(record, follower, one)
    children = [summary.id for summary in record.read_summaries() if summary.parent == one.id]
    hidden = change.excerpt.hidden_count if change.excerpt else 0
    return experiment_html(
        one,
        children,
        change.delta,
        change.title,
        hidden,
        names=known,
        mentions=list_mentioning_ids(record, one),
        remedy=change.remedy,
    )


async def deltas(request: Request) -> Response:
    """``/d?id=A&id=B``: the size of what each changed against its parent, in words."""
    names = request.query_params.getlist("id")[:CHUNK]

    def sizes(record: Record, follower: Follower) -> dict[str, str]:
        from gitexp.history.deltas import compute_delta

        found = {}
        for name in names:
            if (one := record.index.read_experiment(name)) is not None:
                change = compute_delta(record, follower, one)
                found[name] = change.delta.summary if change.delta else ""
        return found

    return JSONResponse(await get_state(request).workers.cut(sizes))


async def events(request: Request) -> Response:
    """``/e``: an event with the new tip whenever the record moves."""

    async def lines() -> AsyncIterator[str]:
        async for tip in get_state(request).tips():
            yield f"data: {tip}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


ROUTES = [
    Route("/", journal),
    Route("/static/{name}", static),
    Route("/i/{tip}.json", index),
    Route("/f/{name}", fragment),
    Route("/s/{name}-{density:int}.webp", thumbnails),
    Route("/o/{name}", original),
    Route("/experiment/{ident}", experiment),
    Route("/x/{ident}", experiment),
    Route("/d", deltas),
    Route("/e", events),
    *filtering.ROUTES,
    *lineup.ROUTES,
    *reading.ROUTES,
    *writing.ROUTES,
]
