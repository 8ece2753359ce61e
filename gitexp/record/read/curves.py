"""Read the series that an experiment holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model.series import Series, decode_series

if TYPE_CHECKING:
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record


def read_curves(record: Record, experiment: Experiment) -> tuple[Series, ...]:
    """Return every series of an experiment, one a tag.

    Of two files with the same tag the later one counts. Files that cannot be read are left out.
    """
    series_by_tag: dict[str, Series] = {}
    for curves in experiment.curves:
        data = record.branch.read(curves.path)
        if not data:
            continue
        try:
            all_series = decode_series(data)
        except ContentError:
            continue
        for series in all_series:
            series_by_tag[series.tag] = series
    return tuple(series_by_tag.values())
