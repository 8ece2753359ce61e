"""Routes that add to the record: entries, corrections, pictures, topics, and what undoes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gitexp.errors import NotFoundError, UsageError
from gitexp.record.read.resolve import Target, resolve_pin_targets, resolve_targets
from gitexp.record.read.topics import find_members, find_topic, read_topics
from gitexp.record.write.corrections import (
    add_correction,
    add_retraction,
    find_corrected_metrics,
    read_metric_values,
)
from gitexp.record.write.entries import add_note, read_note
from gitexp.record.write.topics import change_topic
from gitexp.record.write.undo import find_last_command, undo_last_command
from gitexp.record.write.values import add_images
from gitexp.render.echo import format_corrected, format_topic_size, format_understood, format_undone
from gitexp.viewer.responses import get_state, read_body, read_json_body, read_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request

    from gitexp.model.metric import Metric
    from gitexp.record.record import Record

_ENTRY_EXAMPLE = '{"text": "...", "experiments": ["ID"]}'
_CORRECTION_EXAMPLE = '{"text": "...", "targets": ["ENTRY or ID"]}'
_RETRACTION_EXAMPLE = '{"targets": ["CORRECTION"], "text": "why"}'
_UNDO_EXAMPLE = '{"events": ["..."]}'
_TOPIC_EXAMPLE = '{"name": "...", "text": "...", "pin": [], "unpin": [], "to": "..."}'

_LONGEST_NAME = 200
"""Characters of a picture's name that are kept."""


async def preview_entry(request: Request) -> Response:
    """``POST /note/see``: what an entry would be understood to say. Nothing is recorded."""
    values = await read_json_body(request, _ENTRY_EXAMPLE, text=str, experiments=[])
    note = await get_state(request).workers.read(
        lambda record: read_note(record, values["experiments"], values["text"])
    )
    return JSONResponse({"said": _join_lines(format_understood(note.understood))})


async def save_entry(request: Request) -> Response:
    """``POST /note``: record an entry."""
    values = await read_json_body(request, _ENTRY_EXAMPLE, text=str, experiments=[])

    def save(record: Record) -> str:
        note = add_note(record, values["experiments"], values["text"])
        return _join_lines(format_understood(note.understood))

    return await _write_record(request, save)


async def preview_correction(request: Request) -> Response:
    """``POST /correct/see``: what a correction would be about and which metrics it would set right.

    Nothing is recorded.
    """
    values = await read_json_body(request, _CORRECTION_EXAMPLE, text=str, targets=list)

    def preview(record: Record) -> str:
        target = resolve_targets(record, values["targets"])
        metrics = find_corrected_metrics(record, target, values["text"])
        return _describe_correction(record, target, metrics)

    return JSONResponse({"said": await get_state(request).workers.read(preview)})


async def save_correction(request: Request) -> Response:
    """``POST /correct``: correct entries or experiments.

    ``acc=0.654`` in the text sets a metric right that the experiment has.
    """
    values = await read_json_body(request, _CORRECTION_EXAMPLE, text=str, targets=list)

    def save(record: Record) -> str:
        target = resolve_targets(record, values["targets"])
        metrics = find_corrected_metrics(record, target, values["text"])
        # The description names the old values, so it is made before the correction.
        description = _describe_correction(record, target, metrics)
        add_correction(record, target, values["text"], metrics)
        return description

    return await _write_record(request, save)


def _describe_correction(record: Record, target: Target, metrics: list[Metric]) -> str:
    lines = format_corrected(target.experiments, metrics, read_metric_values(record, target))
    return _join_lines(lines) or "✗ an entry"


async def retract_corrections(request: Request) -> Response:
    """``POST /retract``: take corrections back. The text says why, it may be empty."""
    values = await read_json_body(request, _RETRACTION_EXAMPLE, targets=list, text="")

    def retract(record: Record) -> str:
        if not values["targets"]:
            raise UsageError("no correction is named", "choose one")
        events = add_retraction(record, values["targets"], values["text"])
        first_lines = [event.text.partition("\n")[0] for event in events]
        return _join_lines(f"taken back: {line}" for line in first_lines)

    return await _write_record(request, retract)


