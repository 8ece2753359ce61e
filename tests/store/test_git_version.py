"""An old git: recording works, and what does not is said in one line."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

# What git 2.30.2 (Debian 11) answers to the options that came after it.
OLD_GIT = """#!/bin/sh
for word; do
    case $word in
    --version) echo "git version 2.30.2"; exit 0 ;;
    --diff-merges=*) echo "fatal: unrecognized argument: $word" >&2; exit 128 ;;
    --path-format=*) echo "$word" ;;
    esac
done
exec {git} "$@"
"""


@pytest.fixture
def old_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = shutil.which("git")
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    script.write_text(OLD_GIT.format(git=git), encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("old_git")
def test_recording_works_and_following_code_says_what_to_do(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p")
    assert "hooks: installed" in project.exp("init")
    project.exp("new", "tcn", "-m", "text")
    project.exp("note", "-m", "more")
    assert "more" in project.exp("show", "tcn")
    line = project.fails("log", "--rule", "layers.py")
    assert "git version 2.30.2 does not list what a merge changed" in line
    assert "install git 2.31 or newer" in line
    assert "install git 2.31 or newer" in project.run("doctor").out
    project.git("worktree", "add", "-q", str(tmp_path / "side"))
    side = Project(tmp_path / "side")
    assert "experiments: 1" in side.exp("status")
    project.git("clone", "-q", "--bare", str(project.top), str(tmp_path / "bare.git"))
    assert "experiments" in Project(tmp_path / "bare.git").exp("status")
