"""The user's own git commands print what they print without a record, but for its branch."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest

from tests.pages import find_examples
from tests.project import Project

COMMANDS = (
    *(
        "status",
        "log --decorate",
        "branch -a",
        "diff HEAD",
        "stash list",
        "reflog",
        "worktree list",
    ),
    *("fetch -v origin", "push --porcelain origin main", "tag", "config -l"),
    *("describe --always", "rev-list --count HEAD", "branch -r --contains HEAD"),
)


@pytest.fixture
def with_record(begun: Project) -> Project:
    """A repository with trials, notes and kept code, all of it pushed; its copy has no record."""
    remote = begun.top.parent / "remote.git"
    begun.git("remote", "add", "origin", "../remote.git")
    for ref in begun.git("for-each-ref", "--format=%(refname)").split():
        if "gitexp" in ref:
            begun.git("update-ref", "-d", ref)
    shutil.rmtree(begun.top / ".git/gitexp")
    begun.write("other.py", "a change that is not committed\n")
    plain = shutil.copytree(begun.top, begun.top.parent / "plain" / begun.top.name)
    for folder in (remote, plain.parent / "remote.git"):
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    for project in (begun, Project(plain)):
        project.git("push", "-q", "-u", "origin", "main")
    begun.exp("init")
    for number in range(3):
        begun.write("layers.py", f"size = {number}\n")
        begun.exp("new", f"t{number}", "-m", f"acc 0.{number}")
    begun.exp("push")
    begun.git("fetch", "-q")
    begun.git("checkout", "-q", "layers.py")
    return begun


def run_plainly(project: Project, command: str) -> list[str]:
    """Return the lines of a command that do not name the record."""
    done = subprocess.run(
        ["git", *shlex.split(command)], cwd=project.top, capture_output=True, text=True, check=True
    )
    lines = f"{done.stdout}{done.stderr}".replace(str(project.top.parent), "").splitlines()
    return [line for line in lines if "gitexp" not in line]


def test_they_print_the_same(with_record: Project) -> None:
    plain = Project(with_record.top.parent / "plain" / with_record.top.name)
    for command in COMMANDS:
        expected = run_plainly(plain, command)
        assert run_plainly(with_record, command) == expected, command
    assert "gitexp" in with_record.git("branch", "-a")


def test_the_pattern_of_the_page_leaves_the_record_out(with_record: Project) -> None:
    (line,) = [
        example.command
        for example in find_examples("together.md")
        if "--exclude" in example.command and "log" in example.command.split()[:2]
    ]
    commits = with_record.git("rev-list", "main").split()
    words = shlex.split(line)[1:]
    assert len(with_record.git(*words).splitlines()) == len(commits)
    assert len(with_record.git("log", "--oneline", "--all").splitlines()) > len(commits) + 3
