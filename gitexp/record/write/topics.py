"""Write topics: a summary, what gathers under a name, what it is called."""

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
    """Record a summary of a topic, or other ``fields`` of a ``topic`` event; return its name.

    Raises UsageError for a name or a query that cannot be one.
    """
    plain_name = clean_text(name).strip().removeprefix("#")
    if not plain_name or any(char in plain_name for char in "[]#\n"):
        raise UsageError(
            f"'{name}' cannot name a topic", "a few words: encoder, 学習率, data cleaning"
        )
    query = fields.get("query")
    if query:
        parse_query(str(query))
    if plain_name in (fields.get("to"), fields.get("into")):
        raise UsageError(f"topic '{plain_name}' is called so already", "give another name")
    summary = clean_text(text)
    record.append_events([record.draft_event("topic", text=summary, name=plain_name, **fields)])
    return plain_name


@hold_lock_of_record
def pin_to_topic(record: Record, name: str, targets: Sequence[str]) -> str:
    """Put experiments or entries into a topic, whatever their texts say; return its name."""
    return change_topic(record, name, pin=resolve_pin_targets(record, targets))


@hold_lock_of_record
def keep_out_of_topic(record: Record, name: str, targets: Sequence[str]) -> str:
    """Keep experiments or entries out of a topic, whatever put them there; return its name."""
    return change_topic(record, name, unpin=resolve_pin_targets(record, targets))


@hold_lock_of_record
def rename_topic(record: Record, name: str, to: str) -> str:
    """Give a topic another name and return that. Raises NotFoundError."""
    change_topic(record, find_topic(record, name).name, to=to)
    return to


@hold_lock_of_record
def merge_topics(record: Record, name: str, into: str) -> str:
    """Merge a topic into another and return the name of that one. Raises NotFoundError."""
    target = find_topic(record, into).name
    change_topic(record, find_topic(record, name).name, into=target)
    return target


@hold_lock_of_record
def remove_topic(record: Record, name: str) -> str:
    """Forget a topic and return its name. Raises NotFoundError."""
    topic = find_topic(record, name).name
    return change_topic(record, topic, removed=True)
