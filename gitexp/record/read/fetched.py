"""A record that a clone or a fetch brought, and that this clone has not begun with yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.refs import read_place_refs

if TYPE_CHECKING:
    from gitexp.record.record import Record


class FetchedRecord(NamedTuple):
    """A record that a fetch brought: the place that has it, and its tip."""

    place: str
    tip: str


def find_fetched_record(record: Record) -> FetchedRecord | None:
    """Return the record that a fetch brought; None where there is none.

    The remote that the record goes to by default comes first.
    """
    repository = record.repository
    # Most repositories without a record have none to fetch: that is told by git's files alone.
    if not read_place_refs(repository).branches:
        return None
    from gitexp.store.remote_places import (
        find_default_remote,
        get_place_of_ref,
        list_published_refs,
    )

    refs = list_published_refs(repository)
    if not refs:
        return None
    listed = repository.run_git("for-each-ref", "--format=%(objectname) %(refname)", *refs)
    fetched = []
    for line in listed.decode().splitlines():
        tip, _, ref = line.partition(" ")
        fetched.append(FetchedRecord(get_place_of_ref(ref), tip))
    default = find_default_remote(repository)
    return min(fetched, key=lambda record: record.place != default)
