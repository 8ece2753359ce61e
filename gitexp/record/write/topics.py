"""Say something of a topic: a summary, what gathers under it, what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.model.query import parse_query
from gitexp.record.read.resolve import resolve_pin_targets
from gitexp.record.read.topics import find_topic
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@hold_lock_of_record
def pin_to_topic(record: Record, name: str, targets: Sequence[str]) -> str:
    """Put experiments or entries into a topic by hand, whatever their texts say; its name."""
    return change_topic(record, name, pin=resolve_pin_targets(record, targets))


@hold_lock_of_record
def keep_out_of_topic(record: Record, name: str, targets: Sequence[str]) -> str:
    """Keep experiments or entries out of a topic, whatever put them there; its name."""
    return change_topic(record, name, unpin=resolve_pin_targets(record, targets))


@hold_lock_of_record
def rename_topic(record: Record, name: str, to: str) -> str:
    """Give a topic another name; that name. Raises NotFoundError."""
    change_topic(record, find_topic(record, name).name, to=to)
    return to


@hold_lock_of_record
def merge_topics(record: Record, name: str, into: str) -> str:
    """Merge a topic into another; the name of that one. Raises NotFoundError."""
    target = find_topic(record, into).name
    change_topic(record, find_topic(record, name).name, into=target)
    return target


@hold_lock_of_record
def remove_topic(record: Record, name: str) -> str:
    """Forget a topic; its name. Raises NotFoundError."""
    topic = find_topic(record, name).name
    return change_topic(record, topic, removed=True)
