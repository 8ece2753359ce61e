"""What was purged is gone: in this clone, at other places, and in clones that had not heard of it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitexp.record.record import Record
from gitexp.store.repository import Repository
from tests.clones import add_remote, clone, make_first
from tests.png import write_png
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2-correct-horse"


@pytest.fixture
def first(tmp_path: Path) -> Project:
    """A clone in which a password was noted between other notes, and pushed."""
    copy_built(tmp_path, build_noted)
    return Project(tmp_path / "first")


def build_noted(folder: Path) -> None:
    made = make_first(folder)
    made.git("push", "-q", "origin", "main")
    made.exp("note", "t1", "-m", f"the server's password is {SECRET}")
    made.exp("note", "t2", "-m", "t2 acc 0.9 後で考える")
    made.exp("push", "--no-pin")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return write_png(tmp_path / "loss.png")


def find_secret_event(project: Project) -> str:
    for entry in project.json("journal"):
        if SECRET in entry["text"]:
            return str(entry["id"])
    raise AssertionError("the secret is not in the journal")


def read_all_objects(project: Project, *refs: str) -> str:
    """Return all that the refs reach, files and messages, as one text."""
    listed = project.git("rev-list", "--objects", "--no-object-names", *(refs or ("--all",)))
    return "".join(read_object(project, oid) for oid in listed.split())


def read_object(project: Project, oid: str) -> str:
    """Return an object as text; bytes that are no text are replaced."""
    done = subprocess.run(
        ["git", "cat-file", "-p", oid], cwd=project.top, capture_output=True, check=True
    )
    return done.stdout.decode("utf-8", "replace")


def tip(project: Project) -> str:
    return project.git("rev-parse", "gitexp").strip()


def test_a_purged_note_is_nowhere_and_all_else_stays(first: Project) -> None:
    first.exp("pages")
    assert SECRET in read_all_objects(first)
    experiments = first.json("list")
    done = first.exp("purge", find_secret_event(first), "--yes")
    assert "purged: 1 event" in done
    assert SECRET not in read_all_objects(first, "gitexp", "refs/notes/gitexp")
    assert SECRET not in read_all_objects(first)
    state = first.top / ".git" / "gitexp"
    assert all(
        SECRET.encode() not in path.read_bytes() for path in state.iterdir() if path.is_file()
    )
    assert [row["id"] for row in first.json("list")] == [row["id"] for row in experiments]
    assert "後で考える" in first.exp("show", "t2")
    assert first.git("notes", "--ref=gitexp", "list")
    first.git("fsck", "--strict")
    first.git("reflog", "expire", "--expire=now", "--all")
    first.git("gc", "-q", "--prune=now")
    assert "後で考える" in first.exp("show", "t2")
    every_object = first.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    assert all(SECRET not in read_object(first, oid) for oid in every_object.split())


def test_commits_before_the_purged_one_stay_as_they_are(first: Project) -> None:
    before = first.git("rev-list", "--first-parent", "gitexp").split()
    first.exp("purge", find_secret_event(first), "--yes")
    after = first.git("rev-list", "--first-parent", "gitexp").split()
    assert after[2:] == before[2:]
    assert len(after) == len(before)  # one is gone, one lists it


def test_without_a_yes_nothing_is_purged(first: Project) -> None:
    before = tip(first)
    assert "--yes" in first.fails("purge", find_secret_event(first), code=2)
    assert "would be purged: 1 event" in first.exp("purge", "--dry-run", find_secret_event(first))
    assert tip(first) == before


def test_an_experiment_goes_with_its_code_and_its_pictures(first: Project, picture: Path) -> None:
    first.exp("image", "add", "t1", str(picture))
    first.write("model.py", f"KEY = '{SECRET}'\n")
    first.exp("new", "leaky", "--parent", "t2", "-m", "leaky acc 0.5")
    first.exp("image", "add", "leaky", str(picture))
    first.git("checkout", "-q", "model.py")
    first.exp("purge", "leaky", "--yes")
    assert [row["id"] for row in first.json("list")] == ["t1", "t2"]
    assert f"KEY = '{SECRET}'" not in read_all_objects(first)
    assert len(first.git("ls-tree", "-r", "--name-only", "gitexp", "images/").split()) == 1
    assert "encode" in first.exp("excerpt", "t2", "--filter", "model")


def test_the_kept_code_alone_can_go(first: Project) -> None:
    first.write("model.py", f"KEY = '{SECRET}'\n")
    first.exp("new", "leaky", "-m", "leaky acc 0.5 そのまま")
    first.exp("purge", "leaky", "--code", "--yes")
    assert "そのまま" in first.exp("show", "leaky")
    assert f"KEY = '{SECRET}'" not in read_all_objects(first)


def test_another_place_is_replaced_only_when_told_to(first: Project) -> None:
    first.exp("purge", find_secret_event(first), "--yes")
    first.exp("note", "t1", "-m", "after the purge")
    assert "still holds what was purged here" in first.fails("push")
    first.exp("push", "--purge")
    remote = ("-C", str(first.top.parent / "remote.git"))
    refs = first.git(*remote, "for-each-ref", "--format=%(refname)").split()
    listed = first.git(*remote, "rev-list", "--objects", "--no-object-names", *refs)
    texts = [first.git(*remote, "cat-file", "-p", oid) for oid in listed.split()]
    assert not any(SECRET in text for text in texts)
    assert any("after the purge" in text for text in texts)
    assert "origin has everything" in first.exp("push")


def test_a_clone_that_has_not_heard_of_it_does_not_bring_it_back(
    first: Project, tmp_path: Path
) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("pull")
    second.exp("note", "t2", "-m", "written meanwhile")
    first.exp("purge", find_secret_event(first), "--yes")
    first.exp("push", "--purge")
    told = second.exp("sync")
    assert "purged elsewhere" in told
    assert "set back" not in told
    first.exp("sync")
    for project in (first, second):
        assert SECRET not in read_all_objects(project)
        assert "written meanwhile" in project.exp("show", "t2")
    assert tip(first) == tip(second)


def test_what_others_pushed_before_the_place_is_replaced_is_kept(
    first: Project, tmp_path: Path
) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("pull")
    first.exp("purge", find_secret_event(first), "--yes")
    second.exp("new", "theirs", "-m", "theirs acc 0.7")
    second.exp("sync")
    first.exp("push", "--purge")
    second.exp("pull")
    for project in (first, second):
        assert [row["id"] for row in project.json("list")] == ["t1", "t2", "theirs"]
        assert SECRET not in read_all_objects(project)
    assert tip(first) == tip(second)


def test_two_clones_purge_different_things(first: Project, tmp_path: Path) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("pull")
    first.exp("purge", find_secret_event(first), "--yes")
    second.exp("purge", "t1", "--yes")
    first.exp("push", "--purge")
    second.exp("pull")
    second.exp("push", "--purge")
    first.exp("pull")
    for project in (first, second):
        assert [row["id"] for row in project.json("list")] == ["t2"]
        assert SECRET not in read_all_objects(project)
    assert tip(first) == tip(second)


def test_a_folder_that_holds_what_was_purged_is_not_behind(first: Project, tmp_path: Path) -> None:
    """Another clone's bundle has the history of before: no pull takes it in."""
    stick = tmp_path / "stick"
    first.exp("push", str(stick))
    second = clone(tmp_path / "remote.git", tmp_path / "second").begin()
    first.exp("purge", find_secret_event(first), "--yes")
    first.exp("push", "--purge", "--no-pin")
    second.exp("pull")
    second.exp("pull", str(stick))
    assert SECRET not in read_all_objects(second, "gitexp")
    assert tip(second) == tip(first)
    assert second.json("status")["unpulled"] == 0
    first.exp("note", "t1", "-m", "new words")
    first.exp("push", "--purge", str(stick))
    fetch = ("fetch", "-q", str(next(stick.iterdir())), "gitexp:refs/gitexp/remote/stick/branch")
    second.git(*fetch)
    assert second.json("status")["unpulled"] == 1


