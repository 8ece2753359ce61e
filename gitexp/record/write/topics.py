"""Say something of a topic: a summary, what gathers under it, what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.model.query import parse_query

if TYPE_CHECKING:
    from gitexp.record.record import Record


def change_topic(record: Record, name: str, *, text: str = "", **fields: Any) -> str:
    """Say something of a topic: a summary, what gathers, what it is called (the fields of a ``topic`` event). Its name.

    Raises UsageError for a name or a query that cannot be one.
    """
    plain = clean_text(name).strip().removeprefix("#")
    if not plain or any(char in plain for char in "[]#\n"):
        raise UsageError(
            f"'{name}' cannot name a topic", "a few words: encoder, 学習率, data cleaning"
        )
    if query := fields.get("query"):
        parse_query(str(query))
    for key in ("to", "into"):
        if key in fields and fields[key] == plain:
            raise UsageError(f"topic '{plain}' is called so already", "give another name")
    record.append_events([record.draft_event("topic", text=clean_text(text), name=plain, **fields)])
    return plain
