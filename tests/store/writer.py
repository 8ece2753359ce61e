"""A process that appends, and says on its output what was acknowledged: ``python -m tests.store.writer FOLDER NAME COUNT``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gitexp.record.record import Record
from gitexp.store.repository import Repository


def main(folder: str, name: str, count: str) -> None:
    record = Record(Repository.discover(Path(folder)))
    head = record.repository.find_commit("HEAD")
    for number in range(int(count)):
        # One experiment a process, tied to one commit by all of them: the notes of that commit are the contested thing.
        drafts = [record.draft_event("note", (name,), text=f"{name} {number}")]
        if number == 0:
            drafts.append(record.draft_event("link", (name,), commit=head))
        record.append_events(drafts)
        # In one write: a process that is killed acknowledges by a whole line or not at all.
        os.write(1, f"{name} {number}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
