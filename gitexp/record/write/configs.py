"""Record the settings that a training script gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.characters import make_plain
from gitexp.model.config_fence import LONGEST_SETTING
from gitexp.record.secrets import hide_secrets
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.record.record import Record

_MOST_SETTINGS = 300


@hold_lock_of_record
def add_config(record: Record, ident: str, settings: Iterable[tuple[str, str]]) -> None:
    """Record settings of an experiment, given as name and value."""
    record.append_events([draft_config(record, record.resolve_id(ident), settings)])


def draft_config(
    record: Record,
    ident: str,
    settings: Iterable[tuple[str, str]],
    at: datetime | None = None,
) -> Event:
    """Return the event of settings, given as name and value; likely secrets become stars."""
    lines = []
    for name, value in settings:
        plain = make_plain(f"{name}={value}".replace("\n", " "))
        lines.append(hide_secrets(record.repository, plain)[:LONGEST_SETTING])
    return record.draft_event("config", (ident,), at=at, settings=lines[:_MOST_SETTINGS])
