"""Record what a TensorBoard log holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.record.secrets import hide_secrets
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.note_writer import NoteWriter
from gitexp.record.write.values import TrialValues, draft_values, leave_out_recorded

if TYPE_CHECKING:
    from gitexp.record.record import Record


@hold_lock_of_record
def add_event_log(record: Record, ident: str, values: TrialValues, text: str = "") -> str:
    """Record what a log holds, with ``text`` as an entry, in one commit; return the full id.

    What the experiment has already is left out: a log is read again while it grows. The text is the
    program's and not a person's: no metric in it is read, likely secrets in it become stars.
    """
    name = record.resolve_id(ident)
    experiment = record.read_experiment(name)
    drafts, files = draft_values(record, name, leave_out_recorded(experiment, values))
    writer = NoteWriter(record)
    plain = "\n".join(hide_secrets(record.repository, line) for line in text.split("\n"))
    if text and all(entry.text.strip() != plain.strip() for entry in experiment.entries):
        writer.add_note_event(plain, (name,), None)
    record.append_events([*drafts, *writer.drafts], {**files, **writer.files})
    return name
