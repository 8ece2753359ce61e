"""Reading the series that an experiment holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model.series import Series, decode_series

if TYPE_CHECKING:
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record


def read_curves(record: Record, experiment: Experiment) -> tuple[Series, ...]:
    """Every series of an experiment, by tag; of two files that hold the same tag the later one counts. Unreadable ones are left out."""
    found: dict[str, Series] = {}
    for item in experiment.curves:
        data = record.branch.read(item.path)
        try:
            found.update((one.tag, one) for one in (decode_series(data) if data else ()))
        except ContentError:
            continue
    return tuple(found.values())
