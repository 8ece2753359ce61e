"""Add entries to the journal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.note_writer import NoteWriter
from gitexp.record.write.recorded import Recorded, activate_recorded
from gitexp.record.write.snapshot import draft_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.picture import Picture
    from gitexp.model.understood import Understood
    from gitexp.record.record import Record
    from gitexp.record.write.values import TrialValues

    ReadValues = Callable[[str, bool], TrialValues]


@hold_lock_of_record
def add_note(
    record: Record,
    idents: Sequence[str],
    text: str,
    *,
    at: datetime | None = None,
    pictures: Mapping[str, Picture] | None = None,
    overlay: Mapping[str, bytes] | None = None,
    read_values: ReadValues | None = None,
) -> Recorded:
    """Add a text to the journal.

    It is one entry about the experiments ``idents``. Without these it is an entry for each line
    that opens an experiment; a text without such a line is about the active experiment.

    An id that nobody recorded yet and that is followed by a metric opens a new experiment, which
    becomes the active one; its parent is the one that was active before. Where a note of now opens
    just one, its code is kept too; ``overlay`` holds files, by path, that ran with other contents
    than those on the disk. ``pictures`` are those that the text names, by path. ``read_values``
    returns what a trial gave, by its id and whether it is new: it is asked where a note of now is
    about one experiment. A metric that the text says goes before. Raises
    UsageError for an empty text.
    """
    choose_parent = partial(_choose_parent, record, overlay)
    writer = _write_note(record, idents, text, at, pictures, choose_parent)
    drafts = list(writer.drafts)
    is_of_now = at is None
    if is_of_now and len(writer.created) == 1 and record.repository.worktree is not None:
        code_drafts, _ = draft_code(record, writer.created[0], None, overlay)
        drafts += code_drafts
    files = dict(writer.files)
    if read_values is not None and is_of_now and len(writer.understood) == 1:
        (understood,) = writer.understood.values()
        values = read_values(understood.experiment, understood.created)
        value_drafts, value_files = _draft_unsaid(record, understood, values)
        drafts += value_drafts
        files.update(value_files)
    record.append_events(drafts, files)
    if writer.created:
        activate_recorded(record, writer.created[-1])
    return Recorded(tuple(writer.understood.values()), unread=tuple(writer.unread))


def _draft_unsaid(
    record: Record, understood: Understood, values: TrialValues
) -> tuple[list[Event], dict[str, bytes]]:
    """Draft the values of a trial, without the metrics that its note says."""
    from gitexp.record.write.values import draft_values

    said = {metric.name for metric in understood.metrics}
    metrics = [metric for metric in values.metrics if metric.name not in said]
    return draft_values(record, understood.experiment, values._replace(metrics=metrics))


def read_note(record: Record, idents: Sequence[str], text: str) -> Recorded:
    """Return what ``add_note`` would record of a text; nothing is recorded."""
    writer = _write_note(record, idents, text)
    return Recorded(tuple(writer.understood.values()), unread=tuple(writer.unread))


def _choose_parent(record: Record, overlay: Mapping[str, bytes] | None) -> str:
    # Most notes open no experiment.
    from gitexp.record.write.begin import choose_parent

    return choose_parent(record, None, overlay)


def _write_note(
    record: Record,
    idents: Sequence[str],
    text: str,
    at: datetime | None = None,
    pictures: Mapping[str, Picture] | None = None,
    choose_parent: Callable[[], str] | None = None,
) -> NoteWriter:
    """Draft the events of a note."""
    body = clean_text(text)
    if not body.strip():
        raise UsageError(
            "the note is empty: nothing was recorded", "git exp note -m 'what you saw'"
        )
    writer = NoteWriter(record, pictures)
    writer.choose_parent = choose_parent
    if idents:
        about = dict.fromkeys(record.resolve_id(ident) for ident in idents)
        writer.add_text_about(body, tuple(about), at)
    else:
        active = record.active
        writer.add_text(body, (active,) if active else (), at)
    return writer
