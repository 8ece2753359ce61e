"""Index and notes, made before the branch moves: so the objects of the notes are in the same pack."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.record.access import RecordAccess
    from gitexp.record.commit_notes import DraftedStaleNotes


class DerivedAhead:
    """What derives from the branch, for a commit that it is about to move to.

    Nothing of it is seen before ``accept``.
    """

    def __init__(self, record: RecordAccess) -> None:
        self._record = record
        self._notes: DraftedStaleNotes | None = None
        self._is_made = False

    def make(self, old_tip: str, new_tip: str) -> None:
        """Fill the index up to a new tip of the branch, and store the notes, unless anything fails.

        Whatever fails is not the recording: it is made again after the branch has moved, and said then.
        """
        from gitexp.record.commit_notes import draft_stale_notes

        self.take_back()
        record = self._record
        try:
            if record.index.tip != old_tip:
                return  # another program wrote the record: what it wrote is looked at first
            self._is_made = True
            record.index.fill_ahead(record.branch, new_tip, record.database.read_blob)
            self._notes = draft_stale_notes(record.index, record.database, record.promised)
        except Exception:  # noqa: BLE001 - it may be anything
            self.take_back()

    def take_back(self) -> None:
        """Leave the index as it was."""
        if self._is_made:
            self._is_made, self._notes = False, None
            with suppress(Exception):
                self._record.index.take_back()

    def accept(self) -> bool:
        """Let the index and the notes follow the branch, which has moved. False where they do not."""
        from gitexp.record.commit_notes import move_stale_notes, write_stale_notes

        if not self._is_made:
            return False
        record = self._record
        try:
            record.index.accept()
        except Exception:  # noqa: BLE001 - it is made again, and said then
            self.take_back()
            return False
        with record.warn_of_failure("the notes were not written", "the next recording writes them"):
            index, database = record.index, record.database
            if self._notes is None or move_stale_notes(index, database, self._notes):
                return True
            write_stale_notes(index, database, record.promised)
        return True
