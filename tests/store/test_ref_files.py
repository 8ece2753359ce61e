"""Refs that are moved without a git process: git sees what it would have done itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.errors import StorageError
from gitexp.store.database import Database
from gitexp.store.repository import Repository
from tests.project import init_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

BRANCH = "refs/heads/gitexp"
NAMES = (BRANCH, "refs/notes/gitexp", "refs/gitexp/keep/kkkkkkkk")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = init_repository(tmp_path / "p")
    project.write("a.py", "x = 1\n")
    project.commit("first")
    project.write("a.py", "x = 2\n")
    project.commit("second")
    return project


def move(project: Project, name: str, *, expected: str | None, new: str) -> bool:
    database = Database(Repository.discover(project.top))
    try:
        return database.move_ref(name, expected, new, "gitexp: a move")
    finally:
        database.close()


def read_commits(project: Project) -> tuple[str, str]:
    return project.git("rev-parse", "HEAD~1"), project.git("rev-parse", "HEAD")


@pytest.mark.parametrize("setting", [None, "true", "false", "always"])
@pytest.mark.parametrize("name", NAMES)
def test_a_reflog_is_written_where_git_writes_one(
    project: Project, name: str, setting: str | None
) -> None:
    project.git("config", "--unset", "core.logAllRefUpdates", check=False)
    if setting is not None:
        project.git("config", "core.logAllRefUpdates", setting)
    old, new = read_commits(project)
    assert move(project, name, expected=None, new=old)
    assert move(project, name, expected=old, new=new)
    by_git = name + "2"
    project.git("update-ref", "-m", "gitexp: a move", by_git, old)
    project.git("update-ref", "-m", "gitexp: a move", by_git, new)
    form = "--format=%H %gs"
    ours = project.git("reflog", "show", form, name, check=False)
    assert ours == project.git("reflog", "show", form, by_git, check=False)
    logs = project.top / ".git/logs"
    assert (logs / name).exists() == (logs / by_git).exists()
    project.git("fsck", "--strict")


def test_a_reflog_that_is_there_goes_on(project: Project) -> None:
    old, new = read_commits(project)
    name = NAMES[-1]
    project.git("update-ref", "--create-reflog", "-m", "first", name, old)
    assert move(project, name, expected=old, new=new)
    assert project.git("reflog", "show", "--format=%gs", name) == "gitexp: a move\nfirst"


def test_head_at_the_branch_has_the_move_in_its_reflog(project: Project) -> None:
    old, new = read_commits(project)
    project.git("branch", "gitexp", old)
    project.git("checkout", "-q", "gitexp")
    assert move(project, BRANCH, expected=old, new=new)
    assert project.git("reflog", "show", "-1", "--format=%H %gs", "HEAD") == f"{new} gitexp: a move"


def test_a_symbolic_ref_stays_one(project: Project) -> None:
    old, new = read_commits(project)
    project.git("branch", "elsewhere", old)
    project.git("symbolic-ref", BRANCH, "refs/heads/elsewhere")
    assert move(project, BRANCH, expected=old, new=new)
    assert project.git("symbolic-ref", BRANCH) == "refs/heads/elsewhere"
    assert project.git("rev-parse", "elsewhere") == new


@pytest.mark.parametrize("other", [f"{BRANCH}/below", "refs/gitexp"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_no_ref_comes_to_stand_beside_its_own_folder(
    project: Project, other: str, is_packed: bool
) -> None:
    name = BRANCH if other.startswith(BRANCH) else NAMES[-1]
    old, new = read_commits(project)
    project.git("update-ref", other, old)
    if is_packed:
        project.git("pack-refs", "--all")
    with pytest.raises(StorageError, match="was not written"):
        move(project, name, expected=None, new=new)
    assert project.git("rev-parse", other) == old
    project.git("rev-parse", "--verify", "--quiet", name, check=False)
    assert not list((project.top / ".git").rglob("*.lock"))


@pytest.mark.parametrize("folder", [".git", ".git/logs"])
def test_empty_folders_that_git_leaves_are_no_obstacle(project: Project, folder: str) -> None:
    old, new = read_commits(project)
    (project.top / folder / BRANCH / "below").mkdir(parents=True)
    assert move(project, BRANCH, expected=None, new=old)
    assert move(project, BRANCH, expected=old, new=new)
    assert project.git("rev-parse", BRANCH) == new


def test_a_packed_ref_moves_from_its_packed_value_alone(project: Project) -> None:
    old, new = read_commits(project)
    project.git("branch", "gitexp", old)
    project.git("pack-refs", "--all")
    assert not move(project, BRANCH, expected=None, new=new)
    assert not move(project, BRANCH, expected=new, new=old)
    assert move(project, BRANCH, expected=old, new=new)
    assert project.git("rev-parse", "gitexp") == new
    project.git("pack-refs", "--all")
    assert move(project, BRANCH, expected=new, new=old)
    assert project.git("rev-parse", "gitexp") == old
