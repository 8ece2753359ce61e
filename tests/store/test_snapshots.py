"""Snapshots: everything the user would call their code, and not one byte of theirs touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gitexp.errors import NotFoundError, RepositoryError, UsageError
from gitexp.store.snapshots import (
    LARGE,
    TakenSnapshot,
    keep_commit,
    restore_snapshot,
    take_snapshot,
)
from tests.project import Project


def _take(project: Project) -> TakenSnapshot:
    """A snapshot, after which everything of the user's is as it was."""
    before = _untouched(project)
    record = project.record()
    taken = take_snapshot(record.repository, record.database, "gitexp: snapshot\n")
    assert _untouched(project) == before
    return taken


def _untouched(project: Project) -> dict[str, str]:
    return (
        project.untouchable()
        if (project.top / ".git/index").exists()
        else {"refs": project.git("for-each-ref")}
    )


def _files(project: Project, commit: str) -> dict[str, str]:
    """Name -> mode and content of every file that a commit holds."""
    rows = project.git("-c", "core.quotePath=false", "ls-tree", "-r", "-z", commit).split("\0")
    found = {}
    for row in filter(None, rows):
        info, _, name = row.partition("\t")
        mode, kind, oid = info.split()
        found[name] = f"{mode} {project.git('cat-file', 'blob', oid) if kind == 'blob' else oid}"
    return found


def test_a_clean_tree_is_its_commit(begun: Project) -> None:
    head = begun.git("rev-parse", "HEAD")
    assert _take(begun) == TakenSnapshot(head, head, ())


def test_everything_that_a_dirty_tree_holds(begun: Project) -> None:
    begun.write(".gitignore", "*.log\n")
    begun.write("gone.py", "1")
    begun.write("run.sh", "echo")
    begun.commit("more")
    begun.write("layers.py", "changed")
    begun.write("staged.py", "staged")
    begun.git("add", "staged.py")
    begun.write("staged.py", "staged, then changed")
    begun.write("学習 モデル/新しい ファイル.py", "新")
    begun.write("a\tb\"c'.py", "quoted")
    begun.write("noise.log", "ignored")
    (begun.top / "gone.py").unlink()
    (begun.top / "run.sh").chmod(0o755)
    (begun.top / "link").symlink_to("学習 モデル")
    files = _files(begun, _take(begun).commit)
    assert files.pop("train.ipynb").startswith("100644 ")
    assert files == {
        ".gitignore": "100644 *.log",
        "layers.py": "100644 changed",
        "staged.py": "100644 staged, then changed",
        "run.sh": "100755 echo",
        "学習 モデル/新しい ファイル.py": "100644 新",
        "a\tb\"c'.py": "100644 quoted",
        "link": "120000 学習 モデル",
    }


def test_a_large_untracked_file_is_left_out_and_said_a_tracked_one_is_not(begun: Project) -> None:
    begun.write("tracked.bin", "x" * (LARGE + 1))
    begun.commit("large")
    begun.write("tracked.bin", "y" * (LARGE + 1))
    begun.write("model.bin", "z" * (LARGE + 1))
    begun.write("small.bin", "z" * LARGE)
    taken = _take(begun)
    assert taken.left_out == ("model.bin",)
    files = _files(begun, taken.commit)
    assert files["tracked.bin"].endswith("y")
    assert "small.bin" in files
    assert "model.bin" not in files


def test_only_a_large_file_is_new(begun: Project) -> None:
    begun.write("model.bin", "z" * (LARGE + 1))
    head = begun.git("rev-parse", "HEAD")
    assert _take(begun) == TakenSnapshot(head, head, ("model.bin",))


def test_a_same_size_edit_in_the_tick_of_the_index_is_caught(begun: Project) -> None:
    path = begun.write("racy.py", "value = 1")
    begun.git("add", "racy.py")
    begun.git("commit", "-q", "-m", "racy")
    index = (begun.top / ".git/index").stat()
    path.write_text("value = 2")
    os.utime(path, ns=(index.st_atime_ns, index.st_mtime_ns))
    assert _files(begun, _take(begun).commit)["racy.py"] == "100644 value = 2"


def test_clean_filters_run_as_for_a_commit(begun: Project) -> None:
    begun.git("config", "filter.strip.clean", "sed s/secret/clean/")
    begun.write(".gitattributes", "*.txt filter=strip\n")
    begun.commit("filter")
    begun.write("new.txt", "a secret")
    begun.write("クリーン.txt", "another secret")
    files = _files(begun, _take(begun).commit)
    assert files["new.txt"] == "100644 a clean"
    assert files["クリーン.txt"] == "100644 another clean"


def test_line_ends_are_those_of_a_commit(begun: Project) -> None:
    begun.git("config", "core.autocrlf", "input")
    (begun.top / "dos.py").write_bytes(b"one\r\ntwo\r\n")
    commit = _take(begun).commit
    assert begun.git("cat-file", "-s", f"{commit}:dos.py") == "8"


