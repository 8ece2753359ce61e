"""Search the record: what a query finds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.query import parse_query
from gitexp.model.search_results import Hit, SearchResult
from gitexp.record.read.evaluate import Key, QueryEvaluator
from gitexp.record.read.journal import read_numbered_entries
from gitexp.record.read.topics import find_members

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.model.experiment import Entry, Summary
    from gitexp.model.query_terms import Query
    from gitexp.record.record import Record


class _Match(NamedTuple):
    """An experiment, or an entry about none, that a query finds.

    ``at``: seconds since 1970. ``entry_id``: of the entry; ``summary``: of the experiment.
    """

    at: float
    key: Key
    entry_id: str = ""
    summary: Summary | None = None


def find(record: Record, text: str) -> list[str]:
    """Return the ids of the experiments that a query finds, oldest first.

    Raises UsageError for a query that cannot be read.
    """
    keys = _make_evaluator(record).find_keys(parse_query(text))
    return [summary.id for summary in record.read_summaries() if summary.id in keys]


def search(
    record: Record,
    query: Query,
    last: int | None = None,
    read_code: Callable[[Summary], str | None] | None = None,
) -> SearchResult:
    """Return what a query finds, of many the ``last`` ones by time.

    ``read_code`` returns the text of an experiment's excerpt, None where it cannot be read; without
    it code is not searched.
    """
    evaluator = _make_evaluator(record, read_code)
    matches = _find_matches(record, evaluator, query)
    shown = matches[-last:] if last is not None else matches
    entries = _read_entries(record, evaluator, shown)
    hits = []
    for match in shown:
        ident = match.summary.id if match.summary else match.entry_id
        hit = Hit(match.summary, tuple(entries.get(ident, ())))
        if hit.summary or hit.entries:
            hits.append(hit)
    return SearchResult(tuple(hits), len(matches))


def _make_evaluator(
    record: Record, read_code: Callable[[Summary], str | None] | None = None
) -> QueryEvaluator:
    return QueryEvaluator(record, lambda name: find_members(record, name), read_code)


def _find_matches(record: Record, evaluator: QueryEvaluator, query: Query) -> list[_Match]:
    """Return what a query finds, oldest first."""
    keys = evaluator.find_keys(query)
    matches = []
    for summary in record.read_summaries():
        if summary.id in keys:
            moment = datetime.fromisoformat(summary.at).timestamp()
            matches.append(_Match(moment, summary.id, summary=summary))
    numbers = [key for key in keys if isinstance(key, int)]
    for number, event in record.index.read_numbered_events(numbers):
        matches.append(_Match(event.when.timestamp(), number, entry_id=event.id))
    return sorted(matches, key=lambda match: (match.at, str(match.key)))


def _read_entries(
    record: Record, evaluator: QueryEvaluator, matches: Sequence[_Match]
) -> dict[str, list[Entry]]:
    """Return the entries for which something was found, by the experiments that they are about.

    An entry about none stands there by its own id.
    """
    keys = {match.key for match in matches}
    numbers = evaluator.find_evidence(keys)
    numbers.update(key for key in keys if isinstance(key, int))
    entries: dict[str, list[Entry]] = {}
    for entry in read_numbered_entries(record, numbers):
        for name in entry.experiments or (entry.id,):
            entries.setdefault(name, []).append(entry)
    return entries
