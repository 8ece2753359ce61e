"""Add values to an experiment: metrics, series, pictures, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.model.branch_layout import DATA, make_attachment_path
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record


class TrialValues(NamedTuple):
    """What a trial gave. ``series`` stand by the name of where they come from."""

    metrics: Sequence[Metric] = ()
    series: Sequence[tuple[str, Sequence[Series]]] = ()
    pictures: Sequence[Picture] = ()


def leave_out_recorded(experiment: Experiment, values: TrialValues) -> TrialValues:
    """Return values without the metrics and pictures that an experiment has already."""
    recorded = {metric.name: metric.value for metric in experiment.metrics}
    metrics = [metric for metric in values.metrics if recorded.get(metric.name) != metric.value]
    paths = {image.path for image in experiment.images}
    pictures = [picture for picture in values.pictures if picture.path not in paths]
    return values._replace(metrics=metrics, pictures=pictures)


def join_values(first: TrialValues, second: TrialValues) -> TrialValues:
    """Return what two sources gave; of a metric that both have, what ``second`` says."""
    metrics = {metric.name: metric for metric in (*first.metrics, *second.metrics)}
    return TrialValues(
        list(metrics.values()),
        [*first.series, *second.series],
        [*first.pictures, *second.pictures],
    )


def add_metrics(
    record: Record, ident: str, metrics: Sequence[Metric], *, at: datetime | None = None
) -> str:
    """Record metrics of an experiment and return its id."""
    return _add_values(record, ident, TrialValues(metrics=metrics), at)


def add_images(
    record: Record, ident: str, pictures: Sequence[Picture], *, at: datetime | None = None
) -> str:
    """Attach pictures to an experiment and return its id."""
    return _add_values(record, ident, TrialValues(pictures=pictures), at)


def add_series(
    record: Record,
    ident: str,
    files: Sequence[tuple[str, Sequence[Series]]],
    *,
    at: datetime | None = None,
) -> str:
    """Attach files of series, given by name, to an experiment and return its id.

    The series are thinned to what the eye can see.
    """
    return _add_values(record, ident, TrialValues(series=files), at)


@hold_lock_of_record
def change_tags(record: Record, ident: str, add: Sequence[str], remove: Sequence[str] = ()) -> str:
    """Add tags to an experiment, or remove them, and return its id. Raises UsageError."""
    name = record.resolve_id(ident)
    added = [_check_tag(text) for text in add]
    removed = [_check_tag(text) for text in remove]
    record.append_events([record.draft_event("tag", (name,), add=added, remove=removed)])
    return name


def draft_values(
    record: Record, ident: str, values: TrialValues, at: datetime | None = None
) -> tuple[list[Event], dict[str, bytes]]:
    """Return the events that record the values, and the files that the events name."""
    contents: dict[str, bytes] = {}
    drafts = [draft_metric(record, ident, metric, at) for metric in values.metrics]
    for file_name, all_series in values.series:
        from gitexp.model.series import encode_series, thin_series  # few trials have curves

        data = encode_series([thin_series(series) for series in all_series])
        path = make_attachment_path(DATA, data, "json")
        contents[path] = data
        tags = [series.tag for series in all_series]
        draft = record.draft_event("series", (ident,), at=at, path=path, name=file_name, tags=tags)
        drafts.append(draft)
    for picture in values.pictures:
        contents[picture.path] = picture.data
        drafts.append(draft_picture(record, ident, picture, at))
    return drafts, contents


def draft_metric(record: Record, ident: str, metric: Metric, at: datetime | None) -> Event:
    """Return the event of a metric of an experiment, under its name in use."""
    metric = record.metric_aliases.rename(metric)
    return record.draft_event(
        "metric",
        (ident,),
        at=at,
        name=metric.name,
        value=metric.value,
        about=metric.about,
        partial=metric.partial,
    )


def draft_picture(record: Record, ident: str, picture: Picture, at: datetime | None) -> Event:
    """Return the event of a picture of an experiment."""
    return record.draft_event(
        "image",
        (ident,),
        at=at,
        path=picture.path,
        name=picture.name,
        width=picture.width,
        height=picture.height,
    )


def add_trial_values(
    record: Record, ident: str, values: TrialValues, *, at: datetime | None = None
) -> str:
    """Record all that a trial gave, in one commit, and return its id."""
    return _add_values(record, ident, values, at)


@hold_lock_of_record
def _add_values(record: Record, ident: str, values: TrialValues, at: datetime | None) -> str:
    name = record.resolve_id(ident)
    drafts, contents = draft_values(record, name, values, at)
    record.append_events(drafts, contents)
    return name


def _check_tag(text: str) -> str:
    """Return a tag without the ``#``. Raises UsageError for what cannot be one."""
    tag = text.removeprefix("#")
    if not tag or any(char.isspace() or char in "#,/" for char in tag):
        raise UsageError(f"'{tag}' cannot be a tag", "one word: letters, digits, - and _")
    return tag
