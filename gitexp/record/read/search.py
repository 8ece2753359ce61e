"""Search: what a query finds in the record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.model.query import parse_query
from gitexp.model.results import Hit, SearchResult
from gitexp.record.read.evaluate import Key, QueryEvaluator
from gitexp.record.read.journal import read_numbered_entries
from gitexp.record.read.topics import find_members

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.model.experiment import Entry, Summary
    from gitexp.model.query_terms import Query
    from gitexp.record.record import Record


def find(record: Record, text: str) -> list[str]:
    """Ids of the experiments that a query finds, oldest first. Raises UsageError for a query that cannot be read."""
    keys = _evaluation(record).find_keys(parse_query(text))
    return [summary.id for summary in record.read_summaries() if summary.id in keys]


def search(
    record: Record,
    query: Query,
    last: int | None = None,
    code: Callable[[Summary], str | None] | None = None,
) -> SearchResult:
    """What a query finds; of many the ``last`` ones by time. ``code`` gives the text of an experiment's excerpt, None where it
    cannot be read; without it code is not searched.
    """
    run = _evaluation(record, code)
    keys = run.find_keys(query)
    found: list[tuple[float, Key, Summary | None]] = [
        (datetime.fromisoformat(summary.at).timestamp(), summary.id, summary)
        for summary in record.read_summaries()
        if summary.id in keys
    ]
    loose = [key for key in keys if isinstance(key, int)]
    found += [
        (event.when.timestamp(), number, None)
        for number, event in record.index.read_numbered_events(loose)
    ]
    found.sort(key=lambda item: (item[0], str(item[1])))
    shown = found[-last:] if last is not None else found
    keys = {key for _, key, _ in shown}
    numbers = run.find_evidence(keys) | {key for key in keys if isinstance(key, int)}
    entries: dict[Key, list[Entry]] = {}
    for entry in read_numbered_entries(record, numbers):
        for name in entry.experiments or (entry.id,):
            entries.setdefault(name, []).append(entry)
    ids = {number: event.id for number, event in record.index.read_numbered_events(loose)}
    hits = (
        Hit(summary, tuple(entries.get(ids.get(key, key) if isinstance(key, int) else key, ())))
        for _, key, summary in shown
    )
    return SearchResult(tuple(hit for hit in hits if hit.summary or hit.entries), len(found))


def _evaluation(
    record: Record, code: Callable[[Summary], str | None] | None = None
) -> QueryEvaluator:
    return QueryEvaluator(record, lambda name: find_members(record, name), code)