def test_an_unborn_branch(tmp_path: Path) -> None:
    top = tmp_path / "unborn"
    top.mkdir()
    project = Project(top)
    project.git("init", "-q")
    project.write("train.py", "1")
    taken = _take(project)
    assert taken.base == ""
    assert begun_parents(project, taken.commit) == []
    assert _files(project, taken.commit) == {"train.py": "100644 1"}


def test_an_unborn_branch_without_a_file(tmp_path: Path) -> None:
    top = tmp_path / "unborn"
    top.mkdir()
    project = Project(top)
    project.git("init", "-q")
    assert _files(project, _take(project).commit) == {}


def begun_parents(project: Project, commit: str) -> list[str]:
    return project.git("rev-list", "--parents", "-n1", commit).split()[1:]


def test_intent_to_add(begun: Project) -> None:
    begun.write("meant.py", "meant")
    begun.git("add", "--intent-to-add", "meant.py")
    assert _files(begun, _take(begun).commit)["meant.py"] == "100644 meant"


def test_a_staged_removal_with_the_file_still_there(begun: Project) -> None:
    begun.git("rm", "-q", "--cached", "layers.py")
    assert "layers.py" in _files(begun, _take(begun).commit)


def test_a_staged_file_that_is_gone_again(begun: Project) -> None:
    begun.write("brief.py", "1")
    begun.git("add", "brief.py")
    (begun.top / "brief.py").unlink()
    assert "brief.py" not in _files(begun, _take(begun).commit)


def test_a_file_that_became_a_folder_and_a_folder_that_became_a_file(begun: Project) -> None:
    begun.write("pack/one.py", "1")
    begun.commit("pack")
    (begun.top / "layers.py").unlink()
    begun.write("layers.py/deep.py", "deep")
    (begun.top / "pack/one.py").unlink()
    (begun.top / "pack").rmdir()
    begun.write("pack", "now a file")
    files = _files(begun, _take(begun).commit)
    assert files["layers.py/deep.py"] == "100644 deep"
    assert files["pack"] == "100644 now a file"
    assert "pack/one.py" not in files
    assert "layers.py" not in files


def test_a_conflicted_index_is_kept_as_it_lies_on_disk(begun: Project) -> None:
    begun.git("checkout", "-q", "-b", "side")
    begun.write("layers.py", "theirs")
    begun.commit("theirs")
    begun.git("checkout", "-q", "main")
    begun.write("layers.py", "ours")
    begun.commit("ours")
    begun.git("merge", "-q", "side", check=False)
    assert begun.git("ls-files", "--unmerged")
    assert "<<<<<<<" in _files(begun, _take(begun).commit)["layers.py"]
    assert begun.git("ls-files", "--unmerged")


def test_a_submodule_is_its_commit_and_a_nested_repository_is_left_alone(
    begun: Project, tmp_path: Path
) -> None:
    other = Project.create(tmp_path / "other")
    begun.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.top), "sub"
    )
    begun.commit("submodule")
    sub = Project(begun.top / "sub")
    sub.write("layers.py", "in the submodule")
    moved = sub.commit("moved")
    Project.create(begun.top / "nested")
    files = _files(begun, _take(begun).commit)
    assert files["sub"] == f"160000 {moved}"
    assert not [name for name in files if name.startswith("nested")]


def test_a_dirty_submodule_alone_is_no_change_of_ours(begun: Project, tmp_path: Path) -> None:
    other = Project.create(tmp_path / "other")
    begun.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.top), "sub"
    )
    head = begun.commit("submodule")
    Project(begun.top / "sub").write("layers.py", "dirty inside")
    assert _take(begun).commit == head


def test_a_sparse_checkout_keeps_what_is_not_checked_out(begun: Project) -> None:
    begun.write("data/big.py", "data")
    begun.write("src/model.py", "model")
    begun.commit("folders")
    begun.git("sparse-checkout", "set", "src")
    assert not (begun.top / "data").exists()
    begun.write("src/model.py", "changed")
    files = _files(begun, _take(begun).commit)
    assert files["data/big.py"] == "100644 data"
    assert files["src/model.py"] == "100644 changed"


def test_files_assumed_unchanged_stay_as_git_sees_them(begun: Project) -> None:
    begun.git("update-index", "--skip-worktree", "layers.py")
    begun.write("layers.py", "my local settings")
    begun.write("new.py", "1")
    assert not _files(begun, _take(begun).commit)["layers.py"].endswith("settings")


def test_a_detached_head(begun: Project) -> None:
    head = begun.git("rev-parse", "HEAD")
    begun.git("checkout", "-q", "--detach")
    begun.write("layers.py", "detached")
    taken = _take(begun)
    assert taken.base == head
    assert begun_parents(begun, taken.commit) == [head]


