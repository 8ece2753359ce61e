"""An earlier time: the index says then what it would say had the later events not happened."""

from __future__ import annotations

import inspect
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, example, given, settings, strategies as st

from gitexp.model.event import Event, draft_event, encode_event
from gitexp.model.event.facts import UndoFact
from gitexp.record.index.event_file import to_epoch
from gitexp.record.index.reader import IndexReader
from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

NAMES = ("a", "b", "実験", "実験は", "d")
TEXTS = ("a is better", "二 #d", "実験はまだ、実験2は別", "a-b [[d]] #二", "実験は")
SEARCHED = (*TEXTS, "a", "は")
TOPICS = ("d", "二")
COMMITS = ("1" * 40, "2" * 40)
DAYS = range(1, 6)
WITH_TEXT = ("note", "imported", "topic")
ABOUT_EVENTS = ("correction", "retract", "undo")

# A saved filter and the ids in use are no beliefs: those of today hold, whenever they were said.
TIMELESS = ("rename", "filter")
KINDS = ("new", "note", "metric", "tag", "link", "snapshot", "topic", *ABOUT_EVENTS, *TIMELESS)

EXEMPT = {
    "tip": "names the commit of the record branch that was read: it has all events",
    "notes_tip": "names the commit of the notes that were last written",
    "list_broken_files": "an event file that nobody can read says no time",
}


def day(number: int) -> str:
    return f"2019-06-{number:02d}T10:15:00+09:00"


# 実験は is begun and undone, then begun again: between, its text names 実験 alone.
BEGUN_AGAIN = [
    (("new", "実験", ""), 1),
    (("note", "実験は", "実験は"), 1),
    (("undo", "実験は", "1"), 2),
    (("new", "実験は", ""), 4),
]


def end_of(number: int) -> float:
    return to_epoch(day(number)) + 60


# What each reading method answers about everything there is, by ids of events instead of numbers.


class Answers:
    """All that one index says."""

    def __init__(self, index: IndexReader, ids: dict[int, str]) -> None:
        self.index = index
        self.ids = ids

    def named(self, numbers: Iterable[int]) -> list[str]:
        return sorted(self.ids[number] for number in numbers)

    def entry_places(self) -> list[object]:
        return [(self.ids[place.number], *place[1:]) for place in self.index.read_entry_places()]

    def about(self) -> list[tuple[str, str]]:
        known = self.index.find_numbers_of(self.ids.values()).values()
        about_some = [row for row in self.index.read_subjects(self.ids) if row[1]]
        about_none = [row for row in self.index.read_subjects(known) if not row[1]]
        return sorted((self.ids[number], name) for number, name in about_some + about_none)

    def about_entries(self) -> dict[str, list[str]]:
        found = self.index.read_entry_subjects()
        return {self.ids[number]: sorted(names) for number, names in found.items()}

    def mentioned(self) -> dict[str, list[str]]:
        found = self.index.read_mentions()
        return {self.ids[number]: sorted(names) for number, names in found.items()}

    def events_of_kind(self) -> dict[str, list[Event]]:
        return {kind: self.index.read_events_of_kind(kind) for kind in KINDS}

    def entries(self) -> list[list[Event]]:
        bounds: list[dict[str, Any]] = [{}, {"since": end_of(1)}, {"until": end_of(3)}, {"last": 2}]
        return [list(self.index.read_entries(**bound)) for bound in bounds]

    def event(self) -> list[Event]:
        found = [self.index.read_event(ident) for ident in sorted(self.ids.values())]
        return [event for event in found if event is not None]

    def event_ids(self) -> list[str]:
        return [
            ident for letter in "klmnopqrstuvwxyz" for ident in self.index.find_event_ids(letter)
        ]

    def numbered(self) -> list[tuple[str, Event]]:
        return [
            (self.ids[number], event) for number, event in self.index.read_numbered_events(self.ids)
        ]


