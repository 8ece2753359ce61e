"""The git process behind pipes, on real git."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitexp.errors import RepositoryError
from gitexp.store.repository import Repository
from tests.project import ROOT, Project


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.discover(Project.create(tmp_path / "project").top)


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def _pipes() -> set[str]:
    """The pipes that this process holds an end of."""
    held = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            held.add(str(entry.readlink()))
        except FileNotFoundError:
            continue  # the folder itself, as it was listed
    return {name for name in held if name.startswith("pipe:")}


# What other tests left behind may go at any time: only what is new is looked at.


def test_it_answers_and_ends_without_a_trace(repository: Repository) -> None:
    children, pipes = _children(), _pipes()
    process = repository.start("cat-file", "--batch-check")
    process.stdin.write(b"HEAD\nnothing\n")
    process.stdin.flush()
    assert process.stdout.readline().split()[1] == b"commit"
    assert process.stdout.readline() == b"nothing missing\n"
    assert len(_children() - children) == 1
    assert len(_pipes() - pipes) == 2
    assert process.wait() == 0
    assert not _children() - children
    assert not _pipes() - pipes


def test_one_that_is_not_done_is_ended(repository: Repository) -> None:
    children, pipes = _children(), _pipes()
    process = repository.start("cat-file", "--batch")
    process.stdin.write(
        b"HEAD\n" * 10_000
    )  # the answers are more than a pipe holds, and nobody reads them
    process.kill()
    assert not _children() - children
    assert not _pipes() - pipes


def test_a_failure_is_told_by_its_code(repository: Repository) -> None:
    assert repository.start("no-such-command").wait() == 1


def test_a_failure_names_gits_verb(repository: Repository) -> None:
    with pytest.raises(RepositoryError, match=r"^git cat-file failed: fatal: .*nothing"):
        repository.run_git("-c", "core.splitIndex=false", "cat-file", "blob", "nothing")


def test_it_does_not_keep_the_pipes_of_another_open(repository: Repository) -> None:
    first, second = repository.start("cat-file", "--batch"), repository.start("cat-file", "--batch")
    assert first.wait() == 0  # it ends when its input does: the second child must not hold that
    second.kill()


def test_without_git_it_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    pipes = _pipes()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RepositoryError, match="git is not installed"):
        repository.start("status")
    assert not _pipes() - pipes


@pytest.mark.parametrize("closed", [(0,), (1,), (0, 1, 2)])
def test_standard_streams_may_be_closed(closed: tuple[int, ...], tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    head = project.git("rev-parse", "HEAD")
    script = f"""
import os
for stream in {closed}:
    os.close(stream)
from gitexp.store.objects import ObjectReader
from gitexp.store.repository import Repository
told = ObjectReader(Repository.discover(".")).read_commit("{head}")
open({str(tmp_path / "told")!r}, "w").write(told.subject)
"""
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=project.top,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (tmp_path / "told").read_text() == "first"