def test_each_worktree_has_its_own(begun: Project, tmp_path: Path) -> None:
    begun.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Project(tmp_path / "side")
    side.write("layers.py", "in the side tree")
    side.git("add", "layers.py")
    index = (begun.top / ".git/worktrees/side/index").read_bytes()
    before = begun.untouchable()
    record = side.record()
    taken = take_snapshot(record.repository, record.database, "gitexp: snapshot\n")
    assert _files(begun, taken.commit)["layers.py"] == "100644 in the side tree"
    assert (begun.top / ".git/worktrees/side/index").read_bytes() == index
    assert begun.untouchable() == before


def test_from_a_folder_below(begun: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    begun.write("src/model.py", "model")
    monkeypatch.chdir(begun.top / "src")
    record = Project(begun.top / "src").record()
    taken = take_snapshot(record.repository, record.database, "gitexp: snapshot\n")
    assert _files(begun, taken.commit)["src/model.py"] == "100644 model"


def test_a_stash_and_a_split_index_stay(begun: Project) -> None:
    begun.write("layers.py", "to the stash")
    begun.git("stash", "-q")
    begun.git("update-index", "--split-index")
    begun.write("layers.py", "changed again")
    begun.git("add", "layers.py")
    begun.write("new.py", "1")
    shared = {path.name: path.read_bytes() for path in (begun.top / ".git").glob("sharedindex.*")}
    files = _files(begun, _take(begun).commit)
    assert files["layers.py"] == "100644 changed again"
    assert {
        path.name: path.read_bytes() for path in (begun.top / ".git").glob("sharedindex.*")
    } == shared


def test_status_settings_of_the_user_change_nothing(begun: Project) -> None:
    for name, value in (
        ("status.showUntrackedFiles", "no"),
        ("status.relativePaths", "true"),
        ("status.renames", "copies"),
    ):
        begun.git("config", name, value)
    begun.git("mv", "layers.py", "moved.py")
    begun.write("new.py", "1")
    files = _files(begun, _take(begun).commit)
    assert "layers.py" not in files
    assert {"moved.py", "new.py"} <= files.keys()


def test_a_bare_repository_has_none(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    record = Project(tmp_path / "bare").record()
    with pytest.raises(RepositoryError):
        take_snapshot(record.repository, record.database, "no\n")


def test_a_kept_snapshot_outlives_gc(begun: Project) -> None:
    record = begun.record()
    kept = []
    for number in range(3):
        begun.write("layers.py", f"trial {number}")
        kept.append(_take(begun).commit)
        keep_commit(record.database, record.replica, kept[-1])
    begun.git("fsck", "--strict")
    begun.git("reflog", "expire", "--expire=now", "--all")
    begun.git("gc", "-q", "--prune=now")
    for number, commit in enumerate(kept):
        assert begun.git("show", f"{commit}:layers.py") == f"trial {number}"
    assert len(begun.git("for-each-ref", "refs/gitexp").splitlines()) == 1
    begun.git("fsck", "--strict")


def _contents(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Every file below a folder, by its bytes and whether it can be run."""
    found = {}
    for path in folder.rglob("*"):
        if ".git" in path.relative_to(folder).parts or (path.is_dir() and not path.is_symlink()):
            continue
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        found[str(path.relative_to(folder))] = (data, os.access(path, os.X_OK))
    return found


def test_restoring_gives_the_tree_back(begun: Project, tmp_path: Path) -> None:
    begun.write("学習/モデル 1.py", "新")
    (begun.top / "raw.bin").write_bytes(bytes(range(256)) + b"\r\n\x00")
    (begun.top / "run.sh").write_text("echo")
    (begun.top / "run.sh").chmod(0o755)
    (begun.top / "link").symlink_to("layers.py")
    taken = _take(begun)
    wanted = _contents(begun.top)
    before = begun.untouchable()
    restore_snapshot(begun.record().repository, taken.commit, tmp_path / "out" / "復元")
    assert _contents(tmp_path / "out" / "復元") == wanted
    assert begun.untouchable() == before


def test_restoring_smudges_as_a_checkout_does(begun: Project, tmp_path: Path) -> None:
    begun.git("config", "filter.case.clean", "tr A-Z a-z")
    begun.git("config", "filter.case.smudge", "tr a-z A-Z")
    begun.write(".gitattributes", "*.txt filter=case\n")
    begun.write("loud.txt", "LOUD")
    restore_snapshot(begun.record().repository, _take(begun).commit, tmp_path / "out")
    assert (tmp_path / "out/loud.txt").read_text() == "LOUD"


def test_restoring_goes_only_into_a_new_folder(
    begun: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = _take(begun).commit
    repository = begun.record().repository
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(UsageError):
        restore_snapshot(repository, commit, full)
    with pytest.raises(UsageError):
        restore_snapshot(repository, commit, full / "mine.txt")
    with pytest.raises(UsageError):
        restore_snapshot(repository, commit, begun.top)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    restore_snapshot(repository, commit, Path("empty"))
    assert (tmp_path / "empty/layers.py").exists()


def test_restoring_what_is_not_here(begun: Project, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        restore_snapshot(begun.record().repository, "1" * 40, tmp_path / "out")
    assert not (tmp_path / "out").exists()