def test_a_folder_of_bundles_forgets_too(first: Project, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    first.exp("push", str(stick))
    first.exp("purge", find_secret_event(first), "--yes")
    first.exp("push", "--purge", str(stick))
    third = clone(tmp_path / "remote.git", tmp_path / "third")
    third.exp("pull", str(stick))
    assert SECRET not in read_all_objects(third, "gitexp")
    assert "後で考える" in third.exp("show", "t2")


def test_a_program_with_the_old_index_does_not_put_it_back(first: Project) -> None:
    record = Record(Repository.discover(first.top))
    record.read_summaries()
    first.exp("purge", find_secret_event(first), "--yes")
    record.refresh()
    assert not record.warnings
    record.close()
    assert SECRET not in read_all_objects(first)
    assert "後で考える" in first.exp("show", "t2")


def test_a_picture_is_named_by_its_file(first: Project, picture: Path) -> None:
    first.exp("image", "add", "t1", str(picture))
    assert "1 event, 1 file" in first.exp("purge", picture.name, "--yes")
    assert first.git("ls-tree", "-r", "--name-only", "gitexp", "images/") == ""


def test_a_remote_without_a_record_is_pushed_to_as_ever(first: Project, tmp_path: Path) -> None:
    first.exp("purge", find_secret_event(first), "--yes")
    first.git("remote", "remove", "origin")
    add_remote(first, tmp_path / "other.git")
    first.git("push", "-q", "origin", "main")
    assert "pushed" in first.exp("push")


def test_the_code_of_other_clones_outlives_a_purge_here(first: Project, tmp_path: Path) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("pull")
    second.write("model.py", "SIZE = 9\n")
    second.exp("new", "theirs", "-m", "theirs acc 0.7")
    second.exp("push", "--no-pin")
    first.exp("pull")
    first.exp("purge", find_secret_event(first), "--yes")
    first.git("reflog", "expire", "--expire=now", "--all")
    first.git("gc", "-q", "--prune=now")
    snapshot = first.json("show", "theirs")["snapshots"][-1]["commit"]
    assert first.git("show", f"{snapshot}:model.py") == "SIZE = 9"


def test_a_place_that_still_has_a_purged_snapshot_does_not_bring_it_back(first: Project) -> None:
    first.write("model.py", f"KEY = '{SECRET}'\n")
    first.exp("new", "leaky", "-m", "leaky acc 0.5")
    first.git("checkout", "-q", "model.py")
    first.exp("push", "--no-pin")
    first.exp("purge", "leaky", "--yes")
    first.exp("pull")
    keeps = first.git("for-each-ref", "--format=%(refname)", "refs/gitexp/**/keep/*").split()
    assert keeps
    assert f"KEY = '{SECRET}'" not in read_all_objects(first, *keeps)


def test_a_push_that_replaces_takes_new_snapshots_along(first: Project, tmp_path: Path) -> None:
    first.write("model.py", f"KEY = '{SECRET}'\n")
    first.exp("new", "leaky", "-m", "leaky acc 0.5")
    first.git("checkout", "-q", "model.py")
    first.exp("push", "--no-pin")
    first.write("model.py", "SIZE = 9\n")
    first.exp("new", "later", "-m", "later acc 0.5")
    first.exp("purge", "leaky", "--yes")
    assert "1 snapshot" in first.exp("push", "--purge", "--no-pin")
    assert first.json("status")["unpushed_snapshots"] == 0
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("pull")
    snapshot = second.json("show", "later")["snapshots"][-1]["commit"]
    assert second.git("show", f"{snapshot}:model.py") == "SIZE = 9"
    for project in (first, second):
        assert f"KEY = '{SECRET}'" not in read_all_objects(project)


def test_a_push_that_replaces_brings_the_notes_of_commits(first: Project, tmp_path: Path) -> None:
    remote = ("-C", str(tmp_path / "remote.git"))
    first.git(*remote, "update-ref", "-d", "refs/notes/gitexp")
    first.exp("purge", find_secret_event(first), "--yes")
    first.exp("push", "--purge", "--no-pin")
    ours = first.git("rev-parse", "refs/notes/gitexp")
    assert first.git(*remote, "rev-parse", "refs/notes/gitexp") == ours


def test_notes_of_commits_go_where_all_that_they_said_was_purged(
    first: Project, tmp_path: Path
) -> None:
    first.exp("purge", "t1", "t2", "--yes")
    first.exp("push", "--purge", "--no-pin")
    remote = ("-C", str(tmp_path / "remote.git"))
    notes = ("for-each-ref", "--format=%(refname)", "refs/notes/", "refs/gitexp/**/notes")
    assert first.git(*remote, *notes) == ""
    assert first.git(*notes) == ""
