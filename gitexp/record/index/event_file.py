"""Event files of the record branch, read from their bytes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model import event as events
from gitexp.model.ids import fits_event_id

if TYPE_CHECKING:
    from gitexp.model.event import Event


def read_event(data: bytes, path: str) -> Event:
    """Return the event of a file; its id is the one in the file's name.

    A file that a person edited goes through a YAML parser. Raises ContentError for one that is no
    event: a remote may have sent anything.
    """
    ident = path.rsplit("-", 1)[-1].removesuffix(".md")
    if not fits_event_id(ident):
        raise ContentError(f"'{path}' on the record branch is not named as an event")
    try:
        event = events.decode_event(data)
    except ContentError:
        return _read_edited(data, path, ident)
    return event if event.id == ident else event._replace(id=ident)


def to_epoch(at: str) -> float:
    """Return an ISO time as seconds since 1970."""
    return datetime.fromisoformat(at).timestamp()


def _read_edited(data: bytes, path: str, ident: str) -> Event:
    """Return the event of a file that is not in the canonical form. Raises ContentError."""
    import yaml

    # What PyYAML raises for a value that its type does not allow: !!int "", !!timestamp x, ...
    impossible = (ValueError, TypeError, AttributeError, LookupError, OverflowError)
    try:
        head, text = events.split_front_matter(data.decode("utf-8"))
        # A few lines of aliases to aliases are more values than any memory holds.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(head)):
            raise ValueError("an event has no aliases")
        values = yaml.safe_load(head)
    except (*impossible, RecursionError, yaml.YAMLError):
        raise ContentError(f"'{path}' on the record branch is not an event") from None
    if not isinstance(values, dict):
        raise ContentError(f"'{path}' on the record branch is not an event")
    if isinstance(values.get("at"), datetime):
        values["at"] = values["at"].isoformat()
    return events.build_event(values, text, ident)