ASKED: dict[str, Callable[[Answers], Any]] = {
    "lamport": lambda all_of: all_of.index.lamport,
    "read_experiments": lambda all_of: list(all_of.index.read_experiments()),
    "read_summaries": lambda all_of: all_of.index.read_summaries(),
    "list_linked_commits": lambda all_of: all_of.index.list_linked_commits(),
    "list_tied_commits": lambda all_of: all_of.index.list_tied_commits(2),
    "read_newest_summaries": lambda all_of: all_of.index.read_newest_summaries(2),
    "read_experiment": lambda all_of: [all_of.index.read_experiment(name) for name in NAMES],
    "read_row_texts": lambda all_of: all_of.index.read_row_texts(),
    "read_names": lambda all_of: dict(all_of.index.read_names()),
    "read_events_of_kind": Answers.events_of_kind,
    "read_all_events": lambda all_of: list(all_of.index.read_all_events()),
    "read_event": Answers.event,
    "find_event_ids": Answers.event_ids,
    "read_entries": Answers.entries,
    "count_entries": lambda all_of: all_of.index.count_entries(),
    "find_short_notes": lambda all_of: all_of.named(all_of.index.find_short_notes(12)),
    "read_entry_places": Answers.entry_places,
    "read_event_ids": lambda all_of: sorted(all_of.index.read_event_ids(all_of.ids).values()),
    "read_entry_subjects": Answers.about_entries,
    "read_numbered_events": Answers.numbered,
    "find_numbers_with": lambda all_of: [
        all_of.named(all_of.index.find_numbers_with(text)) for text in SEARCHED
    ],
    "find_numbers_of": lambda all_of: sorted(all_of.index.find_numbers_of(all_of.ids.values())),
    "read_subjects": Answers.about,
    "find_loose_entries": lambda all_of: all_of.named(all_of.index.find_loose_entries()),
    "find_undone_events": lambda all_of: all_of.named(all_of.index.find_undone_events()),
    "find_mentions_of": lambda all_of: [
        all_of.named(all_of.index.find_mentions_of([x])) for x in NAMES
    ],
    "find_numbers_about": lambda all_of: [
        all_of.named(all_of.index.find_numbers_about([x])) for x in NAMES
    ],
    "read_mentions": Answers.mentioned,
    "find_topic_entries": lambda all_of: [
        all_of.named(all_of.index.find_topic_entries([topic])) for topic in TOPICS
    ],
    "count_named_topics": lambda all_of: all_of.index.count_named_topics(),
    "read_sources": lambda all_of: all_of.index.read_sources(),
    "has_event_about": lambda all_of: [
        (name, kind)
        for name in NAMES
        for kind in KINDS
        if all_of.index.has_event_about([name], kind)
    ],
    "find_linked_experiments": lambda all_of: [
        all_of.index.find_linked_experiments(commit) for commit in COMMITS
    ],
}


def answers(project: Project, until: float | None = None) -> dict[str, Any]:
    """What the index of a project says, as of ``until`` if that is given."""
    with closing(project.record()) as record:
        index = record.index
        ids = {number: event.id for number, event in index.read_numbered_events(range(1000))}
        index.read_names()  # as every verb does first: what it remembers is of today
        if until is not None:
            index.look_back(until)
        return {name: ask(Answers(index, ids)) for name, ask in ASKED.items()}


def test_every_reading_method_is_asked() -> None:
    public = {name for name, _ in inspect.getmembers(IndexReader) if not name.startswith("_")}
    assert public - {"close", "look_back"} == ASKED.keys() | EXEMPT.keys()


def test_every_table_is_bounded(begun: Project) -> None:
    index = begun.record().index
    index.look_back(end_of(1))
    names = "SELECT name FROM {}.sqlite_master WHERE type = '{}'"
    tables = set(index._db.execute(names.format("main", "table")))
    views = set(index._db.execute(names.format("temp", "view")))
    uncovered = {name for (name,) in tables - views if not name.startswith("fulltext_")}
    assert uncovered == {"meta", "broken", "stale_note"}


# Random records: facts about few names on few days, so that they meet.

_IDS = st.sampled_from(NAMES)
_ID_OR_NONE = st.sampled_from(("", *NAMES))
_WITH_COMMIT = st.sampled_from(("link", "snapshot"))
_WHICH_EVENT = st.sampled_from(("0", "1", "4", "9"))
_SAID = st.one_of(
    st.tuples(st.just("new"), _IDS, _ID_OR_NONE),
    st.tuples(st.sampled_from(WITH_TEXT), _ID_OR_NONE, st.sampled_from(TEXTS)),
    st.tuples(st.just("metric"), _IDS, st.sampled_from(("1", "2"))),
    st.tuples(st.just("rename"), _IDS, _IDS),
    st.tuples(st.just("filter"), st.just(""), st.sampled_from(("a.py", "b.py"))),
    st.tuples(st.sampled_from(ABOUT_EVENTS), _IDS, _WHICH_EVENT),
    st.tuples(_WITH_COMMIT, _IDS, st.sampled_from(COMMITS)),
)
_FACT = st.tuples(_SAID, st.sampled_from(DAYS))
_FACTS = st.lists(_FACT, min_size=1, max_size=16)
Facts = list[tuple[tuple[str, str, str], int]]


