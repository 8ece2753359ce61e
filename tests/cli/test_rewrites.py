"""What ties trials to commits lives through every way to write a commit anew, whoever owns the
hooks; and no trial gets a commit that is not its own.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT_ONCE = {"FILTER_BRANCH_SQUELCH_WARNING": "1"}  # git waits for ten seconds otherwise
HOOK = "#!/bin/sh\nexec no-such-hook-manager run {0} || exit 0\n"


def own_hooks(project: Project) -> None:
    project.exp("init")


def hooks_elsewhere(project: Project) -> None:
    folder = project.top.parent / "shared-hooks"
    folder.mkdir()
    project.git("config", "core.hooksPath", str(folder))
    project.exp("init")


def husky(project: Project) -> None:
    for name in ("pre-commit", "post-commit", "post-rewrite"):
        project.write(f".husky/_/{name}", '#!/usr/bin/env sh\n. "${0%/*}/h"\n').chmod(0o755)
    project.write(".husky/_/h", "exit 0\n")
    project.write(".husky/_/.gitignore", "*\n")
    project.git("config", "core.hooksPath", ".husky/_")
    project.exp("init")


def pre_commit(project: Project) -> None:
    hook = project.write(".git/hooks/pre-commit", "#!/usr/bin/env bash\nexit 0\n")
    hook.chmod(0o755)
    project.exp("init")
    project.write(".git/hooks/post-commit", "#!/usr/bin/env python3\n")  # its installer is later
    (project.top / ".git/hooks/post-commit").chmod(0o755)


def lefthook(project: Project) -> None:
    for name in ("pre-commit", "post-commit", "post-rewrite"):
        text = f"#!/bin/sh\ncall_lefthook() {{ :; }}\ncall_lefthook run {name}\n"
        project.write(f".git/hooks/{name}", text).chmod(0o755)
    project.exp("init")


SITUATIONS: dict[str, Callable[[Project], None]] = {
    "ours": own_hooks,
    "elsewhere": hooks_elsewhere,
    "husky": husky,
    "pre-commit": pre_commit,
    "lefthook": lefthook,
}


def rebase_with(project: Project, edit: str) -> None:
    editors = {"GIT_SEQUENCE_EDITOR": f"sed -i {edit}", "GIT_EDITOR": "true"}
    project.git("rebase", "-q", "-i", "HEAD~2", env=editors)


def amend(project: Project) -> None:
    project.git("commit", "-q", "--amend", "-m", "in better words")


def rebase_merge(project: Project) -> None:
    project.git("rebase", "-q", "main")


def rebase_apply(project: Project) -> None:
    project.git("rebase", "-q", "--apply", "main")


def squash(project: Project) -> None:
    rebase_with(project, "2s/pick/squash/")


def fixup(project: Project) -> None:
    rebase_with(project, "2s/pick/fixup/")


def reword(project: Project) -> None:
    editors = {"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/reword/", "GIT_EDITOR": "sed -i 1s/c1/one/"}
    project.git("rebase", "-q", "-i", "HEAD~2", env=editors)


def edit(project: Project) -> None:
    rebase_with(project, "1s/pick/edit/")
    project.write("one.py", "one = 'edited'\n")
    project.git("commit", "-q", "-a", "--amend", "-m", "edited")
    project.git("rebase", "--continue", env={"GIT_EDITOR": "true"})


def drop(project: Project) -> None:
    rebase_with(project, "1s/pick/drop/")


def cherry_pick(project: Project) -> None:
    project.git("checkout", "-q", "main")
    project.git("cherry-pick", "side~1")


def apply_mail(project: Project) -> None:
    project.git("format-patch", "-q", "-2", "-o", "../patches", "side")
    project.git("checkout", "-q", "main")
    patches = sorted((project.top.parent / "patches").iterdir())
    project.git("am", "-q", *map(str, patches))


def merge_squash(project: Project) -> None:
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--squash", "side")
    project.git("commit", "-q", "--no-edit")


def merge_squash_in_own_words(project: Project) -> None:
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--squash", "side")
    project.git("commit", "-q", "-m", "all of it")


def filter_branch(project: Project) -> None:
    words = ("--msg-filter", "cat; echo more", "HEAD~2..HEAD")
    project.git("filter-branch", "-f", *words, env=AT_ONCE)


def merge_at_a_forge(project: Project) -> None:
    """Another clone, as a forge, rebases the branch on main; main is pulled then."""
    forge = project.top.parent / "forge"
    project.git("clone", "-q", str(project.top), str(forge))
    other = Project(forge)
    other.git("checkout", "-q", "-b", "main", "origin/main")
    other.git("checkout", "-q", "-b", "rebased", "origin/side")
    other.git("rebase", "-q", "main")
    other.git("branch", "-f", "main", "rebased")
    project.git("checkout", "-q", "main")
    project.git("pull", "-q", "--ff-only", str(forge), "main")


OPERATIONS: dict[str, tuple[Callable[[Project], None], dict[str, list[int]]]] = {
    # By trial: how far from HEAD the commits are that it must have, of those of HEAD.
    "amend": (amend, {"t1": [1], "t2": [0]}),
    "rebase merge": (rebase_merge, {"t1": [1], "t2": [0]}),
    "rebase apply": (rebase_apply, {"t1": [1], "t2": [0]}),
    "squash": (squash, {"t1": [0], "t2": [0]}),
    "fixup": (fixup, {"t1": [0], "t2": [0]}),
    "reword": (reword, {"t1": [1], "t2": [0]}),
    "edit": (edit, {"t1": [1], "t2": [0]}),
    "drop": (drop, {"t1": [], "t2": [0]}),
    "cherry-pick": (cherry_pick, {"t1": [0], "t2": []}),
    "am": (apply_mail, {"t1": [1], "t2": [0]}),
    "merge --squash": (merge_squash, {"t1": [0], "t2": [0]}),
    "merge --squash -m": (merge_squash_in_own_words, {"t1": [0], "t2": [0]}),
    "filter-branch": (filter_branch, {"t1": [1], "t2": [0]}),
    "forge": (merge_at_a_forge, {"t1": [1], "t2": [0]}),
}

CELLS = [(operation, "ours") for operation in OPERATIONS]
CELLS += [(operation, "elsewhere") for operation in OPERATIONS]
CELLS += [
    (operation, situation)
    for operation in ("amend", "rebase merge", "squash")
    for situation in ("husky", "pre-commit", "lefthook")
]


def prepare(project: Project) -> None:
    """Two trials with a commit each on a branch, one that was only begun there, and one that is
    active and has none.
    """
    project.git("checkout", "-q", "-b", "side")
    project.exp("new", "t1")
    project.write("one.py", "one = 1\n")
    project.commit("c1")
    project.write("two.py", "two = 2\n")
    project.exp("new", "t2")  # on changes on top of c1
    project.commit("c2")
    project.exp("new", "only_begun")
    project.write("other.py", "idle = 3\n")
    project.exp("new", "idle")
    (project.top / "other.py").unlink()
    project.git("checkout", "-q", "main")
    project.write("three.py", "three = 3\n")
    project.exp("use", "t1")
    project.git("add", "-A")
    project.git(
        "commit", "-q", "-m", "main goes on", env={"GIT_AUTHOR_DATE": "2020-01-01T00:00:00"}
    )
    project.exp("use", "idle")
    project.git("checkout", "-q", "side")


def build_situation(folder: Path, situation: str) -> None:
    project = Project.create(folder / "project")
    SITUATIONS[situation](project)
    prepare(project)


def read_distances(project: Project) -> dict[str, list[int]]:
    """Return how far from HEAD the commits of each trial are, of those of HEAD alone."""
    commits = project.git("rev-list", "--first-parent", "HEAD").split()
    return {
        item["id"]: sorted(commits.index(link) for link in item["links"] if link in commits)
        for item in project.json("list")
    }


@pytest.mark.parametrize(("operation", "situation"), CELLS)
def test_ties_survive(tmp_path: Path, operation: str, situation: str) -> None:
    copy_built(tmp_path, build_situation, situation)
    project = Project(tmp_path / "project")
    mains = project.git("rev-parse", "main")
    rewrite, expected = OPERATIONS[operation]
    rewrite(project)
    distances = read_distances(project)
    commits = project.git("rev-list", "--first-parent", "HEAD").split()
    on_main = [commits.index(mains)] if mains in commits else []
    assert distances.pop("t1") == sorted([*expected["t1"], *on_main])
    assert distances == {"t2": expected["t2"], "only_begun": [], "idle": []}
    project.exp("list")
    assert read_distances(project)["t2"] == expected["t2"]


@pytest.mark.parametrize("situation", ["ours", "elsewhere"])
def test_a_trial_on_changes_keeps_its_note(tmp_path: Path, situation: str) -> None:
    copy_built(tmp_path, build_situation, situation)
    project = Project(tmp_path / "project")
    project.git("rebase", "-q", "main")
    project.exp("list")
    notes = project.git("log", "-2", "--notes=gitexp", "--format=%N").split("\n")
    words = [line for line in notes if line]
    assert words == [
        "exp idle +changes",
        "exp only_begun +changes",
        "exp t2",
        "exp t1",
        "exp t2 +changes",
    ]
    project.git("fsck", "--strict")


def test_equal_patches_of_another_author_time_are_no_proof(begun: Project) -> None:
    begun.exp("new", "t1")
    begun.write("one.py", "one = 1\n")
    begun.commit("c1")
    begun.git("checkout", "-q", "-b", "apart", "HEAD~1")
    begun.exp("new", "t2")
    begun.write("one.py", "one = 1\n")
    begun.write("more.py", "more = 1\n")
    begun.git("add", "-A")
    begun.git("commit", "-q", "-m", "c1", env={"GIT_AUTHOR_DATE": "2020-01-01T00:00:00"})
    assert [len(begun.experiment(name)["links"]) for name in ("t1", "t2")] == [1, 1]


@pytest.mark.parametrize("situation", ["ours", "elsewhere"])
def test_a_commit_of_nobody_in_better_words_stays_so(tmp_path: Path, situation: str) -> None:
    project = Project.create(tmp_path / "project")
    SITUATIONS[situation](project)
    project.exp("new", "begun_on_it")
    project.git("commit", "-q", "--amend", "-m", "in better words")
    assert project.experiment("begun_on_it")["links"] == []
    assert project.git("log", "-1", "--notes=gitexp", "--format=%N") == "exp begun_on_it"
    project.write("one.py", "one = 1\n")
    project.commit("c1")
    project.git("commit", "-q", "--amend", "-m", "twice")
    project.git("commit", "-q", "--amend", "-m", "three times")
    assert project.experiment("begun_on_it")["links"] == [project.git("rev-parse", "HEAD")]


def test_what_cannot_be_proven_is_suggested(begun: Project) -> None:
    begun.exp("new", "t1")
    begun.write("one.py", "one = 1\n")
    old = begun.commit("c1")
    begun.exp("new", "t2")
    begun.git("reset", "-q", "--hard", "HEAD~1")
    begun.write("one.py", "one = 2\n")
    begun.git("add", "-A")
    begun.git("commit", "-q", "-m", "c1", env={"GIT_AUTHOR_DATE": "2020-01-01T00:00:00"})
    new = begun.git("rev-parse", "HEAD")
    words = f"t1: its commit {old[:7]} 'c1' is on no branch (perhaps it is {new[:7]} now)"
    assert words in begun.exp("status").splitlines()
    assert begun.json("status")["adrift"][0]["suggestions"] == [new]
    assert begun.experiment("t1")["links"] == [old]
    begun.git("branch", "kept", old)
    assert "on no branch" not in begun.exp("status")


def test_git_lfs_can_be_installed_after_init(tmp_path: Path) -> None:
    """What ``git lfs install`` does: it refuses where a hook of its names holds something else."""
    project = Project.create(tmp_path / "project")
    project.exp("init")
    hooks = project.top / ".git/hooks"
    names = {path.name for path in hooks.iterdir() if not path.name.endswith(".sample")}
    assert names.isdisjoint({"pre-push", "post-checkout", "post-merge"})


def filter_repo(project: Project) -> None:
    """Take a file out of the history, by ``git filter-repo`` itself where there is one."""
    old = project.git("rev-list", "main").splitlines()
    if shutil.which("git-filter-repo"):
        options = ("--invert-paths", "--path", "secret.txt", "--refs", "main", "--force")
        project.git("filter-repo", *options)
        return
    script = "git rm -q --cached --ignore-unmatch secret.txt"
    project.git("filter-branch", "-f", "--index-filter", script, "main", env=AT_ONCE)
    new = project.git("rev-list", "main").splitlines()
    pairs = [f"{a} {b}\n" for a, b in zip(old, new, strict=True)]
    text = f"{'old':40} new\n" + "".join(sorted(pairs))
    project.write(".git/filter-repo/commit-map", text)
    for reflog in (project.top / ".git/logs").rglob("*"):
        if reflog.is_file():
            reflog.write_text("")  # it leaves none


def test_ties_follow_git_filter_repo(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    project.write("secret.txt", "12345\n")
    project.write("model.py", "size = 1\n")
    project.commit("with a secret")
    project.exp("init")
    project.exp("new", "first")
    project.write("model.py", "size = 2\n")
    commit = project.commit("the first model")
    assert project.json("show", "first")["links"] == [commit]
    filter_repo(project)
    rewritten = project.git("rev-parse", "main")
    assert rewritten != commit
    assert project.json("show", "first")["links"] == [rewritten]
    events = project.git("rev-list", "--count", "gitexp")
    project.exp("list")
    assert project.git("rev-list", "--count", "gitexp") == events


LFS_HOOK = """#!/bin/sh
command -v git-lfs >/dev/null 2>&1 || { echo >&2 "git-lfs was not found"; exit 2; }
git lfs post-commit "$@"
"""


def install_lfs_hooks(project: Project) -> None:
    """Do what ``git lfs install --force`` does, by git-lfs itself where there is one."""
    if shutil.which("git-lfs"):
        project.git("lfs", "install", "--local", "--force")
        return
    for name in ("pre-push", "post-checkout", "post-commit", "post-merge"):
        hook = project.write(f".git/hooks/{name}", LFS_HOOK.replace("post-commit", name))
        hook.chmod(0o755)


@pytest.mark.parametrize("lfs_first", [False, True])
def test_git_lfs_and_our_hooks_live_side_by_side(tmp_path: Path, lfs_first: bool) -> None:
    """git-lfs has a post-commit hook too: with --force it takes the place of ours."""
    project = Project.create(tmp_path / "project")
    if lfs_first:
        install_lfs_hooks(project)
        project.exp("init")
    else:
        project.exp("init")
        install_lfs_hooks(project)
    project.exp("new", "lfs")
    project.write("beside.py", "lfs = 1\n")
    commit = project.commit("made beside git-lfs")
    assert project.json("show", "lfs")["links"] == [commit]
    assert "beside your own hook" in project.exp("init") + project.exp("status")
    hook = (project.top / ".git/hooks/post-commit").read_text()
    assert "git lfs post-commit" in hook
    assert "gitexp" in hook
