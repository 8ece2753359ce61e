"""Record the settings that a training script gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.characters import make_plain
from gitexp.record.secrets import hide_secrets
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.record.record import Record

_MOST_SETTINGS = 300
_LONGEST_SETTING = 200


@hold_lock_of_record
def add_config(record: Record, ident: str, settings: Iterable[tuple[str, str]]) -> None:
    """Record settings of an experiment, given as name and value; likely secrets become stars."""
    name = record.resolve_id(ident)
    lines = []
    for setting, value in settings:
        plain = make_plain(f"{setting}={value}".replace("\n", " "))
        lines.append(hide_secrets(record.repository, plain)[:_LONGEST_SETTING])
    if lines:
        record.append_events(
            [record.draft_event("config", (name,), settings=lines[:_MOST_SETTINGS])]
        )
