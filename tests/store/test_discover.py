"""Finding a repository by its files gives what git says, or leaves the answer to git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import RepositoryError
from gitexp.store import repository as module
from gitexp.store.discover import find_plain_worktree, read_head_commit
from gitexp.store.repository import Repository
from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _plain(project: Project, base: Path) -> Path:
    return project.top


def _below(project: Project, base: Path) -> Path:
    return project.write("a/b/file", "x").parent


def _through_a_link(project: Project, base: Path) -> Path:
    link = base / "link"
    link.symlink_to(project.top / "a")
    _below(project, base)
    return link


def _worktree(project: Project, base: Path) -> Path:
    project.git("worktree", "add", "-q", str(base / "other"))
    return base / "other"


def _bare(project: Project, base: Path) -> Path:
    project.git("clone", "-q", "--bare", ".", str(base / "bare"))
    return base / "bare"


def _git_dir(project: Project, base: Path) -> Path:
    return project.top / ".git" / "objects"


def _moved_worktree(project: Project, base: Path) -> Path:
    (base / "elsewhere").mkdir()
    project.git("config", "core.worktree", str(base / "elsewhere"))
    return project.top


def _separate_git_dir(project: Project, base: Path) -> Path:
    project.git("init", "-q", "--separate-git-dir", str(base / "apart"))
    return project.top


def _called_bare(project: Project, base: Path) -> Path:
    project.git("config", "core.bare", "true")
    return project.top


def _submodule(project: Project, base: Path) -> Path:
    Project.create(base / "inner")
    project.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(base / "inner"),
        "sub",
    )
    return project.top / "sub"


LAYOUTS = [
    _plain, _below, _through_a_link, _worktree, _bare, _git_dir, _moved_worktree, _separate_git_dir, _called_bare, _submodule,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_say_what_git_says(
    layout: Callable[[Project, Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = layout(Project.create(tmp_path / "project"), tmp_path)
    ours = Repository.discover(start)
    monkeypatch.setattr(module, "find_plain_worktree", lambda _: None)
    gits = Repository.discover(start)
    assert ours == gits
    told = read_head_commit(gits.git_folder, gits.common_folder)
    assert told in (None, gits.run_git("rev-parse", "HEAD").decode().strip())


def test_a_plain_clone_needs_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project.create(tmp_path / "project")
    monkeypatch.setenv("PATH", "")
    assert Repository.discover(project.top).worktree == project.top
    assert Repository.discover(project.top).find_commit("HEAD")
    with pytest.raises(RepositoryError, match="git is not installed"):
        Repository.discover(project.top).run_git("status")


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_CEILING_DIRECTORIES"])
def test_an_environment_that_points_elsewhere_is_left_to_git(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project.create(tmp_path / "project")
    monkeypatch.setenv(name, str(tmp_path))
    assert find_plain_worktree(str(project.top)) is None


@pytest.mark.skipif(
    not hasattr(os, "chown") or os.geteuid() != 0, reason="only root can give files away"
)
def test_a_folder_of_another_user_is_left_to_git(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    os.chown(project.top / ".git", 12345, -1)
    assert find_plain_worktree(str(project.top)) is None


def test_packed_detached_and_unborn_heads_are_left_to_git(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    repository = Repository.discover(project.top)
    head = project.git("rev-parse", "HEAD")
    assert read_head_commit(repository.git_folder, repository.common_folder) == head
    project.git("pack-refs", "--all")
    assert read_head_commit(repository.git_folder, repository.common_folder) is None
    assert repository.find_commit("HEAD") == head
    project.git("checkout", "-q", "--detach")
    assert repository.find_commit("HEAD") == head
    project.git("checkout", "-q", "--orphan", "unborn")
    assert repository.find_commit("HEAD") is None
