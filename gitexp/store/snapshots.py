"""Snapshots: the complete working tree of a trial, kept apart, with index, HEAD, branches and stash untouched."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import AbsentError, RepositoryError, StorageError, UsageError
from gitexp.store.absent import describe_remedy
from gitexp.store.database import Database, Signature, read_clock
from gitexp.store.lock import make_write_error
from gitexp.store.refs import KEEP

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

# Untracked files above this are data, not code: they are counted, not stored.
LARGE = 1 << 20


@dataclass(frozen=True, slots=True)
class TakenSnapshot:
    """A snapshot just taken: its commit, the commit it was made on ("" on an unborn branch), untracked files left out."""

    commit: str
    base: str
    left_out: tuple[str, ...]


def take_snapshot(repository: Repository, database: Database, message: str) -> TakenSnapshot:
    """Store the working tree as a commit on top of HEAD and return it; HEAD itself where nothing differs.

    One ``git status`` names what differs, and ``update-index`` on a copy of the index stores it, so clean filters (LFS) run
    as they do for the user's own commits. Raises RepositoryError in a bare repository.
    """
    if repository.worktree is None:
        raise RepositoryError(
            "a bare repository has no working tree to keep",
            "run it in a clone, or pass --no-snapshot",
        )
    with tempfile.TemporaryDirectory(prefix="gitexp-") as folder:
        index = _copy_index(repository, Path(folder))
        env = {"GIT_INDEX_FILE": str(index)}
        base, changed, untracked = _status(repository, env)
        small, large = _by_size(repository.worktree, untracked)
        if not changed and not small and base:
            return TakenSnapshot(base, base, tuple(large))
        names = "".join(f"{name}\0" for name in (*changed, *small))
        # A split index would put its shared half beside the user's.
        repository.run_git(
            "-c",
            "core.splitIndex=false",
            "update-index",
            "--add",
            "--remove",
            "-z",
            "--stdin",
            data=os.fsencode(names),
            env=env,
        )
        tree = repository.run_git("write-tree", "--missing-ok", env=env).decode().strip()
    if base and tree == database.read_tree_id(base):
        return TakenSnapshot(base, base, tuple(large))
    commit = database.write_commit(
        tree, (base,) if base else (), message, Signature("gitexp", "gitexp@invalid", *read_clock())
    )
    return TakenSnapshot(commit, base, tuple(large))


def keep_commit(database: Database, replica: str, commit: str) -> None:
    """Keep a commit alive: append it to this clone's chain, one ref however many snapshots there are."""
    ref = KEEP + replica
    nothing = database.write_tree(
        None, {}
    )  # git knows the empty tree by heart, but fsck wants to see it
    for _ in range(100):
        tip = database.read_ref(ref)
        parents = (tip, commit) if tip else (commit,)
        link = database.write_commit(
            nothing, parents, "gitexp: keep\n", Signature("gitexp", "gitexp@invalid", *read_clock())
        )
        if database.move_ref(ref, tip, link, "gitexp: keep"):
            return
    raise StorageError(
        f"others changed '{ref}' while it was written", "nothing was recorded; run it again"
    )


def restore_snapshot(repository: Repository, commit: str, folder: Path) -> None:
    """Write a kept tree into a folder that does not exist yet or is empty. Never touches the working tree."""
    target = folder.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"'{folder}' is there already and not empty", "restore into a new folder")
    if repository.find_commit(commit) is None:
        raise AbsentError(
            f"snapshot {commit[:12]} is not in this clone", describe_remedy(repository)
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="gitexp-") as scratch:
            env = {"GIT_INDEX_FILE": str(Path(scratch) / "index"), "GIT_WORK_TREE": str(target)}
            repository.run_git("read-tree", commit, env=env)
            repository.run_git("checkout-index", "--all", "--force", f"--prefix={target}/", env=env)
    except OSError as error:
        raise make_write_error(target, error) from None


def _copy_index(repository: Repository, folder: Path) -> Path:
    """A copy of the index with its own time stamp: git compares that stamp with the files' to know which it must read again."""
    copy = folder / "index"
    try:
        shutil.copy2(repository.git_dir / "index", copy)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise make_write_error(copy, error) from None
    return copy


def _status(repository: Repository, env: dict[str, str]) -> tuple[str, list[str], list[str]]:
    """HEAD's commit ("" if unborn), the paths that differ from it, and the untracked ones."""
    out = repository.run_git(
        "status",
        "--porcelain=v2",
        "--branch",
        "-z",
        "-uall",
        "--no-renames",
        "--ignore-submodules=none",
        env=env,
    )
    base, changed, untracked = "", [], []
    for item in os.fsdecode(out).split("\0"):
        kind, _, rest = item.partition(" ")
        if item.startswith("# branch.oid "):
            base = item.removeprefix("# branch.oid ").replace("(initial)", "")
        elif kind == "1":
            changed.append(rest.split(" ", 7)[7])
        elif kind == "u":
            changed.append(rest.split(" ", 9)[9])
        elif kind == "?" and not rest.endswith("/"):
            untracked.append(rest)
    return base, changed, untracked


def _by_size(top: Path, names: list[str]) -> tuple[list[str], list[str]]:
    """Untracked names that are stored, and those left out for their size or because they are no files at all."""
    small: list[str] = []
    large: list[str] = []
    for name in names:
        try:
            info = (top / name).lstat()
        except OSError:
            continue
        (small if info.st_size <= LARGE else large).append(name)
    return small, large
