"""Every kind of repository: the verbs work there, or say in one line what to do."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitexp.store.database import Database
from gitexp.store.lock import find_lock_file
from gitexp.store.repository import Repository
from tests.project import Project, init_repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMS = {
    "sha256": ("--object-format=sha256",),
    "reftable": ("--ref-format=reftable",),
    "both": ("--object-format=sha256", "--ref-format=reftable"),
}


def make_repository(top: Path, *options: str) -> Project:
    """A repository of a kind with one commit; skipped where this git makes none."""
    project = init_repository(top, *options)
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
    assert isinstance(project.record().database, Database)


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
    assert here.git("rev-parse", "gitexp") == there.git("rev-parse", "gitexp")
    for project in (here, there):
        for text in ("最初", "from here", "from there"):
            assert text in project.exp("journal")
        assert "not pushed" not in project.exp("status")
        assert "not pushed" not in project.exp("list")
        project.exp("note", "-m", "one more")
        assert "not pushed: records (git exp push)" in project.exp("list")
    assert "LR 0.1 → 0.2" in there.exp("diff", "base", "next", "--rule", "train.py")
    assert here.exp("doctor").strip() == "all is well"


@pytest.mark.parametrize("form", FORMS)
def test_a_rewritten_commit_keeps_its_tie_in_every_form(tmp_path: Path, form: str) -> None:
    project = make_repository(tmp_path / "p", *FORMS[form])
    record_two_trials(project)
    project.git("commit", "-q", "--amend", "-m", "lr 0.2, amended")
    assert "[next acc=0.7]" in project.exp("log", "--rule", "train.py", "-n", "1")
    project.git("config", "core.hooksPath", "/dev/null")
    project.write("train.py", "LR = 0.3\n")
    project.commit("without a hook")
    assert "without a hook  [next acc=0.7]" in project.exp("log", "--rule", "train.py", "-n", "1")


def _clone(source: Project, top: Path, *options: str) -> Project:
    """A clone with full history and an address that takes pushes."""
    source.git("config", "uploadpack.allowFilter", "true")
    source.git("config", "receive.denyCurrentBranch", "ignore")
    source.git("clone", "-q", *options, f"file://{source.top}", str(top))
    return Project(top)


def separate_git_folder(source: Project, folder: Path) -> Project:
    return _clone(source, folder / "p", f"--separate-git-dir={folder / 'store'}")


def sparse_index(source: Project, folder: Path) -> Project:
    project = _clone(source, folder / "p")
    project.git("sparse-checkout", "init", "--cone", "--sparse-index")
    project.git("sparse-checkout", "set", "docs")
    assert not (project.top / "other").exists()
    return project


def submodule(source: Project, folder: Path) -> Project:
    outer = make_repository(folder / "outer")
    outer.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(source.top), "in"
    )
    outer.commit("with a submodule")
    return Project(outer.top / "in")


def linked_worktree(source: Project, folder: Path) -> Project:
    source.git("worktree", "add", "-q", "-b", "side", str(folder / "p"))
    return Project(folder / "p")


def worktree_settings(source: Project, folder: Path) -> Project:
    project = _clone(source, folder / "p")
    project.git("config", "extensions.worktreeConfig", "true")
    return project


def relative_worktree(source: Project, folder: Path) -> Project:
    options = ("worktree", "add", "-q", "--relative-paths", "-b", "side", str(folder / "p"))
    done = subprocess.run(["git", *options], cwd=source.top, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("this git makes no relative worktrees")
    return Project(folder / "p")


def shallow_clone(source: Project, folder: Path) -> Project:
    return _clone(source, folder / "p", "--depth=1")


def partial_clone(source: Project, folder: Path) -> Project:
    return _clone(source, folder / "p", "--filter=blob:none")


def detached_head(source: Project, folder: Path) -> Project:
    project = _clone(source, folder / "p")
    project.git("switch", "-q", "--detach")
    return project


def crlf_checkout(source: Project, folder: Path) -> Project:
    project = _clone(source, folder / "p", "-c", "core.autocrlf=true")
    assert b"\r\n" in (project.top / "train.py").read_bytes()
    return project


def group_shared(source: Project, folder: Path) -> Project:
    project = _clone(source, folder / "p")
    project.git("init", "-q", "--shared=group")
    return project


def ignored_case(source: Project, folder: Path) -> Project:
    project = _clone(source, folder / "p")
    project.git("config", "core.ignoreCase", "true")
    return project


KINDS = (
    separate_git_folder,
    sparse_index,
    submodule,
    linked_worktree,
    worktree_settings,
    relative_worktree,
    shallow_clone,
    partial_clone,
    detached_head,
    crlf_checkout,
    group_shared,
    ignored_case,
)


@pytest.mark.parametrize("make", KINDS)
def test_the_verbs_work_in_every_kind(
    tmp_path: Path, make: Callable[[Project, Path], Project]
) -> None:
    source = make_repository(tmp_path / "source")
    source.write("other/long.py", "x = 1\n")
    source.write("docs/a.md", "text\n")
    source.commit("more")
    project = make(source, tmp_path)
    record_two_trials(project)
    (snapshot,) = project.json("show", "next")["snapshots"]
    files = project.git("ls-tree", "-r", "--name-only", snapshot["commit"]).split()
    assert files == ["docs/a.md", "other/long.py", "train.py"]
    assert project.git("show", f"{snapshot['commit']}:train.py").startswith("LR = 0.2\n")
    check_verbs(project)
    assert project.git("status", "--porcelain") == ""


def test_worktrees_have_active_experiments_of_their_own(tmp_path: Path) -> None:
    main = make_repository(tmp_path / "main")
    record_two_trials(main)
    side = linked_worktree(main, tmp_path)
    side.exp("new", "elsewhere", "-m", "in the other worktree")
    main.exp("note", "-m", "still here")
    side.write("train.py", "LR = 0.3\n")
    side.commit("in the other worktree")
    assert "still here" in main.exp("show", "next")
    assert "active: next" in main.exp("status")
    assert "active: elsewhere" in side.exp("status")
    assert "[elsewhere" in side.exp("log", "--rule", "train.py", "-n", "1")


def test_an_unborn_branch(tmp_path: Path) -> None:
    tmp_path.joinpath("p").mkdir()
    project = Project(tmp_path / "p")
    project.git("init", "-q", "-b", "main")
    project.write("train.py", "LR = 0.1\n\n\ndef model(x):\n    return x * LR\n")
    project.exp("init")
    project.exp("new", "base", "-m", "最初")
    project.commit("first")
    project.write("train.py", "LR = 0.2\n\n\ndef model(x):\n    return x * LR\n")
    project.exp("new", "next", "-m", "acc 0.7 next")
    project.commit("lr 0.2")
    project.exp("note", "-m", "思ったより良い")
    check_verbs(project)


def _begin_conflict(project: Project) -> None:
    """Two branches that changed one line."""
    project.git("switch", "-q", "-c", "side")
    project.write("train.py", "LR = 0.5\n\n\ndef model(x):\n    return x * LR\n")
    project.commit("lr 0.5")
    project.git("switch", "-q", "main")
    project.write("train.py", "LR = 0.6\n\n\ndef model(x):\n    return x * LR\n")
    project.commit("lr 0.6")


@pytest.mark.parametrize(
    ("verb", "tied"), [("merge", "between"), ("rebase", "next"), ("cherry-pick", "next")]
)
def test_in_the_middle_of_a_conflict(tmp_path: Path, verb: str, tied: str) -> None:
    """A commit that git writes anew stays with its trial; a merge is of the active one."""
    project = make_repository(tmp_path / "p")
    record_two_trials(project)
    _begin_conflict(project)
    project.git(verb, "side", check=False)
    before = project.git("status", "--porcelain=v2")
    assert "UU" in project.git("status", "--porcelain")
    project.exp("new", "between", "-m", "tried while the merge is open")
    project.exp("note", "-m", "acc 0.4 with both")
    assert project.git("status", "--porcelain=v2") == before
    (snapshot,) = project.json("show", "between")["snapshots"]
    assert "<<<<<<<" in project.git("show", f"{snapshot['commit']}:train.py")
    project.write("train.py", "LR = 0.7\n\n\ndef model(x):\n    return x * LR\n")
    project.git("add", "train.py")
    project.git("-c", "core.editor=true", verb, "--continue")
    assert f"[{tied}" in project.exp("log", "--rule", "train.py", "-n", "1")
    assert project.exp("doctor").strip() == "all is well"


def test_a_bare_repository_records_without_snapshots(tmp_path: Path) -> None:
    source = make_repository(tmp_path / "source")
    bare = Project(tmp_path / "bare.git")
    source.git("clone", "-q", "--bare", str(source.top), str(bare.top))
    bare.exp("init")
    assert "--no-snapshot" in bare.fails("new", "base")
    bare.exp("new", "base", "--no-snapshot", "-m", "最初")
    bare.exp("note", "-m", "思ったより良い")
    assert "思ったより良い" in bare.exp("show", "base")
    bare.exp("filter", "add", "model", "train.py::LR")
    assert "LR = 0.1" in bare.exp("log")
    assert bare.exp("doctor").strip() == "all is well"


def test_paths_that_are_no_utf8_and_very_long(tmp_path: Path) -> None:
    project = make_repository(tmp_path / "p")
    project.exp("init")
    project.write(os.fsdecode(b"caf\xe9 \x01.py"), "LR = 1\n")
    long_path = "/".join(["a" * 200] * 6) + "/deep.py"
    project.write(long_path, "LR = 1\n")
    project.exp("new", "odd", "-m", "odd names")
    (snapshot,) = project.json("show", "odd")["snapshots"]
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "-z", "--name-only", snapshot["commit"]],
        cwd=project.top,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    assert b"caf\xe9 \x01.py" in listed
    assert long_path.encode() in listed
    project.git("add", "-A")
    project.git("commit", "-q", "-m", "odd names")
    assert "LR = 1" in project.exp("log", "--rule", long_path)
    assert project.exp("doctor").strip() == "all is well"


def test_ids_that_a_disk_without_case_would_mix_up(tmp_path: Path) -> None:
    project = make_repository(tmp_path / "p")
    project.git("config", "core.ignoreCase", "true")
    project.exp("init")
    for name in ("Tcn", "tcn", "con", "NUL.txt"):
        project.exp("new", name, "-m", f"text of {name}")
    names = [path.lower() for path in project.git("ls-tree", "-r", "--name-only", "gitexp").split()]
    assert len(names) == len(set(names))
    for name in ("Tcn", "tcn", "con", "NUL.txt"):
        assert f"text of {name}" in project.exp("show", name)


@pytest.mark.parametrize("form", FORMS)
def test_a_lock_that_a_killed_git_left_is_found_in_every_form(tmp_path: Path, form: str) -> None:
    project = make_repository(tmp_path / "p", *FORMS[form])
    project.exp("init")
    lock = find_lock_file(Repository.discover(project.top), "refs/heads/gitexp")
    lock.touch()
    os.utime(lock, (1_560_000_000, 1_560_000_000))
    assert project.run("doctor").out.count("a killed git left a lock") == 1
    project.exp("note", "-m", "written all the same")
    assert not lock.exists()
