"""What a trial gave: metrics, curves and pictures, as events of one experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.layout import DATA, make_attachment_path
from gitexp.model.series import encode_series, thin_series
from gitexp.record.write.entries import make_metric_event, make_picture_event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record


class TrialValues(NamedTuple):
    """What a trial gave. ``series`` stand by the name of where they come from."""

    metrics: Sequence[Metric] = ()
    series: Sequence[tuple[str, Sequence[Series]]] = ()
    pictures: Sequence[Picture] = ()


def draft_values(
    record: Record, ident: str, values: TrialValues
) -> tuple[list[Event], dict[str, bytes]]:
    """Return the events that record the values, and the files that the events name."""
    drafts: list[Event] = []
    contents: dict[str, bytes] = {}
    for metric in values.metrics:
        drafts.append(make_metric_event(record, ident, metric, None))
    for file_name, series in values.series:
        data = encode_series([thin_series(curve) for curve in series])
        path = make_attachment_path(DATA, data, "json")
        contents[path] = data
        tags = [curve.tag for curve in series]
        draft = record.draft_event("series", (ident,), path=path, name=file_name, tags=tags)
        drafts.append(draft)
    for picture in values.pictures:
        contents[picture.path] = picture.data
        drafts.append(make_picture_event(record, ident, picture, None))
    return drafts, contents
