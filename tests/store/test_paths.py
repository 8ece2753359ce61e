"""The index of changed paths where commits are missing: no trace of them is left, and they are taken in once they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.path_index import PathIndex
from gitexp.store.promised import list_present_commits
from gitexp.store.repository import Repository
from tests.clones import add_remote, clone
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = "1" * 40


@pytest.fixture
def first(tmp_path: Path) -> Project:
    """A repository with two commits on the branch, and one that no branch holds."""
    made = Project.create(tmp_path / "first")
    add_remote(made, tmp_path / "remote.git")
    made.write("a.py", "a = 1\n")
    made.commit("second")
    made.git("push", "-q", "origin", "main")
    made.git("checkout", "-q", "--detach")
    made.write("a.py", "a = 2\n")
    made.commit("kept aside")
    return made


def open_index(project: Project) -> PathIndex:
    return PathIndex(Repository.discover(project.top))


def test_a_missing_commit_is_absent_however_often_it_is_asked_for(
    first: Project, tmp_path: Path
) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    aside, head = first.git("rev-parse", "HEAD"), second.git("rev-parse", "HEAD")
    for _ in range(3):
        index = open_index(second)
        index.ensure([aside, NOWHERE])
        index.ensure([aside])
        assert index.absent == {aside, NOWHERE}
        assert index.find_number(aside) is None
        index.ensure([head, aside])
        assert index.find_number(head) == 1
        assert len(index.list_changes("a.py")) == 1
        index.close()


def test_it_is_taken_in_once_it_arrives(first: Project, tmp_path: Path) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    aside = first.git("rev-parse", "HEAD")
    index = open_index(second)
    index.ensure([aside])
    index.close()
    first.git("push", "-q", "origin", "HEAD:refs/heads/aside")
    second.git("fetch", "-q")
    index = open_index(second)
    index.ensure([aside])
    assert index.absent == set()
    assert index.find_number(aside) == 2
    assert len(index.list_changes("a.py")) == 2
    index.close()


def test_a_clone_without_any_commit(tmp_path: Path) -> None:
    made = Project(tmp_path / "empty")
    made.top.mkdir()
    made.git("init", "-q", "-b", "main")
    index = open_index(made)
    index.ensure([NOWHERE])
    assert index.absent == {NOWHERE}
    assert len(index) == 0
    index.close()


@pytest.mark.parametrize("text", ["", "--all", "main", "HEAD\n--all", "1" * 39, "g" * 40])
def test_what_is_no_id_is_absent_and_never_given_to_git(first: Project, text: str) -> None:
    index = open_index(first)
    index.ensure([text])
    assert index.absent == {text}
    assert len(index) == 0
    assert list_present_commits(Repository.discover(first.top), [text]) == []
    index.close()


def test_a_history_with_a_hole_is_an_error_and_not_absent(first: Project) -> None:
    head, before = first.git("rev-parse", "HEAD"), first.git("rev-parse", "HEAD~1")
    (first.top / ".git" / "objects" / before[:2] / before[2:]).unlink()
    index = open_index(first)
    for _ in range(2):
        with pytest.raises(RepositoryError, match="could not list the history"):
            index.ensure([head])
    assert index.absent == set()
    index.close()


def test_a_damaged_table_is_told_and_its_file_removed(first: Project) -> None:
    index = open_index(first)
    index.ensure([first.git("rev-parse", "HEAD")])
    (size,) = index._database._connection.execute("PRAGMA page_size").fetchone()
    (root,) = index._database._connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'change'"
    ).fetchone()
    index.close()
    file = first.top / ".git" / "gitexp" / "paths.sqlite"
    with file.open("r+b") as handle:
        handle.seek((root - 1) * size)
        handle.write(b"\xff" * size)
    index = open_index(first)
    with pytest.raises(StorageError, match="the index of changed paths was damaged and is removed"):
        index.list_changes("a.py")
    assert not file.exists()
    index = open_index(first)
    index.ensure([first.git("rev-parse", "HEAD")])
    assert len(index.list_changes("a.py")) == 2
    index.close()
