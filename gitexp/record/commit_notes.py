"""The notes that ``git log --notes=gitexp`` shows below a commit: derived from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.refs import NOTES

if TYPE_CHECKING:
    from gitexp.record.index.fill import Index
    from gitexp.store.database import Database
    from gitexp.store.notes import DraftedNotes
    from gitexp.store.promised import Promised


class DraftedStaleNotes(NamedTuple):
    """Notes that were drafted for the commits whose notes were stale."""

    commits: list[str]
    notes: DraftedNotes


def write_stale_notes(index: Index, database: Database, promised: Promised) -> None:
    """Write the notes of commits whose experiments changed, and of those left over.

    All notes are written where the ref is not as it was left here: deleted, or fetched from another
    clone.
    """
    from gitexp.store.notes import write_notes

    lines = _format_stale_notes(index, database, promised)
    if not lines:
        return
    try:
        new_tip = write_notes(database, lines)
    except RepositoryError:
        lines = _format_all_notes(index)
        new_tip = write_notes(database, lines, anew=True)
    index.mark_notes_written(lines, new_tip)


def draft_stale_notes(
    index: Index, database: Database, promised: Promised
) -> DraftedStaleNotes | None:
    """Store the notes that ``write_stale_notes`` writes, but move no ref; None for none."""
    from gitexp.store.notes import draft_notes

    lines = _format_stale_notes(index, database, promised)
    if not lines:
        return None
    try:
        drafted = draft_notes(database, lines)
    except RepositoryError:
        lines = _format_all_notes(index)
        drafted = draft_notes(database, lines, anew=True)
    return DraftedStaleNotes(list(lines), drafted)


def move_stale_notes(index: Index, database: Database, drafted: DraftedStaleNotes) -> bool:
    """Move the ref of the notes to drafted ones. Return False where others changed it meanwhile."""
    from gitexp.store.notes import move_notes

    if not move_notes(database, drafted.notes):
        return False
    index.mark_notes_written(drafted.commits, drafted.notes.commit or "")
    return True


def _format_stale_notes(
    index: Index, database: Database, promised: Promised
) -> dict[str, list[str]]:
    """Return the lines of each commit whose note may be stale."""
    tip = database.read_ref(NOTES)
    if tip is None or tip != index.notes_tip:
        index.mark_all_notes_stale()
    commits = index.list_stale_notes()
    if commits and tip is not None:
        promised.fetch_history([tip], blobs=False)
    return {commit: format_note_lines(index, commit) for commit in commits}


def _format_all_notes(index: Index) -> dict[str, list[str]]:
    """Return the lines of all commits, where the ref holds no notes, or damaged ones."""
    index.mark_all_notes_stale()
    return {commit: format_note_lines(index, commit) for commit in index.list_stale_notes()}


def format_note_lines(index: Index, commit: str) -> list[str]:
    """Return a line for each experiment that is tied to a commit: ``exp tcn_filter10 acc=0.645``.

    A line says ``pinned`` where code of the experiment is kept on the branch. It ends in
    ``+changes`` where the trial ran on changes on top of the commit.
    """
    lines = []
    for ident, is_exact in index.find_linked_experiments(commit).items():
        line = f"exp {ident}"
        experiment = index.read_experiment(ident)
        for metric in experiment.metrics if experiment else ():
            line += f" {metric.name}={metric}"
        names = (ident, *experiment.aliases) if experiment else (ident,)
        if index.has_event_about(names, "pin"):
            line += " pinned"
        lines.append(line if is_exact else f"{line} +changes")
    return lines
