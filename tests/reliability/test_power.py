"""The power fails: what was acknowledged is there, and git and every verb go on.

A small library, which is compiled here, writes down what the disk has at each sync. From that the git
folder is made as it may be found after the power came back: files that were not synced are as they were
before, or empty; names that were not synced are as before, or as they were at the end.
"""

from __future__ import annotations

import shutil
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.reliability.preload import compile_library

if TYPE_CHECKING:
    from tests.project import Project

SOURCE = Path(__file__).with_name("power.c")
COMMANDS = {
    "note": ("note", "base", "-m", "acc 0.5 {w}"),
    "new": ("new", "{w}_new", "-m", "acc 0.3 {w}"),
    "metric": ("metric", "base", "loss=0.25"),
    "filter": ("filter", "add", "model", "layers.py"),
}
MOST_SYNCS = {"note": 6, "new": 8, "metric": 6, "filter": 10}


class Sync(NamedTuple):
    """What the disk got by one call. ``content`` of a file; ``names``: inode by name, of a folder."""

    inode: int
    content: bytes = b""
    names: dict[str, int] | None = None
    is_forgotten: bool = False


class Disk:
    """A git folder as the disk has it."""

    def __init__(self, top: Path) -> None:
        self.files: dict[int, bytes] = {}
        self.folders: dict[int, dict[str, int]] = {}
        self.root = top.stat().st_ino
        for folder in (top, *(path for path in top.rglob("*") if path.is_dir())):
            paths = list(folder.iterdir())
            self.folders[folder.stat().st_ino] = {path.name: path.stat().st_ino for path in paths}
            for path in paths:
                if path.is_file():
                    self.files[path.stat().st_ino] = path.read_bytes()

    def take(self, sync: Sync) -> None:
        """Write what a sync wrote."""
        if sync.is_forgotten:
            if not any(sync.inode in names.values() for names in self.folders.values()):
                self.files.pop(sync.inode, None)
        elif sync.names is None:
            self.files[sync.inode] = sync.content
        else:
            self.folders[sync.inode] = sync.names

    def copy(self) -> Disk:
        """Return a disk with the same."""
        other = copy(self)
        other.files, other.folders = dict(self.files), dict(self.folders)
        return other

    def write(self, target: Path, inode: int, folders: set[int]) -> None:
        """Write a folder of the disk into a new one. ``folders``: inodes of all that ever were."""
        target.mkdir()
        for name, inner in self.folders.get(inode, {}).items():
            if inner in folders:
                self.write(target / name, inner, folders)
            else:
                (target / name).write_bytes(self.files.get(inner, b""))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_library(SOURCE, tmp_path_factory.mktemp("power"))


def read_syncs(folder: Path) -> list[Sync]:
    syncs = []
    for file in sorted(folder.iterdir()):
        text = file.name.partition(" ")[2]
        inode = int(text.rstrip("+-"))
        if text.endswith("-"):
            syncs.append(Sync(inode, is_forgotten=True))
        elif text.endswith("+"):
            lines = [line.partition(" ") for line in file.read_text().splitlines()]
            syncs.append(Sync(inode, names={name: int(number) for number, _, name in lines}))
        else:
            syncs.append(Sync(inode, file.read_bytes()))
    return syncs


def record(project: Project, library: Path, verb: str, word: str) -> tuple[Disk, list[Sync]]:
    """Run a verb and return the disk before it, and what was synced."""
    project.write("layers.py", f"size = '{word}'\n")
    log = project.top.parent / f"syncs-{word}"
    log.mkdir()
    before = Disk(project.top / ".git")
    words = [part.format(w=word) for part in COMMANDS[verb]]
    env = {"LD_PRELOAD": str(library), "POWER_LOG": str(log)}
    ran = project.process(*words, env=env)
    assert ran.code == 0, ran
    return before, read_syncs(log)


@pytest.mark.parametrize("names", ["synced", "all"])
@pytest.mark.parametrize("verb", COMMANDS)
def test_the_power_fails(
    project: Project, library: Path, tmp_path: Path, verb: str, names: str
) -> None:
    project.exp("new", "base", "-m", "acc 0.1")
    project.exp("note", "base", "-m", "acc 0.2 first")
    before, syncs = record(project, library, verb, f"w{verb}")
    recorded = project.git("rev-parse", "gitexp")
    end = Disk(project.top / ".git")
    # Where the names are those of the end, only the end itself is a state that can be.
    cuts = range(len(syncs) + 1) if names == "synced" else [len(syncs)]
    for cut in cuts:
        disk = before.copy()
        for sync in syncs[:cut]:
            disk.take(sync)
        if names == "all":
            disk.folders = end.folders
        shutil.rmtree(project.top / ".git")
        disk.write(project.top / ".git", disk.root, set(end.folders))
        check(project, recorded if cut == len(syncs) else "")


def check(project: Project, recorded: str) -> None:
    """git and every verb go on; what was acknowledged is there."""
    project.git("fsck", "--strict")
    if recorded:
        assert project.git("rev-parse", "gitexp") == recorded
    assert "first" in project.exp("show", "base")
    project.exp("note", "base", "-m", "acc 0.9 afterwards")
    project.git("gc", "-q", "--prune=now")
    project.git("fsck", "--strict")
    assert "base acc=0.9" in project.git("log", "-1", "--notes=gitexp")


@pytest.mark.parametrize("verb", COMMANDS)
def test_how_often_a_record_waits_for_the_disk(project: Project, library: Path, verb: str) -> None:
    project.exp("new", "base", "-m", "acc 0.1")
    project.exp("note", "base", "-m", "acc 0.2")
    _, syncs = record(project, library, verb, "w1")
    assert sum(not sync.is_forgotten for sync in syncs) <= MOST_SYNCS[verb]
