"""Record how a command ended that was run for an experiment, and what it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.model.characters import make_plain
from gitexp.model.layout import DATA, make_attachment_path
from gitexp.model.series import encode_series, thin_series
from gitexp.record.write.entries import make_metric_event, make_picture_event
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record

_LONGEST_COMMAND = 100  # words


class RunOutcome(NamedTuple):
    """How a command ended, and what was read from its output and its files.

    ``series``: by the name of where they come from.
    """

    command: Sequence[str]
    seconds: float
    exit_code: int
    signal: int
    metrics: Sequence[Metric] = ()
    series: Sequence[tuple[str, Sequence[Series]]] = ()
    pictures: Sequence[Picture] = ()


@hold_lock_of_record
def record_outcome(record: Record, ident: str, outcome: RunOutcome) -> None:
    """Record the end of a command and all that it gave, in one commit."""
    name = record.resolve_id(ident)
    command = [make_plain(word)[:200] for word in outcome.command[:_LONGEST_COMMAND]]
    ending: dict[str, Any] = {"exit": outcome.exit_code}
    if outcome.signal:
        ending = {"signal": outcome.signal}
    run = record.draft_event(
        "run", (name,), command=command, milliseconds=round(outcome.seconds * 1000), **ending
    )
    drafts: list[Event] = [run]
    contents: dict[str, bytes] = {}
    for metric in outcome.metrics:
        drafts.append(make_metric_event(record, name, metric, None))
    for file_name, series in outcome.series:
        data = encode_series([thin_series(curve) for curve in series])
        path = make_attachment_path(DATA, data, "json")
        contents[path] = data
        tags = [curve.tag for curve in series]
        draft = record.draft_event("series", (name,), path=path, name=file_name, tags=tags)
        drafts.append(draft)
    for picture in outcome.pictures:
        contents[picture.path] = picture.data
        drafts.append(make_picture_event(record, name, picture, None))
    record.append_events(drafts, contents)
