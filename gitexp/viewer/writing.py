"""Doors that add to the record: entries, corrections, pictures, topics; and that take back what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError, UsageError
from gitexp.record.read.resolve import Target, resolve_pin_targets, resolve_target
from gitexp.record.read.topics import find_members, find_topic, read_topics
from gitexp.record.write.begin import add_images, add_note, read_note
from gitexp.record.write.corrections import (
    add_correction,
    add_retraction,
    find_corrected_metrics,
    read_metric_values,
)
from gitexp.record.write.topics import change_topic
from gitexp.record.write.undo import find_last_command, undo_last_command
from gitexp.render.echo import corrected_lines, kept_lines, topic_line, undone_lines
from gitexp.viewer.responses import get_state, read_body, read_json_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from gitexp.model.metric import Metric
    from gitexp.record.record import Record

_ENTRY = '{"text": "...", "experiments": ["ID"]}'
_CORRECTION = '{"text": "...", "targets": ["ENTRY or ID"]}'


async def _kept(request: Request, work: Callable[[Record], str]) -> Response:
    """Do what adds to the record; what was done, in words, and the record's tip after it."""
    state = get_state(request)
    said = await state.workers.write(work)
    return JSONResponse({"said": said, "tip": (await state.stream()).tip})


async def see_entry(request: Request) -> Response:
    """``POST /note/see``: what an entry would be understood to say; nothing is kept."""
    values = await read_json_body(request, _ENTRY, text=str, experiments=[])
    work = get_state(request).workers.read(
        lambda record: read_note(record, values["experiments"], values["text"])
    )
    return JSONResponse({"said": "   ".join(kept_lines((await work).kept))})


async def keep_entry(request: Request) -> Response:
    """``POST /note``: keep an entry."""
    values = await read_json_body(request, _ENTRY, text=str, experiments=[])
    return await _kept(
        request,
        lambda record: "   ".join(
            kept_lines(add_note(record, values["experiments"], values["text"]).kept)
        ),
    )


async def see_correction(request: Request) -> Response:
    """``POST /correct/see``: what a correction would reach and which metrics it would set right; nothing is kept."""
    values = await read_json_body(request, _CORRECTION, text=str, targets=list)

    def see(record: Record) -> str:
        reach = _reach(record, values["targets"])
        return _corrected(record, reach, find_corrected_metrics(record, reach, values["text"]))

    return JSONResponse({"said": await get_state(request).workers.read(see)})


async def keep_correction(request: Request) -> Response:
    """``POST /correct``: correct entries or experiments; ``acc=0.654`` in the text sets a metric right that the experiment has."""
    values = await read_json_body(request, _CORRECTION, text=str, targets=list)

    def keep(record: Record) -> str:
        reach = _reach(record, values["targets"])
        right = find_corrected_metrics(record, reach, values["text"])
        said = _corrected(record, reach, right)
        add_correction(record, reach, values["text"], right)
        return said

    return await _kept(request, keep)


def _reach(record: Record, targets: list[str]) -> Target:
    reach = Target(())
    for target in targets:
        reach += resolve_target(record, target)
    return reach


def _corrected(record: Record, reach: Target, right: list[Metric]) -> str:
    return (
        "   ".join(corrected_lines(reach.experiments, right, read_metric_values(record, reach)))
        or "✗ an entry"
    )


async def take_back(request: Request) -> Response:
    """``POST /retract``: take corrections back; the text says why, it may be empty."""
    values = await read_json_body(
        request, '{"targets": ["CORRECTION"], "text": "why"}', targets=list, text=""
    )

    def keep(record: Record) -> str:
        if not values["targets"]:
            raise UsageError("no correction is named", "choose one")
        return "   ".join(
            f"taken back: {event.text.partition(chr(10))[0]}"
            for event in add_retraction(record, values["targets"], values["text"])
        )

    return await _kept(request, keep)


async def see_last(request: Request) -> Response:
    """``/undo``: what was last recorded in this clone, in words, and its events."""

    def see(record: Record) -> dict[str, object]:
        events = find_last_command(record)
        return {"said": "   ".join(undone_lines(events)), "events": [event.id for event in events]}

    return JSONResponse(await get_state(request).workers.read(see))


async def undo_last(request: Request) -> Response:
    """``POST /undo``: take back what was last recorded, if that is still what the page showed."""
    values = await read_json_body(request, '{"events": ["..."]}', events=list)

    def keep(record: Record) -> str:
        if [event.id for event in find_last_command(record)] != values["events"]:
            raise UsageError(
                "something else was recorded meanwhile", "look again at what would be taken back"
            )
        return "   ".join(undone_lines(undo_last_command(record)))

    return await _kept(request, keep)


async def topic_names(request: Request) -> Response:
    """``/names``: the names of all topics."""
    return JSONResponse(
        await get_state(request).workers.read(lambda record: sorted(read_topics(record)))
    )


async def keep_topic(request: Request) -> Response:
    """``POST /topic``: say something of a topic: its summary, what is pinned or kept out, another name."""
    shape = '{"name": "...", "text": "...", "pin": [], "unpin": [], "to": "..."}'
    values = await read_json_body(request, shape, name=str, text="", pin=[], unpin=[], to="")

    def keep(record: Record) -> str:
        fields: dict[str, object] = {
            how: resolve_pin_targets(record, values[how]) for how in ("pin", "unpin") if values[how]
        }
        name = values["name"]
        if values["to"]:
            name, fields["to"] = (
                find_topic(record, name).name,
                values["to"].strip().removeprefix("#"),
            )
        elif not fields and not values["text"].strip():
            raise UsageError(f"nothing is said of topic '{name}'", "write its summary")
        name = change_topic(record, name, text=values["text"], **fields)
        name = str(fields.get("to") or name)
        return topic_line(name, *(len(each) for each in find_members(record, name)))

    return await _kept(request, keep)


async def image(request: Request) -> Response:
    """``POST /image?id=ID&name=NAME``: attach the picture that is the body."""
    from gitexp.capture.picture import check_picture, read_size_limit

    ident, name = (
        request.query_params.get("id", ""),
        request.query_params.get("name", "")[:200] or "pasted.png",
    )
    data = await read_body(
        request,
        read_size_limit(get_state(request).workers.repository.settings.get("gitexp.maximage")),
    )

    def attach(record: Record) -> str:
        known = record.index.read_names()
        if ident not in known:
            raise NotFoundError(f"there is no experiment '{ident}'", "select one first")
        return f"· {add_images(record, known[ident], [check_picture(name, name, data)])} {name}"

    return await _kept(request, attach)


ROUTES = [
    Route("/note/see", see_entry, methods=["POST"]),
    Route("/note", keep_entry, methods=["POST"]),
    Route("/correct/see", see_correction, methods=["POST"]),
    Route("/correct", keep_correction, methods=["POST"]),
    Route("/retract", take_back, methods=["POST"]),
    Route("/undo", see_last),
    Route("/undo", undo_last, methods=["POST"]),
    Route("/names", topic_names),
    Route("/topic", keep_topic, methods=["POST"]),
    Route("/image", image, methods=["POST"]),
]
