"""Import diaries and tables of past runs; what was imported before is known again by its source."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import PurePath
from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.model.import_rows import Complaint, Passage, Run, make_source_key
from gitexp.model.note_syntax import NoteBlock
from gitexp.model.understood import Understood
from gitexp.record.write.configs import draft_config
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.import_history import KEY_PREFIX as HISTORY_PREFIX
from gitexp.record.write.import_result import ImportResult
from gitexp.record.write.note_writer import NoteWriter
from gitexp.record.write.presumed_parents import presume_parents
from gitexp.record.write.row_commits import tie_runs_to_commits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


@hold_lock_of_record
def import_diary(
    record: Record,
    passages: Iterable[Passage],
    pictures: Mapping[str, Picture],
    *,
    dry_run: bool = False,
) -> ImportResult:
    """Take in a diary, one event an entry.

    What was imported before is passed over; of a day that grew only the rest is taken. Entries of a
    day whose time is not known are seconds apart from its first moment on, so that their order
    holds.
    """
    diary = _DiaryImport(record, pictures)
    # A diary may have its newest day first; an experiment begins on its earliest.
    joined = sorted(_join_passages(passages), key=lambda passage: passage.at)
    # An id that a metric makes known further down opens a line further up too: so a second import
    # reads the same.
    for passage in joined:
        diary.writer.expect_ids(passage.text)
    for passage in joined:
        diary.take_in(passage)
    return diary.finish(dry_run=dry_run)


@hold_lock_of_record
def import_runs(record: Record, runs: Iterable[Run], *, dry_run: bool = False) -> ImportResult:
    """Take in the rows of a table: an experiment each, with its metrics, its text and its code.

    A row without a parent whose commit is known changes what the nearest commit before it did that
    has a row too.
    """
    table = _TableImport(record)
    for run in tie_runs_to_commits(record, list(runs), table.complain):
        table.take_in(run)
    return table.finish(dry_run=dry_run)


class _Import:
    """An import under way."""

    def __init__(self, record: Record, pictures: Mapping[str, Picture] | None = None) -> None:
        self.writer = NoteWriter(record, pictures)
        self._record = record
        self._now = record.clock()
        self._sources = record.index.read_sources()
        self._new = 0
        self._old = 0
        self._complaints: list[Complaint] = []
        self._unread: list[Complaint] = []

    def complain(self, complaint: Complaint) -> None:
        """Remember what could not be understood."""
        self._complaints.append(complaint)

    def finish(self, *, dry_run: bool) -> ImportResult:
        """Record what was taken in, except in a dry run, and return the result."""
        writer = self.writer
        if writer.drafts and not dry_run:
            self._record.append_events(writer.drafts, writer.files)
        understood = tuple(writer.understood.values())
        return ImportResult(
            self._new, self._old, understood, tuple(self._complaints), tuple(self._unread)
        )


class _TableImport(_Import):
    """The import of tables under way. Two rows of one name never become one experiment."""

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        # When the row was that an experiment came from, by its id.
        self._row_times = _read_row_times(record, self._sources)

    def take_in(self, run: Run) -> None:
        """Take in a row of a table, unless it was imported before."""
        source = make_source_key(run.name or run.id, run.at, run.metrics, run.text)
        # Records of earlier versions have the second of a name under its own id.
        earlier_source = make_source_key(run.id, run.at, run.metrics, run.text)
        if not self._sources.keys().isdisjoint((source, earlier_source)):
            self._old += 1
            return
        self._sources[source] = ""
        self._new += 1
        writer = self.writer
        at = run.at or self._now
        first = len(writer.drafts)
        parent = writer.idents.get(run.parent, run.parent)
        ident = writer.open_experiment(
            self._choose_id(run), at, parent, is_presumed=run.is_parent_presumed
        )
        writer.understood.setdefault(ident, Understood(ident))
        if run.commit:
            writer.drafts.append(
                self._record.draft_event("link", (ident,), at=at, commit=run.commit)
            )
        if run.text:
            writer.add_note_event(run.text, (ident,), at)
        for metric in run.metrics:
            writer.add_metric(ident, metric, at)
        if run.settings:
            writer.drafts.append(draft_config(self._record, ident, run.settings, at))
        if len(writer.drafts) == first:  # a row without anything new: some event keeps its source
            writer.add_note_event(ident, (ident,), at)
        writer.drafts[first] = writer.drafts[first]._replace(source=source)

    def _choose_id(self, run: Run) -> str:
        """Return the id of a row; another one where another row has it already.

        A table that grew at its top has the newest row of a name first. A row of a name that no
        other has, and of no other time, says more of the run that was there.
        """
        idents = self.writer.idents
        ident = idents.get(run.id, run.id)
        earlier = self._row_times.get(ident)
        is_other_time = run.at is not None and run.at.timestamp() != earlier
        if earlier is not None and (run.shares_name or is_other_time):
            numbered = (f"{run.name or run.id}-{number}" for number in count(2))
            ident = next(name for name in numbered if name not in idents)
        at = run.at or self._now
        self._row_times.setdefault(ident, at.timestamp())
        return ident


class _DiaryImport(_Import):
    """The import of a diary under way.

    A trial that it opens has the one before it as its presumed parent.
    """

    def __init__(self, record: Record, pictures: Mapping[str, Picture]) -> None:
        super().__init__(record, pictures)
        self._imported = _read_imported(record, self._sources)
        # How often each text was met in a file, by the moment of its passage.
        self._copies: Counter[tuple[str, str, str]] = Counter()
        # Entries at each moment, of whatever file: each comes a second after the one before.
        self._seconds: Counter[str] = Counter()
        for key, events in self._imported.items():
            self._seconds[key.partition(" ")[0]] += len(events)

    def take_in(self, passage: Passage) -> None:
        """Take in the entries of a passage that were not imported before."""
        moment = passage.at.isoformat()
        key = _make_passage_key(passage)
        # Records of earlier versions do not name the file.
        earlier = self._imported.get(key) or self._imported.get(moment, [])
        about: tuple[str, ...] = ()
        text = _cut_imported(passage.text, earlier)
        if text is None:
            text = passage.text
        elif earlier:
            self._old += len(earlier)
            # What stands in the rest once more, word for word, is a new entry, not a known one.
            for event in earlier:
                self._copies[passage.file, moment, event.text] += 1
            idents = self.writer.idents
            about = tuple(name for name in earlier[-1].experiments if name in idents)
        lines_before = passage.text.count("\n") - text.count("\n")
        for row in self.writer.find_unread(text, has_subject=False):
            line = passage.line + lines_before + row.line
            self._unread.append(Complaint(passage.file, line, row.text))
        for block in self.writer.split_blocks(text):
            body = clean_text(block.text.strip("\n"))
            if not body.strip():
                continue
            source = self._make_source(passage, body)
            if source in self._sources:
                self._old += 1
                continue
            self._sources[source] = ""
            entry = NoteBlock(body, block.reading)
            at = passage.at + timedelta(seconds=self._seconds[moment])
            try:
                self.writer.add_entry(entry, about, at, source=source, passage=key)
            except UsageError as error:
                self._complaints.append(Complaint(passage.file, passage.line, error.message))
                continue
            about = ()
            self._seconds[moment] += 1
            self._new += 1

    def finish(self, *, dry_run: bool) -> ImportResult:
        """Presume the parents of what is new, then record."""
        self.writer.drafts[:] = presume_parents(self._record.read_summaries(), self.writer.drafts)
        return super().finish(dry_run=dry_run)

    def _make_source(self, passage: Passage, body: str) -> str:
        """Return the key of an entry: its moment, its text, and how often its file says it there.

        So a copy of a file brings nothing twice.
        """
        moment = passage.at.isoformat()
        self._copies[passage.file, moment, body] += 1
        return make_source_key(moment, body, self._copies[passage.file, moment, body])


def _make_passage_key(passage: Passage) -> str:
    """Return what an entry keeps of where it stood: its moment and the name of its file."""
    return f"{passage.at.isoformat()} {PurePath(passage.file).name}"


def _join_passages(passages: Iterable[Passage]) -> list[Passage]:
    """Return passages with those of one file and one moment as one: a day may have two headings.

    Two files are never joined: what one says of a day is no part of what the other does.
    """
    joined: dict[tuple[str, datetime], Passage] = {}
    for passage in passages:
        key = passage.file, passage.at
        earlier = joined.get(key)
        if earlier is None:
            joined[key] = passage
        else:
            joined[key] = replace(earlier, text=f"{earlier.text}\n\n{passage.text}")
    return list(joined.values())


def _read_imported(record: Record, sources: Mapping[str, str]) -> dict[str, list[Event]]:
    """Return the events that were imported from diaries, by the key of the passage, in order.

    ``sources``: the id of the event that holds what was imported, by its key.
    """
    numbers = record.index.find_numbers_of(sources.values()).values()
    imported: dict[str, list[Event]] = {}
    for _, event in record.index.read_numbered_events(numbers):
        if event.passage:
            imported.setdefault(event.passage, []).append(event)
    return imported


def _read_row_times(record: Record, sources: Mapping[str, str]) -> dict[str, float]:
    """Return when the rows were that experiments came from (seconds since 1970), by id.

    What commits named is no row: a table says more of it.
    """
    idents = record.index.read_names()
    times: dict[str, float] = {}
    of_rows = [ident for key, ident in sources.items() if not key.startswith(HISTORY_PREFIX)]
    numbers = record.index.find_numbers_of(of_rows).values()
    for _, event in record.index.read_numbered_events(numbers):
        if not event.passage:
            for name in event.experiments:
                times.setdefault(idents.get(name, name), event.when.timestamp())
    return times


def _cut_imported(text: str, imported: Sequence[Event]) -> str | None:
    """Return what a passage says beyond the events that were imported of it.

    It does not matter how the text was split into events. Return None where the passage does not
    begin with their text.
    """
    imported_lines: list[str] = []
    for event in imported:
        imported_lines += _list_lines(event.text)
    lines = clean_text(text).splitlines()
    matched = 0
    for number, line in enumerate(lines):
        if matched == len(imported_lines):
            return "\n".join(lines[number:])
        if not line.strip():
            continue
        if line.rstrip() != imported_lines[matched]:
            return None
        matched += 1
    return "" if matched == len(imported_lines) else None


def _list_lines(text: str) -> list[str]:
    """Return the lines of a text that are not blank, without spaces at their ends."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]
