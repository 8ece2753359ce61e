"""Evaluating a query over the record, as sets of experiments and of entries that are about none."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text
from gitexp.model.query_terms import (
    AllQuery,
    AnyQuery,
    FieldTerm,
    MetricTerm,
    NotQuery,
    Query,
    TextTerm,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.experiment import Summary
    from gitexp.record.record import Record

# A key is an experiment's id, or the number of an entry that is about none.
Key = str | int
Gather = Callable[[str], tuple[set[str], set[int]]]


class QueryEvaluator:
    """One evaluation.

    ``gather`` says what is under a topic: ids of experiments and numbers of entries. ``code`` gives the text of an experiment's
    excerpt, None where it cannot be read; without it code is not searched.
    """

    def __init__(
        self, record: Record, gather: Gather, code: Callable[[Summary], str | None] | None = None
    ) -> None:
        self._record = record
        self._gather = gather
        self._code = code
        self._summaries = record.read_summaries()
        self._known = record.index.read_names()
        self._holding: list[
            list[tuple[int, str]]
        ] = []  # numbers of the entries that hold a wanted text, each with what it is about

    def find_evidence(self, keys: Collection[Key]) -> set[int]:
        """Numbers of the entries for whose text some of the experiments were found."""
        return {
            number
            for rows in self._holding
            for number, name in rows
            if self._known.get(name) in keys
        }

    def find_keys(self, query: Query) -> set[Key]:
        """Everything that the query finds."""
        if isinstance(query, AllQuery):
            found = self.find_keys(query.parts[0])
            for part in query.parts[1:]:
                found &= self.find_keys(part)
            return found
        if isinstance(query, AnyQuery):
            return set().union(*map(self.find_keys, query.parts))
        if isinstance(query, NotQuery):
            before = len(self._holding)
            found = self._everything() - self.find_keys(query.inner)
            del self._holding[before:]  # what is not wanted is no evidence
            return found
        if isinstance(query, TextTerm):
            return self._with_text(query.text)
        if isinstance(query, MetricTerm):
            test = _measured(query)
            return {summary.id for summary in self._summaries if test(summary)}
        return self._with_property(query)

    def _everything(self) -> set[Key]:
        return {summary.id for summary in self._summaries} | set(
            self._record.index.find_loose_entries()
        )

    def _with_text(self, text: str) -> set[Key]:
        rows = self._record.index.read_subjects(self._record.index.find_numbers_with(text))
        self._holding.append(rows)
        found: set[Key] = {self._known.get(name, number) for number, name in rows}
        wanted = fold_text(text)
        if wanted in fold_text("\n".join(self._known)):
            found.update(ident for name, ident in self._known.items() if wanted in fold_text(name))
        if self._code is not None:
            found.update(self._with_code(wanted))
        return found

    def _with_code(self, wanted: str) -> Iterable[str]:
        for summary in self._summaries:
            text = self._code(summary) if self._code and summary.version else None
            if text is not None and wanted in fold_text(text):
                yield summary.id

    def _with_property(self, query: FieldTerm) -> set[Key]:
        if query.name == "topic":
            experiments, entries = self._gather(query.value)
            return {
                *experiments,
                *(number for number, name in self._record.index.read_subjects(entries) if not name),
            }
        if query.name in ("before", "after", "since", "on"):
            fits = _day_test(query.name, query.value, self._record.clock())
            loose = self._record.index.find_loose_entries()
            entries = {
                number
                for number, event in self._record.index.read_numbered_events(loose)
                if fits(event.at)
            }
            return {summary.id for summary in self._summaries if fits(summary.at)} | entries
        test = _tests(query)
        return {summary.id for summary in self._summaries if test(summary)}


def _tests(query: FieldTerm) -> Callable[[Summary], bool]:
    """What a field asks of one experiment."""
    value = fold_text(query.value)
    if query.name in ("id", "parent", "tag"):
        fits = re.compile(fnmatch.translate(value)).match
        if query.name == "id":
            return lambda summary: any(
                fits(fold_text(name)) for name in (summary.id, *summary.aliases)
            )
        if query.name == "parent":
            return lambda summary: bool(summary.parent and fits(fold_text(summary.parent)))
        return lambda summary: any(fits(fold_text(tag)) for tag in summary.tags)
    if query.name == "corrected":
        return lambda summary: summary.corrected == (value == "yes")
    known: dict[str, Callable[[Summary], bool]] = {
        "image": lambda summary: summary.images > 0,
        "series": lambda summary: summary.curves > 0,
        "code": lambda summary: bool(summary.version),
        "parent": lambda summary: bool(summary.parent),
        "correction": lambda summary: summary.corrected,
        "entry": lambda summary: summary.entries > 0,
        "metric": lambda summary: bool(summary.metrics),
    }
    return known.get(
        value, lambda summary: any(fold_text(metric.name) == value for metric in summary.metrics)
    )


def _measured(query: MetricTerm) -> Callable[[Summary], bool]:
    """What a comparison asks of one experiment; one that lacks the metric does not fit."""
    compare = {">": gt, ">=": ge, "<": lt, "<=": le, "=": eq, "!=": ne}[query.comparison]
    wanted, name = query.number, fold_text(query.metric)

    def test(summary: Summary) -> bool:
        for metric in summary.metrics:
            if metric.name == query.metric or fold_text(metric.name) == name:
                return bool(compare(metric.number, wanted))
        return False

    return test


def _day_test(name: str, value: str, now: datetime) -> Callable[[str], bool]:
    """What a day, month, year or a time ago asks of an ISO time, in that time's own offset."""
    day = _day(value, now)
    size = len(day)
    return {
        "before": lambda at: at[:size] < day,
        "after": lambda at: at[:size] > day,
        "since": lambda at: at[:size] >= day,
        "on": lambda at: at[:size] == day,
    }[name]


def _day(value: str, now: datetime) -> str:
    """``2019-06`` padded, ``2w`` or ``yesterday`` as the day it was."""
    if value in ("today", "yesterday"):
        return (now - timedelta(days=value == "yesterday")).date().isoformat()
    if value[-1] in "dwmy":
        days = int(value[:-1]) * {"d": 1, "w": 7, "m": 30, "y": 365}[value[-1]]
        try:
            return (now - timedelta(days=days)).date().isoformat()
        except OverflowError:  # before any year that has a number
            return "0001-01-01"
    return "-".join(part.zfill(2) for part in value.split("-"))
