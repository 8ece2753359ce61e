"""Begin an experiment, go on with it, rename it, make it the active one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError, UsageError
from gitexp.model.event import clean_text
from gitexp.model.ids import check_new_id, find_twin, make_automatic_id
from gitexp.model.understood import Understood
from gitexp.record.write.code_ids import find_id_in_code
from gitexp.record.write.exclusive import hold_lock_of_record, store_together
from gitexp.record.write.note_writer import NoteWriter
from gitexp.record.write.parents import find_nearest_experiment
from gitexp.record.write.recorded import Recorded, activate_recorded
from gitexp.record.write.snapshot import draft_base, draft_code
from gitexp.record.write.values import TrialValues, draft_values
from gitexp.store.snapshots import is_changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


class TrialContent(NamedTuple):
    """What is recorded of a trial when it begins or goes on.

    ``snapshot``: its code is kept. ``pictures`` are those that the text names, by path. ``overlay``
    holds files, by path, that the snapshot has with other contents than the working tree.
    ``values`` are what the trial gave already.
    """

    text: str = ""
    at: datetime | None = None
    snapshot: bool = True
    pictures: Mapping[str, Picture] | None = None
    overlay: Mapping[str, bytes] | None = None
    values: TrialValues | None = None


_NOTHING = TrialContent()


@store_together
def begin_experiment(
    record: Record, ident: str = "", trial: TrialContent = _NOTHING, *, parent: str | None = None
) -> Recorded:
    """Begin an experiment and make it the active one.

    Without an id, the id in the code is taken, otherwise the next number. ``parent`` is by default
    the experiment whose code is nearest; "" means none. Raises UsageError when the id is taken.
    """
    name = _choose_id(record, ident, trial.overlay)
    origin = choose_parent(record, parent, trial.overlay)
    drafts = [record.draft_event("new", (name,), at=trial.at, parent=origin)]
    left_out: tuple[str, ...] = ()
    if trial.snapshot:
        code_drafts, left_out = draft_code(record, name, trial.at, trial.overlay)
        drafts += code_drafts
    else:
        has_changed = is_changed(record.repository)
        drafts += draft_base(record, name, trial.at, is_changed=has_changed)
    writer = NoteWriter(record, trial.pictures)
    writer.idents[name] = name
    twin = find_twin(name, writer.idents)
    writer.understood[name] = Understood(name, created=True, twin=twin, parent=origin)
    _record_trial(record, name, drafts, writer, trial)
    return Recorded(tuple(writer.understood.values()), left_out, tuple(writer.unread))


@hold_lock_of_record
def begin_or_continue(record: Record, ident: str, trial: TrialContent) -> Recorded:
    """Go on with the experiment of an id, or begin it.

    Without an id it is that in the code, otherwise the active experiment. Raises UsageError where
    there is none to go on with.
    """
    names = record.index.read_names()
    name = ident or find_id_in_code(record, names, continues=True, overlay=trial.overlay)
    name = name or record.active
    if not name:
        hint = "say which: git exp new ID --continue"
        raise UsageError("there is no experiment to go on with", hint)
    if name not in names:
        return begin_experiment(record, name, trial)
    return add_to_experiment(record, names[name], trial)


@store_together
def add_to_experiment(record: Record, ident: str, trial: TrialContent) -> Recorded:
    """Go on with an experiment and make it the active one.

    Its code is kept again, with a note and what the trial gave, in one commit.
    """
    name = record.resolve_id(ident)
    drafts: list[Event] = []
    left_out: tuple[str, ...] = ()
    if trial.snapshot:
        drafts, left_out = draft_code(record, name, trial.at, trial.overlay)
    writer = NoteWriter(record, trial.pictures)
    writer.understood[name] = Understood(name)
    _record_trial(record, name, drafts, writer, trial)
    return Recorded(tuple(writer.understood.values()), left_out, tuple(writer.unread))


@hold_lock_of_record
def rename_experiment(record: Record, ident: str, to: str) -> tuple[str, str]:
    """Give an experiment another id; the old one goes on working. Return the old and the new id.

    Raises UsageError when another experiment has the new id.
    """
    old, new = record.resolve_id(ident), check_new_id(to)
    owner = record.index.read_names().get(new, old)
    if owner != old or new == old:
        raise UsageError(f"experiment '{new}' is there already", "take another id")
    was_active = record.active == old
    record.append_events([record.draft_event("rename", (old,), to=new)])
    if was_active:
        activate_recorded(record, new)
    return old, new


@hold_lock_of_record
def use_experiment(record: Record, ident: str) -> str:
    """Make an experiment the active one of this worktree and return its id."""
    name = record.resolve_id(ident)
    record.active = name
    return name


def _record_trial(
    record: Record,
    name: str,
    drafts: Sequence[Event],
    writer: NoteWriter,
    trial: TrialContent,
) -> None:
    """Append drafts, the text of a trial and what it gave in one commit, and make it active."""
    if clean_text(trial.text).strip():
        writer.add_text_about(trial.text, (name,), trial.at)
    value_drafts, value_files = draft_values(record, name, trial.values or TrialValues())
    files = {**writer.files, **value_files}
    record.append_events([*drafts, *writer.drafts, *value_drafts], files)
    activate_recorded(record, name)


def _choose_id(record: Record, ident: str, overlay: Mapping[str, bytes] | None) -> str:
    """Return the id of a new experiment. Raises UsageError when it is taken."""
    names = record.index.read_names()
    if ident:
        name = check_new_id(ident)
    else:
        name = find_id_in_code(record, names, overlay=overlay) or make_automatic_id(
            names, os.urandom(4)
        )
    if name in names:
        raise UsageError(
            f"experiment '{name}' is there already",
            f"go on with it: git exp use {name}; or give the new trial its own id",
        )
    return name


def choose_parent(
    record: Record, parent: str | None, overlay: Mapping[str, bytes] | None = None
) -> str:
    """Return the id of the parent of a new experiment, "" for none.

    ``parent`` is what a person said; where nobody said it, it is the experiment whose code is
    nearest to the working tree. ``overlay`` holds files, by path, that ran with other contents.
    """
    if parent is not None:
        return record.resolve_id(parent) if parent else ""
    head = record.repository.find_commit("HEAD") or ""
    tree = _store_code(record, overlay, head)
    return find_nearest_experiment(record, tree, head) if tree else record.active


def _store_code(record: Record, overlay: Mapping[str, bytes] | None, head: str) -> str:
    """Return the tree of the code of now: HEAD's where the working tree cannot be read."""
    try:
        tree = record.store_working_tree().tree
        if overlay:
            blobs = {path: record.database.write_blob(data) for path, data in overlay.items()}
            return record.database.write_tree(tree, blobs)
        return tree
    except RepositoryError:
        return record.database.read_tree_id(head) if head else ""
