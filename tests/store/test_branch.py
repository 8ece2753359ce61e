"""The record branch: a fixed root, and appends that lose nothing of anybody's."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import RepositoryError, StorageError
from gitexp.record.write.setup import begin_record
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.store.branch import RecordBranch

REF = "refs/heads/gitexp"


def _set_format(project: Project, text: str) -> None:
    record = project.record()
    tree = record.database.write_tree(None, {"FORMAT": record.database.write_blob(text.encode())})
    project.git("update-ref", REF, project.git("commit-tree", tree, "-m", "other"))


def _lock(project: Project, seconds_old: float, name: str = REF) -> Path:
    lock = project.top / ".git" / f"{name}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    then = time.time() - seconds_old
    os.utime(lock, (then, then))
    return lock


def test_the_root_is_the_same_in_every_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Project.create(tmp_path / "here").begin()
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("TZ", "UTC")
    there = Project.create(tmp_path / "there").begin()
    assert here.git("rev-parse", "gitexp") == there.git("rev-parse", "gitexp")
    assert here.git("show", "gitexp:FORMAT") == "gitexp 1"
    assert here.git("rev-list", "--parents", "gitexp").count(" ") == 0


def test_beginning_twice_changes_nothing(begun: Project) -> None:
    before = begun.git("for-each-ref")
    assert begin_record(begun.record()) is False
    assert begun.git("for-each-ref") == before


def test_a_writer_in_between_loses_nothing(begun: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    branch, other = begun.record().branch, begun.record().branch
    write_tree = branch._database.write_tree
    raced: list[str] = []

    def racing(base: str | None, files: dict[str, str | None]) -> str:
        if not raced:
            raced.append(other.append({"log/theirs.md": b"theirs"}, "theirs"))
        return write_tree(base, files)

    monkeypatch.setattr(branch._database, "write_tree", racing)
    branch.append({"log/ours.md": b"ours"}, "ours")
    assert begun.git("ls-tree", "-r", "--name-only", "gitexp").split() == [
        "FORMAT",
        "log/ours.md",
        "log/theirs.md",
    ]
    assert begun.git("rev-list", "--count", "gitexp") == "3"
    begun.git("fsck", "--strict")


def test_a_branch_that_git_itself_moved_in_between_loses_nothing(begun: Project) -> None:
    record = begun.record()
    tip = record.branch.tip
    assert tip is not None
    record.branch.append({"log/one.md": b"one"}, "one")
    assert record.database.move_ref(REF, tip, tip, "stale") is False
    assert record.database.move_ref(REF, None, tip, "again") is False
    begun.git("pack-refs", "--all")
    begun.record().branch.append({"log/two.md": b"two"}, "two")
    assert begun.git("ls-tree", "--name-only", "gitexp:log").split() == ["one.md", "two.md"]


def test_a_newer_format_is_refused_with_the_way_out(begun: Project) -> None:
    _set_format(begun, "gitexp 2\n")
    tip = begun.git("rev-parse", "gitexp")
    with pytest.raises(RepositoryError) as caught:
        begun.record().read_experiments()
    assert "format 2" in caught.value.message
    assert "upgrade" in caught.value.hint
    assert begun.git("rev-parse", "gitexp") == tip


def test_a_newer_format_that_arrives_while_we_are_open_is_not_written_to(begun: Project) -> None:
    record = begun.record()
    record.index  # noqa: B018 - opened before the other one came
    _set_format(begun, "gitexp 9\n")
    tip = begun.git("rev-parse", "gitexp")
    with pytest.raises(RepositoryError):
        record.append_events([record.draft_event("note", text="lost?")])
    assert begun.git("rev-parse", "gitexp") == tip


@pytest.mark.parametrize("text", ["", "gitexp", "other 1", "gitexp one"])
def test_what_is_no_record_is_refused(begun: Project, text: str) -> None:
    _set_format(begun, text)
    with pytest.raises(RepositoryError, match="is not a gitexp record"):
        begin_record(begun.record())


def test_a_users_own_branch_of_that_name_is_left_alone(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    project.git("branch", "gitexp")
    before = project.git("for-each-ref")
    with pytest.raises(RepositoryError) as caught:
        begin_record(project.record())
    assert "gitexp.branch" in caught.value.hint
    assert project.git("for-each-ref") == before
    project.git("config", "gitexp.branch", "trials")
    assert begin_record(project.record())
    assert project.git("show", "trials:FORMAT") == "gitexp 1"


def test_a_branch_that_is_in_the_way_is_said(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    project.git("branch", "gitexp/mine")
    with pytest.raises((RepositoryError, StorageError)) as caught:
        begin_record(project.record())
    assert "gitexp" in caught.value.message
    assert project.git("branch", "--format=%(refname:short)").split() == ["gitexp/mine", "main"]


def test_the_branch_may_be_checked_out_in_a_worktree(begun: Project, tmp_path: Path) -> None:
    begun.git("worktree", "add", "-q", str(tmp_path / "look"), "gitexp")
    record = begun.record()
    record.append_events([record.draft_event("note", text="still written")])
    assert begun.git("rev-list", "--count", "gitexp") == "2"


def test_a_branch_packed_and_gone_loose_again_is_read(begun: Project) -> None:
    record = begun.record()
    record.append_events([record.draft_event("note", ("x",), text="one")])
    begun.git("gc", "-q", "--prune=now")
    assert not (begun.top / ".git" / REF).exists()
    assert [item.id for item in begun.record().read_experiments()] == ["x"]
    record = begun.record()
    record.append_events([record.draft_event("note", ("x",), text="two")])
    assert [entry.text for entry in begun.record().read_experiment("x").entries] == ["one", "two"]


def test_a_lock_that_a_killed_git_left_is_removed(begun: Project) -> None:
    lock = _lock(begun, 31)
    record = begun.record()
    record.append_events([record.draft_event("note", text="after a crash")])
    assert not lock.exists()
    begun.git("fsck", "--strict")


def test_a_fresh_lock_is_waited_for(begun: Project) -> None:
    lock = _lock(begun, 0)
    threading.Timer(0.3, lock.unlink).start()
    record = begun.record()
    record.append_events([record.draft_event("note", text="after somebody")])
    assert begun.git("rev-list", "--count", "gitexp") == "2"


def test_a_lock_that_stays_is_a_clear_error_and_nothing_is_recorded(
    begun: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    lock = _lock(begun, 0)
    record = begun.record()
    with pytest.raises(StorageError) as caught:
        record.append_events([record.draft_event("note", text="never")])
    assert "locked" in caught.value.message
    assert str(lock) in caught.value.hint
    assert lock.exists()
    assert begun.git("rev-list", "--count", "gitexp") == "1"


def test_a_stale_lock_on_the_notes_does_not_stop_a_recording(begun: Project) -> None:
    lock = _lock(begun, 31, "refs/notes/gitexp")
    record = begun.record()
    record.append_events(
        [record.draft_event("link", ("x",), commit=begun.git("rev-parse", "HEAD"))]
    )
    assert not lock.exists()
    assert begun.git("log", "-1", "--notes=gitexp", "--format=%N") == "exp x"


def test_removing_a_file_removes_its_empty_folders(begun: Project) -> None:
    branch: RecordBranch = begun.record().branch
    branch.append({"log/2019-06/23/a.md": b"a"}, "in")
    tip = branch.tip
    assert tip is not None
    database = begun.record().database
    tree = database.write_tree(database.read_tree_id(tip), {"log/2019-06/23/a.md": None})
    assert begun.git("ls-tree", "-r", "--name-only", tree) == "FORMAT"
    assert sorted(branch.list_files_since(tip, tip, "log")) == []


@pytest.mark.parametrize(
    "path", ["../x", "log/../../x", "/x", ".git/x", "pages/git~1", "a//b", "pages/a\0b"]
)
def test_no_name_that_leads_out_of_the_record_is_written(begun: Project, path: str) -> None:
    tip = begun.git("rev-parse", "gitexp")
    with pytest.raises(StorageError, match="is no name for a file of the record"):
        begun.record().branch.append({path: b"x"}, "evil")
    assert begun.git("rev-parse", "gitexp") == tip
