"""A repository of a group: each of its members commits, and can write what another one recorded."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitexp.store.shared import create_database_file
from tests.project import ROOT, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = 54321
MEMBER = 54322
# Files that git itself makes for their owner alone. Files of hooks are replaced, never written to.
OWNERS_ONLY = ("COMMIT_EDITMSG", "ORIG_HEAD", "description", "exclude")


def run_with_umask(project: Project, *command: str, member: bool = False) -> None:
    """Run a command with a umask that keeps the group from writing, as a member or as root."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_CONFIG_COUNT": "1"}
    env |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    if member:
        env |= {"HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"}
    user = MEMBER if member else 0
    done = subprocess.run(
        command, cwd=project.top, user=user, group=GROUP, extra_groups=[GROUP], umask=0o022,
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert done.stderr == "", (command, done.stderr)


@pytest.fixture
def shared() -> Iterator[Project]:
    """A repository of a group, in a folder that all may enter: pytest's own are closed."""
    if os.geteuid() != 0:
        pytest.skip("only root becomes another user")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        project = Project(Path(folder, "shared"))
        project.top.mkdir()
        os.chown(project.top, 0, GROUP)
        project.top.chmod(0o2775)
        run_with_umask(project, "git", "init", "-q", "-b", "main", "--shared=group")
        yield project


def test_a_member_commits_between_uses_of_another(shared: Project) -> None:
    exp = (sys.executable, "-m", "gitexp")
    run_with_umask(shared, *exp, "init")
    for turn in range(6):
        shared.write("layers.py", f"size = {turn}\n")
        run_with_umask(shared, *exp, "new", f"tcn_{turn}", "-m", "acc 0.5")
        run_with_umask(shared, "git", "add", "layers.py", member=True)
        run_with_umask(shared, "git", "commit", "-q", "-m", f"turn {turn}", member=True)
        run_with_umask(shared, *exp, "note", "-m", "acc 0.6")
        run_with_umask(shared, *exp, "filter", "add", f"f{turn}", "layers.py")
        run_with_umask(shared, *exp, "log", "--filter", f"f{turn}")
        run_with_umask(shared, *exp, "table")
        run_with_umask(shared, "git", "pack-refs", "--all", member=True)
    assert list_closed(shared) == []
    assert "experiments: 6\n" in shared.exp("status")
    shared.git("fsck", "--strict")


def list_closed(project: Project) -> list[str]:
    """Return the files and folders of git that the group may not write."""
    git_dir = project.top / ".git"
    closed = []
    for path in sorted(git_dir.rglob("*")):
        name = path.relative_to(git_dir).as_posix()
        if path.name in OWNERS_ONLY or name.startswith(("hooks/", "gitexp/hooks/")):
            continue
        if path.is_file() and name.startswith("objects/"):
            continue
        if not path.stat().st_mode & stat.S_IWGRP:
            closed.append(name)
    return closed


def test_opening_a_database_again_keeps_the_locks_of_the_first(tmp_path: Path) -> None:
    """Closing any descriptor of a file gives up all locks that the process holds on it."""
    path = tmp_path / "index.sqlite"
    create_database_file(str(path))
    begin = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("CREATE TABLE t(x)")
        first.execute("BEGIN IMMEDIATE")
        create_database_file(str(path))
        other = subprocess.run(
            [sys.executable, "-c", begin, str(path)], capture_output=True, text=True, check=False
        )
        assert "database is locked" in other.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["index.sqlite"]
