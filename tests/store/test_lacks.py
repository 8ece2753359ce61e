"""A snapshot can always be taken, and says what it lacks."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def break_filter(project: Project) -> None:
    project.write(".gitattributes", "*.ipynb filter=strip\n")
    project.git("config", "filter.strip.clean", "no-such-program")
    project.git("config", "filter.strip.required", "true")
    project.write("train.ipynb", "{}")


def dirty_submodule(project: Project) -> None:
    other = Project.create(project.top.parent / "other")
    allow = ("-c", "protocol.file.allow=always")
    project.git(*allow, "submodule", "--quiet", "add", str(other.top), "sub")
    project.commit("submodule")
    Project(project.top / "sub").write("layers.py", "dirty inside")


def nest_repository(project: Project) -> None:
    Project.create(project.top / "nested")


def assume_unchanged(project: Project) -> None:
    project.git("update-index", "--assume-unchanged", "layers.py")
    project.write("layers.py", "password = 1\n")


def skip_worktree(project: Project) -> None:
    project.git("update-index", "--skip-worktree", "layers.py")
    project.write("layers.py", "password = 1\n")


def exceed_limit(project: Project) -> None:
    project.write("data.bin", "x" * (1 << 20) + "y")


CASES: dict[str, tuple[Callable[[Project], None], str]] = {
    "broken filter": (break_filter, "train.ipynb (cannot run no-such-program"),
    "dirty submodule": (dirty_submodule, "sub (a submodule with changes"),
    "nested repository": (nest_repository, "nested/ (a git repository of its own)"),
    "assume-unchanged": (assume_unchanged, "layers.py (git was told not to see its edits)"),
    "skip-worktree": (skip_worktree, "layers.py (git was told not to see its edits)"),
    "over the limit": (exceed_limit, "data.bin (over 1 MiB and not in git)"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_recorded_and_says_what_it_lacks(begun: Project, case: str) -> None:
    prepare, lack = CASES[case]
    prepare(begun)
    begun.write("new.py", "kept = 1\n")
    ran = begun.run("new", "e1", "-m", "acc 0.5 at first")
    assert ran.code == 0, ran.err
    assert lack.split(" ")[0] in ran.out + ran.err
    assert ran.err.count("\n") == (0 if case == "over the limit" else 1)
    experiment = begun.experiment("e1")
    assert [metric["value"] for metric in experiment["metrics"]] == ["0.5"]
    (snapshot,) = experiment["snapshots"]
    (said,) = snapshot["lacks"]
    assert said.startswith(lack)
    assert begun.git("show", f"{snapshot['commit']}:new.py") == "kept = 1"
    assert "password" not in begun.git("grep", "-c", "", snapshot["commit"])
    assert lack.split(" ")[0] in begun.exp("snapshot", "list", "e1").replace("\n", "")


@pytest.mark.parametrize("case", CASES)
def test_a_note_that_opens_a_trial_is_recorded(begun: Project, case: str) -> None:
    prepare, lack = CASES[case]
    prepare(begun)
    begun.write("new.py", "kept = 1\n")
    assert begun.run("note", "-m", "tcn_1 acc 0.5").code == 0
    (said,) = begun.experiment("tcn_1")["snapshots"][0]["lacks"]
    assert said.startswith(lack)


def test_a_clean_tree_lacks_nothing(begun: Project) -> None:
    begun.git("update-index", "--assume-unchanged", "layers.py")
    begun.git("update-index", "--skip-worktree", "train.ipynb")
    ran = begun.run("new", "e1")
    assert (ran.out, ran.err) == ("+ e1\n", "")
    assert begun.experiment("e1")["snapshots"][0]["lacks"] == []


def test_only_what_cannot_be_stored_is_missing(begun: Project) -> None:
    break_filter(begun)
    for number in range(9):
        begun.write(f"module{number}.py", f"x = {number}\n")
        begun.write(f"book{number}.ipynb", "{}")
    begun.run("new", "e1")
    snapshot = begun.experiment("e1")["snapshots"][0]
    names = begun.git("ls-tree", "-r", "--name-only", snapshot["commit"]).split("\n")
    assert [name for name in names if name.startswith("module")] == [
        f"module{number}.py" for number in range(9)
    ]
    assert len(snapshot["lacks"]) == 10
    assert "and 7 more" in begun.run("snapshot", "take", "e1").err


def test_a_file_that_cannot_be_read(begun: Project) -> None:
    secret = begun.write("secret.py", "x = 1\n")
    secret.chmod(0)
    if os.access(secret, os.R_OK):
        pytest.skip("this user reads every file")
    ran = begun.run("new", "e1", "-m", "words")
    assert (ran.code, "secret.py" in ran.err) == (0, True)


def test_where_git_cannot_read_the_tree_the_words_are_kept(begun: Project, tmp_path: Path) -> None:
    begun.write("layers.py", "changed\n")
    (begun.top / ".git" / "index").write_bytes(b"no index")
    ran = begun.run("new", "e1", "-m", "acc 0.5")
    assert ran.code == 0, ran.err
    assert "its code was not kept" in ran.err
    experiment = begun.experiment("e1")
    assert (experiment["snapshots"], experiment["links"]) == ([], [])
    assert experiment["metrics"][0]["value"] == "0.5"
    assert begun.git("log", "-1", "--notes=gitexp", "--format=%N") == "exp e1 acc=0.5 +changes"


def test_a_bare_repository_says_what_to_do(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    bare = Project(tmp_path / "bare")
    bare.begin()
    assert "--no-snapshot" in bare.fails("new", "e1")
    assert bare.exp("new", "e1", "--no-snapshot") == "+ e1\n"
