"""Every kind of repository: the verbs work there, or say in one line what to do."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitexp.store.git_database import GitDatabase
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

FORMS = {
    "sha256": ("--object-format=sha256",),
    "reftable": ("--ref-format=reftable",),
    "both": ("--object-format=sha256", "--ref-format=reftable"),
}


def make_repository(top: Path, *options: str) -> Project:
    """A repository of a kind with one commit; skipped where this git makes none."""
    top.mkdir(parents=True)
    project = Project(top)
    done = subprocess.run(
        ["git", "init", "-q", "-b", "main", *options], cwd=top, capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"this git makes no repository with {' '.join(options)}")
    project.write("train.py", "LR = 0.1\n\n\ndef model(x):\n    return x * LR\n")
    project.commit("first")
    return project


def record_two_trials(project: Project) -> None:
    project.exp("init")
    project.exp("new", "base", "-m", "最初")
    project.write("train.py", "LR = 0.2\n\n\ndef model(x):\n    return x * LR\n")
    project.exp("new", "next", "-m", "acc 0.7 next")
    project.commit("lr 0.2")
    project.exp("note", "-m", "思ったより良い")


def check_verbs(project: Project) -> None:
    """Look at two trials with every verb that reads code, refs or the branch."""
    for answer in (project.exp("list"), project.exp("journal"), project.exp("show", "next")):
        assert "思ったより良い" in answer
    project.exp("filter", "add", "model", "train.py::LR")
    assert "LR 0.1 → 0.2" in project.exp("log", "--filter", "model")
    assert "[next acc=0.7]" in project.exp("log")
    assert "LR 0.1 → 0.2" in project.exp("diff", "base", "next")
    assert "LR = 0.2" in project.exp("excerpt", "next", "--filter", "model")
    assert "0.2" in project.exp("table")
    assert "experiments: 2" in project.exp("status")
    assert "filter" in project.exp("undo")
    assert project.exp("doctor").strip() == "all is well"
    project.git("fsck", "--strict")


@pytest.mark.parametrize("form", FORMS)
def test_the_verbs_work_in_every_form_of_git(tmp_path: Path, form: str) -> None:
    project = make_repository(tmp_path / "p", *FORMS[form])
    record_two_trials(project)
    check_verbs(project)
    assert isinstance(project.record().database, GitDatabase)


@pytest.mark.parametrize("form", FORMS)
def test_two_clones_of_every_form_meet(tmp_path: Path, form: str) -> None:
    here = make_repository(tmp_path / "here", *FORMS[form])
    server = tmp_path / "server.git"
    here.git("init", "-q", "--bare", *FORMS[form], str(server))
    here.git("remote", "add", "origin", f"file://{server}")
    here.git("push", "-q", "origin", "main")
    record_two_trials(here)
    here.exp("sync")
    there = Project(tmp_path / "there")
    form_of_refs = [option for option in FORMS[form] if "ref" in option]
    here.git("clone", "-q", *form_of_refs, f"file://{server}", str(there.top))
    there.exp("note", "-m", "from there")
    here.exp("note", "-m", "from here")
    there.exp("sync")
    here.exp("sync")
    there.exp("sync")
    for project in (here, there):
        for text in ("最初", "from here", "from there"):
            assert text in project.exp("journal")
        assert "not pushed" not in project.exp("status")
    assert here.git("rev-parse", "gitexp") == there.git("rev-parse", "gitexp")
    assert "LR 0.1 → 0.2" in there.exp("diff", "base", "next", "--rule", "train.py")
    assert here.exp("doctor").strip() == "all is well"


@pytest.mark.parametrize("form", FORMS)
def test_a_rewritten_commit_keeps_its_tie_in_every_form(tmp_path: Path, form: str) -> None:
    project = make_repository(tmp_path / "p", *FORMS[form])
    record_two_trials(project)
    project.git("commit", "-q", "--amend", "-m", "lr 0.2, amended")
    assert "[next acc=0.7]" in project.exp("log", "--rule", "train.py", "-n", "1")
