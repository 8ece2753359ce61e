"""Importing: diaries and tables of past runs become events, each known again by its source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.model.import_rows import Complaint, Passage, Run, make_source_key
from gitexp.model.note_syntax import NoteBlock
from gitexp.model.understood import Understood
from gitexp.record.write.entries import NoteWriter
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import brings.

    ``new`` and ``known`` count entries or runs; ``kept`` is what was understood, by experiment.
    ``unread``: lines that look like an id or a metric and were not read.
    """

    new: int
    known: int
    kept: tuple[Understood, ...]
    complaints: tuple[Complaint, ...] = ()
    unread: tuple[Complaint, ...] = ()


@hold_lock_of_record
def import_diary(
    record: Record,
    passages: Iterable[Passage],
    pictures: Mapping[str, Picture],
    *,
    dry_run: bool = False,
) -> ImportResult:
    """Take in a diary, one event an entry. What was imported before is passed over; of a day that grew only the rest is taken.

    Entries of a day whose time is not known are seconds apart from its first moment on, so that their order holds.
    """
    writing = NoteWriter(record, pictures)
    passages = _joined(passages)
    for passage in passages:  # ids that a metric makes known further down open a line further up: a second import must read the same
        writing.expect_ids(passage.text)
    sources = record.index.read_sources()
    before = _imported(record, sources)
    seen: Counter[str] = Counter()
    new = old = 0
    complaints: list[Complaint] = []
    unread: list[Complaint] = []
    for passage in passages:
        moment = passage.at.isoformat()
        earlier = before.get(moment, [])
        rest = _rest(passage.text, earlier)
        old += len(earlier) if rest is not None else 0
        if (
            rest is not None
        ):  # what the rest says again word for word is said once more, not known already
            seen.update(f"{moment}\n{event.text}" for event in earlier)
        for line in writing.find_unread(passage.text, has_subject=False):
            unread.append(Complaint(passage.file, passage.line + line.line, line.text))
        about = earlier[-1].experiments if earlier and rest is not None else ()
        place = len(earlier)
        for block in writing.split_blocks(passage.text if rest is None else rest):
            body = clean_text(block.text.strip("\n"))
            if not body.strip():
                continue
            seen[f"{moment}\n{body}"] += 1
            key = make_source_key(moment, body, seen[f"{moment}\n{body}"])
            if key in sources:
                old += 1
                continue
            at = passage.at + timedelta(seconds=place)
            try:
                writing.add_entry(
                    NoteBlock(body, block.reading), about, at, source=key, passage=moment
                )
            except UsageError as error:
                complaints.append(Complaint(passage.file, passage.line, error.message))
                continue
            about = ()
            place += 1
            new += 1
    imported = _finish(record, writing, new, old, complaints, dry_run=dry_run)
    return replace(imported, unread=tuple(unread))


@hold_lock_of_record
def import_runs(record: Record, runs: Iterable[Run], *, dry_run: bool = False) -> ImportResult:
    """Take in the rows of a table: an experiment each, with its metrics and what else the row says."""
    writing = NoteWriter(record)
    known = record.index.read_sources()
    now = record.clock()
    new = old = 0
    complaints: list[Complaint] = []
    for run in runs:
        key = make_source_key(run.id, run.at, run.metrics, run.text)
        if key in known:
            old += 1
            continue
        known[key] = ""
        at = run.at or now
        first = len(writing.drafts)
        name = writing.open_experiment(run.id, at, writing.known.get(run.parent, run.parent))
        writing.kept.setdefault(name, Understood(name))
        if run.text:
            writing.add_note_event(run.text, (name,), at)
        for metric in run.metrics:
            writing.add_metric(name, metric, at)
        if len(writing.drafts) == first:
            writing.add_note_event(name, (name,), at)
        writing.drafts[first] = writing.drafts[first]._replace(source=key)
        new += 1
    return _finish(record, writing, new, old, complaints, dry_run=dry_run)


def _finish(
    record: Record,
    writing: NoteWriter,
    new: int,
    old: int,
    complaints: list[Complaint],
    *,
    dry_run: bool,
) -> ImportResult:
    if writing.drafts and not dry_run:
        record.append_events(writing.drafts, writing.files)
    return ImportResult(new, old, tuple(writing.kept.values()), tuple(complaints))


def _joined(passages: Iterable[Passage]) -> list[Passage]:
    """Passages of the same moment as one: a day may have several headings."""
    found: dict[datetime, Passage] = {}
    for passage in passages:
        first = found.get(passage.at)
        found[passage.at] = (
            replace(first, text=f"{first.text}\n\n{passage.text}") if first else passage
        )
    return list(found.values())


def _imported(record: Record, sources: Mapping[str, str]) -> dict[str, list[Event]]:
    """What was imported from diaries, by the moment of its passage, in order."""
    found: dict[str, list[Event]] = {}
    for _, event in record.index.read_numbered_events(
        record.index.find_numbers_of(sources.values()).values()
    ):
        if event.passage:
            found.setdefault(event.passage, []).append(event)
    return found


def _rest(text: str, earlier: Sequence[Event]) -> str | None:
    """What a passage says beyond what was imported of it, however that was split; None if it does not begin with that."""
    old = [line.rstrip() for event in earlier for line in event.text.splitlines() if line.strip()]
    lines = clean_text(text).splitlines()
    done = 0
    for number, line in enumerate(lines):
        if done == len(old):
            return "\n".join(lines[number:])
        if line.strip():
            if line.rstrip() != old[done]:
                return None
            done += 1
    return "" if done == len(old) else None