def make_events(facts: Facts, *, timeless_first: bool) -> list[Event]:
    """The facts as events; with ``timeless_first`` the timeless ones are of the first day."""
    events: list[Event] = []
    for number, ((kind, name, value), when) in enumerate(facts):
        target = ""
        if kind in ABOUT_EVENTS and events:
            target = events[int(value) % len(events)].id
        fields = fields_of(kind, value, target)
        text = {"correction": kind, "retract": kind}.get(kind, value if kind in WITH_TEXT else "")
        about = (name,) if name else ()
        stored = kind.replace("imported", "note")
        event = draft_event(stored, day(when), about, fields, text)
        if timeless_first and is_timeless(event, events):
            event = event._replace(at=day(DAYS[0]))
        events.append(event.sign(number + 1, "k", "me"))
    return events


def fields_of(kind: str, value: str, target: str) -> dict[str, object]:
    targets = [target] if target else []
    by_kind: dict[str, dict[str, object]] = {
        "new": {"parent": value},
        "metric": {"name": "acc", "value": value},
        "rename": {"to": value},
        "filter": {"name": "model", "rules": [value]},
        "link": {"commit": value},
        "snapshot": {"commit": value, "base": COMMITS[0]},
        "imported": {"source": value},
        "topic": {"name": "d"},
        "undo": {"events": targets},
        "retract": {"targets": targets},
        "correction": {"targets": targets, "metrics": [["acc", "3", False, False]]},
    }
    return by_kind.get(kind, {})


def is_timeless(event: Event, events: Sequence[Event]) -> bool:
    """Whether an event speaks of names or filters alone: such a one counts at any time."""
    by_id = {each.id: each for each in events}
    while isinstance(event.fact, UndoFact) and event.fact.events:
        event = by_id[event.fact.events[0]]
    return event.kind in TIMELESS


def empty_record(top: Path) -> Project:
    top.mkdir()
    project = Project(top)
    project.git("init", "-q")
    return project.begin()


def append(project: Project, events: Sequence[Event]) -> None:
    if events:
        record = project.record()
        record.branch.append({event.path: encode_event(event) for event in events}, "batch\n")
        record.refresh()


_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
_SLOW = settings(max_examples=15, deadline=None, suppress_health_check=_CHECKS)


@_SLOW
@example([(("new", "a", ""), 1), (("note", "a", "a is better"), 3)])
@example([(("new", "a", ""), 1), (("undo", "a", "0"), 3)])
@example([(("note", "", "実験は"), 1), (("new", "実験", ""), 2), (("new", "実験は", ""), 3)])
@example([(("new", "a", ""), 1), (("link", "b", COMMITS[0]), 3)])
@example([(("new", "a", ""), 1), (("note", "", "a is better"), 1), (("undo", "a", "0"), 3)])
@example(BEGUN_AGAIN)
@example([(("imported", "a", "二 #d"), 3), (("imported", "b", "二 #d"), 1)])
@given(_FACTS)
def test_it_says_what_a_record_without_the_later_events_says(facts: Facts) -> None:
    events = make_events(facts, timeless_first=True)
    with tempfile.TemporaryDirectory() as folder:
        full = empty_record(Path(folder) / "full")
        early = empty_record(Path(folder) / "early")
        append(full, events)
        for number in DAYS:
            append(early, [event for event in events if event.at == day(number)])
            assert answers(full, end_of(number)) == answers(early)


@_SLOW
@example([(("new", "a", ""), 1), (("rename", "a", "b"), 4), (("note", "a", "a is better"), 3)], 2)
@example([(("new", "a", ""), 3), (("rename", "a", "b"), 4)], 2)
@example([(("note", "", "a is better"), 1), (("new", "a", ""), 3), (("rename", "a", "b"), 4)], 2)
@example([(("filter", "", "a.py"), 4), (("undo", "a", "0"), 5)], 2)
@given(_FACTS, st.sampled_from(DAYS))
def test_names_and_filters_of_today_work_backwards_alone(facts: Facts, number: int) -> None:
    events = make_events(facts, timeless_first=False)
    until = end_of(number)
    early = [event for event in events if event.when.timestamp() <= until]
    late = [event for event in events if event not in early and is_timeless(event, events)]
    with tempfile.TemporaryDirectory() as folder:
        full = empty_record(Path(folder) / "full")
        append(full, events)
        today = answers(full)
        then = answers(full, until)
        without = empty_record(Path(folder) / "without")
        append(without, early + late)
        assert then == answers(without, until)
    assert then["read_events_of_kind"]["filter"] == today["read_events_of_kind"]["filter"]
    assert set(then["read_names"].values()) == {state.id for state in then["read_experiments"]}
    assert {name for names in then["read_mentions"].values() for name in names} <= then[
        "read_names"
    ].keys()
