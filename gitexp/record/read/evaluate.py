"""Evaluate a query over the record, as sets of experiments and of entries that are about none."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text
from gitexp.model.query_terms import (
    COMPARISONS,
    AllQuery,
    AnyQuery,
    FieldTerm,
    MetricTerm,
    NotQuery,
    Query,
    TextTerm,
)
from gitexp.record.read.setting_tests import find_with_setting, find_with_value

if TYPE_CHECKING:
    from gitexp.model.experiment import Summary
    from gitexp.model.metric import Metric
    from gitexp.model.metric_aliases import MetricAliases
    from gitexp.record.record import Record

# The id of an experiment, or the number of an entry that is about none.
Key = str | int
# Returns what is under a topic: ids of experiments and numbers of entries.
FindMembers = Callable[[str], tuple[set[str], set[int]]]
Test = Callable[["Summary"], bool]


_DAYS_OF_UNIT = {"d": 1, "w": 7, "m": 30, "y": 365}

_FIRST_DAY = "0001-01-01"
"""The first day that Python has a date for."""

_HAS_TESTS: dict[str, Test] = {
    "image": lambda summary: summary.images > 0,
    "series": lambda summary: summary.curves > 0,
    "code": lambda summary: bool(summary.version),
    "parent": lambda summary: bool(summary.parent),
    "correction": lambda summary: summary.corrected,
    "entry": lambda summary: summary.entries > 0,
    "metric": lambda summary: bool(summary.metrics),
}
"""What ``has:`` asks of an experiment, by its value; any other value is the name of a metric."""


class QueryEvaluator:
    """The evaluation of one query."""

    def __init__(
        self,
        record: Record,
        find_members: FindMembers,
        read_code: Callable[[Summary], str | None] | None = None,
    ) -> None:
        """Read what queries ask of experiments.

        ``read_code`` returns the text of an experiment's excerpt, None where it cannot be read;
        without it code is not searched.
        """
        self._record = record
        self._find_members = find_members
        self._read_code = read_code
        self._summaries = record.read_summaries()
        self._idents = record.index.read_names()
        # For each text that is wanted: pairs of the number of an entry that holds it, and a name of
        # an experiment that the entry is about.
        self._evidence: list[list[tuple[int, str]]] = []

    def find_keys(self, query: Query) -> set[Key]:
        """Return everything that a query finds."""
        match query:
            case AllQuery():
                return set.intersection(*map(self.find_keys, query.parts))
            case AnyQuery():
                return set().union(*map(self.find_keys, query.parts))
            case NotQuery():
                return self._find_all_but(query.inner)
            case TextTerm():
                return self._find_text(query.text)
            case MetricTerm():
                return self._find_number(query)
            case FieldTerm():
                return self._find_field(query)

    def find_evidence(self, keys: Collection[Key]) -> set[int]:
        """Return the numbers of the entries for whose text some of the experiments were found."""
        numbers = set()
        for pairs in self._evidence:
            for number, name in pairs:
                if self._idents.get(name) in keys:
                    numbers.add(number)
        return numbers

    def _find_all_but(self, unwanted: Query) -> set[Key]:
        evidence_before = len(self._evidence)
        unwanted_keys = self.find_keys(unwanted)
        del self._evidence[evidence_before:]  # what is not wanted is no evidence
        all_keys: set[Key] = {summary.id for summary in self._summaries}
        all_keys.update(self._record.index.find_loose_entries())
        return all_keys - unwanted_keys

    def _find_summaries(self, test: Test) -> set[Key]:
        return {summary.id for summary in self._summaries if test(summary)}

    def _find_number(self, query: MetricTerm) -> set[Key]:
        """Return the experiments whose metric fits; of a name that is no metric, their setting."""
        aliases = self._record.metric_aliases
        folded_name = fold_text(aliases.find_name(query.metric))
        if any(map(_make_has_metric_test(folded_name), self._summaries)):
            return self._find_summaries(_make_metric_test(query, aliases))
        settings = self._record.read_settings()
        return set(find_with_value(settings, query.metric, query.comparison, query.value))

    def _find_text(self, text: str) -> set[Key]:
        """Return what holds a text: in an entry, in a name, in the code."""
        index = self._record.index
        pairs = index.read_subjects(index.find_numbers_with(text))
        self._evidence.append(pairs)
        keys: set[Key] = {self._idents.get(name, number) for number, name in pairs}
        folded = fold_text(text)
        # All names as one text: most texts are in none.
        if folded in fold_text("\n".join(self._idents)):
            keys.update(ident for name, ident in self._idents.items() if folded in fold_text(name))
        keys.update(self._find_in_code(folded))
        return keys

    def _find_in_code(self, folded: str) -> Iterator[str]:
        """Yield the ids of the experiments whose excerpt holds a text, given as folded."""
        if self._read_code is None:
            return
        for summary in self._summaries:
            code = self._read_code(summary) if summary.version else None
            if code is not None and folded in fold_text(code):
                yield summary.id

    def _find_field(self, query: FieldTerm) -> set[Key]:
        if query.name == "topic":
            return self._find_topic(query.value)
        if query.name == "set":
            return set(find_with_setting(self._record.read_settings(), query.value))
        if query.name in ("before", "after", "since", "on"):
            return self._find_days(query)
        return self._find_summaries(_make_test(query))

    def _find_topic(self, name: str) -> set[Key]:
        experiments, entries = self._find_members(name)
        subjects = self._record.index.read_subjects(entries)
        loose_entries = {number for number, name in subjects if not name}
        return {*experiments, *loose_entries}

    def _find_days(self, query: FieldTerm) -> set[Key]:
        index = self._record.index
        is_wanted = _make_day_test(query.name, query.value, self._record.clock())
        keys = self._find_summaries(lambda summary: is_wanted(summary.at))
        for number, event in index.read_numbered_events(index.find_loose_entries()):
            if is_wanted(event.at):
                keys.add(number)
        return keys


def _make_test(query: FieldTerm) -> Test:
    """Return the test of an experiment for a field other than its time and its topics."""
    value = fold_text(query.value)
    fit_glob = _make_glob_test(value)
    match query.name:
        case "id":
            return lambda summary: fit_glob((summary.id, *summary.aliases))
        case "parent":
            return lambda summary: fit_glob((summary.parent or "",))
        case "tag":
            return lambda summary: fit_glob(summary.tags)
        case "corrected":
            return lambda summary: summary.corrected == (value == "yes")
    return _HAS_TESTS.get(value) or _make_has_metric_test(value)


def _make_glob_test(folded_glob: str) -> Callable[[Iterable[str]], bool]:
    """Return the test whether one of some names fits a shell pattern; "" is no name."""
    fit = re.compile(fnmatch.translate(folded_glob)).match
    return lambda names: any(fit(fold_text(name)) for name in names if name)


def _make_has_metric_test(folded_name: str) -> Test:
    return lambda summary: any(fold_text(metric.name) == folded_name for metric in summary.metrics)


def _make_metric_test(query: MetricTerm, aliases: MetricAliases) -> Test:
    """Return the test of an experiment for a metric; one that lacks the metric does not fit."""
    folded_name = fold_text(aliases.find_name(query.metric))

    def test(summary: Summary) -> bool:
        for metric in summary.metrics:
            if metric.name == query.metric or fold_text(metric.name) == folded_name:
                return _fits(metric, query)
        return False

    return test


def _fits(metric: Metric, query: MetricTerm) -> bool:
    """Return True where a metric is as a query wants it. A value without a number fits no number."""
    if query.is_word:
        is_same = fold_text(metric.value) == fold_text(query.value)
        return is_same == (query.comparison == "=")
    compare = COMPARISONS[query.comparison]
    return metric.is_finite and compare(metric.number, query.number)


def _make_day_test(name: str, value: str, now: datetime) -> Callable[[str], bool]:
    """Return the test of an ISO time for ``before``, ``after``, ``since`` or ``on``.

    ``value`` is a day, a month, a year or a time ago. The time is compared in its own offset.
    """
    wanted = _resolve_day(value, now)
    size = len(wanted)
    tests: dict[str, Callable[[str], bool]] = {
        "before": lambda at: at[:size] < wanted,
        "after": lambda at: at[:size] > wanted,
        "since": lambda at: at[:size] >= wanted,
        "on": lambda at: at[:size] == wanted,
    }
    return tests[name]


def _resolve_day(value: str, now: datetime) -> str:
    """Return ``2019-6`` as ``2019-06``; ``2w``, ``today`` or ``yesterday`` as a day."""
    if value == "today":
        days_ago = 0
    elif value == "yesterday":
        days_ago = 1
    elif value[-1] in _DAYS_OF_UNIT:
        days_ago = int(value[:-1]) * _DAYS_OF_UNIT[value[-1]]
    else:
        return "-".join(part.zfill(2) for part in value.split("-"))
    try:
        return (now - timedelta(days=days_ago)).date().isoformat()
    except OverflowError:
        return _FIRST_DAY
