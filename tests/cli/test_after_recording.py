"""Failures once the record branch has moved: it is recorded, so the verb says so and ends well."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import RepositoryError
from gitexp.record.index.fill import Index
from gitexp.record.write.begin import TrialContent, begin_experiment
from gitexp.record.write.entries import add_note
from gitexp.store.sync import sync_folder
from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.record.record import Record
    from tests.project import Project


def read_texts(record: Record) -> list[str]:
    return [event.text for event in record.index.read_events_of_kind("note")]


def test_the_active_file_cannot_be_written(begun: Project) -> None:
    (begun.top / ".git/gitexp/active").write_text("in the way of the folder\n")
    ran = begun.run("new", "x", "-m", "y")
    assert (ran.code, ran.out) == (0, "+ x\n")
    active = begun.top / ".git/gitexp/active/main"
    failure = f"recorded, but 'x' is not the active experiment: '{active}' was not written"
    assert ran.err == f"git exp: {failure}: File exists (git exp use x)\n"
    assert "is there already" in begun.fails("new", "x", code=2)
    assert read_texts(begun.record()) == ["y"]


def test_the_index_outgrows_a_file_size_limit(begun: Project) -> None:
    begun.exp("new", "x", "-m", "one")
    # Objects are small, and so is what SQLite writes to open the index; its log of one more event
    # is larger than 40 KiB.
    command = f"ulimit -f 40; trap '' XFSZ; exec '{sys.executable}' -m gitexp note x -m two"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=begun.top,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "· x\n"), done.stderr
    assert done.stderr.startswith("git exp: recorded, but the index was not brought up to date: ")
    assert done.stderr.endswith(" (the next command makes it anew)\n")
    assert read_texts(begun.record()) == ["one", "two"]


def test_the_notes_stay_locked(begun: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    record = begun.record()
    begin_experiment(record, "x", TrialContent(text="acc 0.5"))
    lock = begun.top / ".git/refs/notes/gitexp.lock"
    lock.touch()
    add_note(record, ["x"], "acc 0.6")
    assert len(record.warnings) == 1
    failure = "recorded, but the notes were not written: 'refs/notes/gitexp' is locked"
    assert record.warnings[0].startswith(failure)
    lock.unlink()
    add_note(record, ["x"], "no number")
    assert begun.git("log", "-1", "--notes=gitexp", "--format=%N") == "exp x acc=0.6"
    assert read_texts(begun.record()) == ["acc 0.5", "acc 0.6", "no number"]


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.DatabaseError("database disk image is malformed"),
        sqlite3.OperationalError("database is locked"),
        OSError(28, "No space left on device"),
        KeyError("an object is missing"),
        RepositoryError("object 0123 is missing here", "run it again: nothing was recorded"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_index_fails(begun: Project, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    record = begun.record()
    begin_experiment(record, "x", TrialContent(text="one"))

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(Index, "_take_in_changes", fail)
        add_note(record, ["x"], "two")
    assert len(record.warnings) == 1
    assert record.warnings[0].startswith("recorded, but the index was not brought up to date: ")
    assert "nothing was recorded" not in record.warnings[0]
    assert read_texts(record) == read_texts(begun.record()) == ["one", "two"]
    add_note(record, ["x"], "three")
    assert record.read_experiment("x").metrics == ()
    assert read_texts(begun.record()) == ["one", "two", "three"]


def test_an_index_in_use_is_not_thrown_away(begun: Project) -> None:
    record, other_record = begun.record(), begun.record()
    begin_experiment(record, "x", TrialContent(text="one"))
    for each in (record, other_record):
        each.index._db.execute("PRAGMA busy_timeout = 0")
    index_file = begun.top / ".git/gitexp/index.sqlite"
    inode = index_file.stat().st_ino
    with closing(sqlite3.connect(index_file, isolation_level=None)) as reader:
        reader.execute("BEGIN IMMEDIATE")
        add_note(other_record, ["x"], "two")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            record.refresh()
    assert len(other_record.warnings) == 1
    assert index_file.stat().st_ino == inode
    assert read_texts(record) == ["one"]
    record.refresh()
    assert read_texts(record) == ["one", "two"]


def test_the_sync_of_a_folder_fails(begun: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    record = begun.record()
    record.append_events([record.draft_event("note", ("x",), text="one")])

    def sync_and_fail(folder: Path) -> None:
        """Fail as a disk does after the rename that moves the ref."""
        sync_folder(folder)
        if folder == begun.top / ".git/refs/heads":
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("gitexp.store.ref_files.sync_folder", sync_and_fail)
    record.append_events([record.draft_event("note", ("x",), text="two")])
    assert record.warnings == [
        "recorded, but the disk did not confirm it: Input/output error",
    ]
    assert read_texts(begun.record()) == ["one", "two"]
    assert begun.git("rev-list", "--count", "gitexp") == "3"
