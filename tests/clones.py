"""Clones as they come over a network: a clone by path copies every object and hides what was not
pushed.
"""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "SIZE = {0}\n\n\ndef encode(x):\n    return x * SIZE\n\n\ndef other(x):\n    return {0}\n"
RULES = ("model.py::SIZE", "model.py::encode")

PUSHED_BRANCHES = ("main", "gitexp", "refs/notes/gitexp")
"""The record without the snapshots."""


class Pair(NamedTuple):
    """A clone that recorded, a bare remote, and a second clone of it."""

    first: Project
    remote: Path
    second: Project


def make_first(folder: Path) -> Project:
    """Make a repository with two trials on dirty trees, and a filter saved on the second."""
    copy_built(folder, _build_first)
    return Project(folder / "first")


def _build_first(folder: Path) -> None:
    made = Project(folder / "first")
    made.top.mkdir()
    made.git("init", "-q", "-b", "main")
    made.write("model.py", MODEL.format(1))
    made.commit("first")
    made.begin()
    for number, name in ((2, "t1"), (3, "t2")):
        made.write("model.py", MODEL.format(number))
        made.exp("new", name, "-m", f"{name} acc 0.{number}\nthought {number} #tcn")
    made.exp("filter", "add", "model", *RULES)
    add_remote(made, folder / "remote.git")


def add_remote(project: Project, folder: Path) -> None:
    """Give a repository an empty bare ``origin`` that serves partial clones."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        subprocess.run(["git", "-C", str(folder), "config", name, "true"], check=True)
    project.git("remote", "add", "origin", f"file://{folder}")


def clone(remote: Path, folder: Path, *options: str) -> Project:
    """Clone a remote as over a network."""
    subprocess.run(["git", "clone", "-q", *options, f"file://{remote}", str(folder)], check=True)
    return Project(folder)


def make_pair(folder: Path) -> Pair:
    """Make a first clone whose branches alone are pushed, and a second clone with the record."""
    copy_built(folder, _build_pair)
    return Pair(Project(folder / "first"), folder / "remote.git", Project(folder / "second"))


def _build_pair(folder: Path) -> None:
    make_first(folder).git("push", "-q", "origin", *PUSHED_BRANCHES)
    clone(folder / "remote.git", folder / "second").exp("init")


def run_line(project: Project, line: str) -> str:
    """Run a line ``git ...`` or ``git exp ...`` as a shell would."""
    program, *words = shlex.split(line)
    assert program == "git", line
    if words[0] == "exp":
        return project.exp(*words[1:])
    return project.git(*words)