async def preview_undo(request: Request) -> Response:
    """``/undo``: what was last recorded in this clone, in words, and its events."""

    def preview(record: Record) -> dict[str, object]:
        events = find_last_command(record)
        return {
            "said": _join_lines(format_undone(events)),
            "events": [event.id for event in events],
        }

    return JSONResponse(await get_state(request).workers.read(preview))


async def undo_last(request: Request) -> Response:
    """``POST /undo``: take back what was last recorded, if the page showed exactly that."""
    values = await read_json_body(request, _UNDO_EXAMPLE, events=list)

    def undo(record: Record) -> str:
        last_events = [event.id for event in find_last_command(record)]
        if last_events != values["events"]:
            problem = "something else was recorded meanwhile"
            raise UsageError(problem, "look again at what would be taken back")
        return _join_lines(format_undone(undo_last_command(record)))

    return await _write_record(request, undo)


async def list_topic_names(request: Request) -> Response:
    """``/names``: the names of all topics."""
    names = await get_state(request).workers.read(lambda record: sorted(read_topics(record)))
    return JSONResponse(names)


async def save_topic(request: Request) -> Response:
    """``POST /topic``: change a topic: its summary, what is pinned or kept out, its name."""
    values = await read_json_body(
        request, _TOPIC_EXAMPLE, name=str, text="", pin=[], unpin=[], to=""
    )
    return await _write_record(request, lambda record: _change_topic(record, values))


def _change_topic(record: Record, values: dict[str, Any]) -> str:
    """Record the change of a topic. Return a line with the topic as it is after it."""
    fields: dict[str, object] = {}
    for action in ("pin", "unpin"):
        if values[action]:
            fields[action] = resolve_pin_targets(record, values[action])
    name = values["name"]
    if values["to"]:
        name = find_topic(record, name).name
        fields["to"] = values["to"].strip().removeprefix("#")
    elif not fields and not values["text"].strip():
        raise UsageError(f"nothing is said of topic '{name}'", "write its summary")
    name = change_topic(record, name, text=values["text"], **fields)
    name = str(fields.get("to") or name)
    experiments, entries = find_members(record, name)
    return format_topic_size(name, len(experiments), len(entries))


async def save_picture(request: Request) -> Response:
    """``POST /image?id=ID&name=NAME``: attach the picture that is the body."""
    from gitexp.capture.picture import read_size_limit, take_picture

    ident = request.query_params.get("id", "")
    name = request.query_params.get("name", "")[:_LONGEST_NAME] or "pasted.png"
    settings = get_state(request).workers.repository.settings
    limit = read_size_limit(settings.get("gitexp.maximage"))
    data = await read_body(request, limit)

    def attach(record: Record) -> str:
        names = record.index.read_names()
        if ident not in names:
            raise NotFoundError(f"there is no experiment '{ident}'", "select one first")
        picture = take_picture(name, name, data, limit)
        experiment = add_images(record, names[ident], [picture])
        return f"· {experiment} {name}"

    return await _write_record(request, attach)


async def _write_record(request: Request, work: Callable[[Record], str]) -> Response:
    """Do what adds to the record. Answer with its words and with the record's tip after it."""
    state = get_state(request)

    def write(record: Record) -> str:
        words = work(record)
        return _join_lines([words, *record.warnings])

    words = await state.workers.write(write)
    return JSONResponse({"said": words, "tip": await read_tip(state)})


def _join_lines(lines: Iterable[str]) -> str:
    """Return lines of an echo as the one line below the box."""
    return "   ".join(lines)


ROUTES = [
    Route("/note/see", preview_entry, methods=["POST"]),
    Route("/note", save_entry, methods=["POST"]),
    Route("/correct/see", preview_correction, methods=["POST"]),
    Route("/correct", save_correction, methods=["POST"]),
    Route("/retract", retract_corrections, methods=["POST"]),
    Route("/undo", preview_undo),
    Route("/undo", undo_last, methods=["POST"]),
    Route("/names", list_topic_names),
    Route("/topic", save_topic, methods=["POST"]),
    Route("/image", save_picture, methods=["POST"]),
]
