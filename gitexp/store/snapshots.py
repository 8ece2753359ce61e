"""Snapshots: the complete working tree of a trial, kept apart.

Index, HEAD, branches and stash stay as they are.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import AbsentError, RepositoryError, StorageError, UsageError
from gitexp.store.absent import describe_remedy
from gitexp.store.commit_bytes import Signature, read_clock
from gitexp.store.compare_trees import find_new_objects
from gitexp.store.hidden_edits import find_hidden_edits
from gitexp.store.lock import make_write_error
from gitexp.store.objects_aside import set_objects_aside
from gitexp.store.refs import KEEP
from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.store.database import Database
    from gitexp.store.repository import Repository

# Untracked files above this size in bytes are data, not code: they are counted, not stored.
LARGE = 1 << 20
_ATTEMPTS = 100
_STORE_ATTEMPTS = 5


class Lack(NamedTuple):
    """A path that a snapshot does not hold as it is in the working tree, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path} ({self.reason})"


class TakenSnapshot(NamedTuple):
    """A snapshot that was just taken.

    ``base``: the commit that it was made on, "" on an unborn branch. ``left_out``: untracked files
    that are too large for it. ``lacks``: what else it does not hold as it is in the working tree.
    """

    commit: str
    base: str
    left_out: tuple[str, ...]
    lacks: tuple[Lack, ...] = ()


class WorkingTree(NamedTuple):
    """The working tree as it was stored.

    ``tree`` is its id. The others are as in ``TakenSnapshot``.
    """

    tree: str
    base: str
    left_out: tuple[str, ...]
    lacks: tuple[Lack, ...]


class _TreeStatus(NamedTuple):
    """HEAD's commit ("" if unborn), the paths that differ from it, and the untracked paths.

    ``lacks``: what git does not store of submodules and of repositories inside this one.
    """

    base: str
    changed: list[str]
    untracked: list[str]
    lacks: list[Lack]


def take_snapshot(repository: Repository, database: Database, message: str) -> TakenSnapshot:
    """Store the working tree as a commit on top of HEAD; return HEAD itself where nothing differs.

    Raises RepositoryError in a bare repository.
    """
    return commit_working_tree(database, store_working_tree(repository, database), message)


def commit_working_tree(database: Database, stored: WorkingTree, message: str) -> TakenSnapshot:
    """Return a stored working tree as a snapshot: HEAD itself where nothing differs."""
    base = stored.base
    commit = base
    if not base or stored.tree != database.read_tree_id(base):
        parents = (base,) if base else ()
        commit = database.write_commit(stored.tree, parents, message, _sign())
    return TakenSnapshot(commit, base, stored.left_out, stored.lacks)


def store_working_tree(
    repository: Repository, database: Database, *, keep_ref: str = ""
) -> WorkingTree:
    """Store the working tree and return it.

    With ``keep_ref``, the ref of this clone's chain, no gc beside takes it away until the objects are
    released; the lock of the clone is held then.

    One ``git status`` names what differs from HEAD, and ``update-index`` on a copy of the index
    stores it. So clean filters (LFS) run as they do for the user's own commits. What cannot be
    stored stays as it is in the index, and is named. Raises RepositoryError in a bare repository.
    """
    if repository.worktree is None:
        raise RepositoryError(
            "a bare repository has no working tree to keep",
            "run it in a clone, or pass --no-snapshot",
        )
    for _ in range(_STORE_ATTEMPTS):
        stored = _store_once(repository, repository.worktree, database, is_aside=bool(keep_ref))
        held_commits = [stored.base, _find_last_kept(database, keep_ref)] if keep_ref else []
        if not keep_ref or _gather_tree(repository, database, stored.tree, held_commits):
            return stored
    raise RepositoryError(
        "a 'git gc' beside took away what git had stored of it", "'git exp snapshot' keeps it now"
    )


def _store_once(
    repository: Repository, top: Path, database: Database, *, is_aside: bool
) -> WorkingTree:
    """Store the working tree below ``top`` and return it. ``is_aside``: out of reach of a gc."""
    with tempfile.TemporaryDirectory(prefix="gitexp-") as folder:
        index = _copy_index(repository, Path(folder))
        env: Mapping[str, str] = {"GIT_INDEX_FILE": str(index)}
        base, changed, untracked, lacks = _read_status(repository, env)
        for path in find_hidden_edits(repository, top, env):
            lacks.append(Lack(path, "git was told not to see its edits"))
        small, large = _split_by_size(top, untracked)
        paths = [*changed, *small]
        if not paths and base:
            tree = database.read_tree_id(base)
        else:
            with ExitStack() as stack:
                if is_aside:
                    env = stack.enter_context(set_objects_aside(repository, database, env))
                lacks += _add_to_index(repository, paths, env)
                written = repository.run_git("write-tree", "--missing-ok", env=env)
            tree = written.decode().strip()
    return WorkingTree(tree, base, tuple(large), tuple(lacks))


def _find_last_kept(database: Database, keep_ref: str) -> str:
    """Return the commit that was kept last, "" for none."""
    tip = database.read_ref(keep_ref)
    link = database.read_commit(tip) if tip else None
    return link.parents[-1] if link and link.parents else ""


def _gather_tree(
    repository: Repository, database: Database, tree: str, held_commits: Iterable[str]
) -> bool:
    """Gather what is new in a tree against some commits that refs hold.

    git stored nothing of it where an object was there already, and no ref may hold that one. Return
    False where a gc has taken such an object away meanwhile.
    """
    try:
        with database.gather():
            held_trees = [database.read_tree_id(commit) for commit in held_commits if commit]
            for oid in find_new_objects(database.read_tree, tree, held_trees):
                database.gather_object(oid)
    except RepositoryError:
        # A partial clone lacks some, and they are no new ones.
        return repository.is_partial
    return True


def is_changed(repository: Repository) -> bool:
    """Return True if the working tree differs from HEAD; also where git cannot tell."""
    if repository.worktree is None:
        return False
    done = repository.try_git("status", "--porcelain", "-z")
    return done.returncode != 0 or bool(done.stdout)


def replace_files(
    database: Database, taken: TakenSnapshot, files: Mapping[str, bytes], message: str
) -> TakenSnapshot:
    """Return a snapshot like ``taken`` with other contents of some files, given by their paths."""
    blobs: dict[str, str | None] = {path: database.write_blob(data) for path, data in files.items()}
    tree = database.write_tree(database.read_tree_id(taken.commit), blobs)
    return replace_tree(database, taken, tree, message)


def replace_tree(
    database: Database, taken: TakenSnapshot, tree: str, message: str
) -> TakenSnapshot:
    """Return a snapshot like ``taken`` with another tree."""
    parents = (taken.base,) if taken.base else ()
    commit = database.write_commit(tree, parents, message, _sign())
    return TakenSnapshot(commit, taken.base, taken.left_out, taken.lacks)


def store_files(database: Database, files: Mapping[str, bytes], message: str) -> TakenSnapshot:
    """Store some files, given by their paths, as a snapshot of their own: there is no tree."""
    blobs: dict[str, str | None] = {path: database.write_blob(data) for path, data in files.items()}
    commit = database.write_commit(database.write_tree(None, blobs), (), message, _sign())
    return TakenSnapshot(commit, "", ())


def keep_commit(database: Database, replica: str, commit: str) -> None:
    """Keep a commit alive: append it to this clone's chain, one ref however many snapshots there
    are.
    """
    ref = KEEP + replica
    for _ in range(_ATTEMPTS):
        with database.gather():
            # git knows the empty tree by heart, but fsck wants to see it.
            empty_tree = database.write_tree(None, {})
            tip = database.read_ref(ref)
            parents = (tip, commit) if tip else (commit,)
            link = database.write_commit(empty_tree, parents, "gitexp: keep\n", _sign())
            if database.move_ref(ref, tip, link, "gitexp: keep"):
                return
    raise StorageError(
        f"others changed '{ref}' while it was written", "nothing was recorded; run it again"
    )


def gather_commit(repository: Repository, database: Database, commit: str) -> None:
    """Gather a commit that no ref holds, with all its objects that no ref holds.

    Raises StorageError where a gc has taken some of them away already.
    """
    if commit == repository.find_commit("HEAD"):
        return
    command = ("rev-list", "--objects", "--no-object-names", commit, "--not", "--all")
    done = repository.try_git(*STAY_LOCAL, *command, env=STAY_LOCAL_ENV)
    if done.returncode != 0:
        raise StorageError(
            f"version {commit[:12]} is not whole here: a 'git gc' may have run",
            "nothing was recorded; run it again",
        )
    for oid in done.stdout.decode().split():
        database.gather_object(oid)


def restore_snapshot(repository: Repository, commit: str, folder: Path) -> None:
    """Write a kept tree into a folder that does not exist yet or is empty, never the working
    tree.
    """
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


def _sign() -> Signature:
    return Signature("gitexp", "gitexp@invalid", *read_clock())


def _copy_index(repository: Repository, folder: Path) -> Path:
    """Copy the index, with its time stamp.

    git compares that stamp with the stamps of the files to know which files it must read again.
    """
    copy = folder / "index"
    try:
        shutil.copy2(repository.git_dir / "index", copy)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise make_write_error(copy, error) from None
    return copy


def _add_to_index(repository: Repository, paths: list[str], env: Mapping[str, str]) -> list[Lack]:
    """Store the files at ``paths`` in the index that ``env`` names; return those that cannot be.

    git stops at the first file that it cannot store: one that is not readable, or whose clean
    filter fails. So the files are tried in ever smaller groups then.
    """
    complaint = _try_to_add(repository, paths, env)
    if complaint is None:
        return []
    if len(paths) == 1:
        return [Lack(paths[0], complaint)]
    middle = len(paths) // 2
    lacks = _add_to_index(repository, paths[:middle], env)
    return lacks + _add_to_index(repository, paths[middle:], env)


def _try_to_add(repository: Repository, paths: list[str], env: Mapping[str, str]) -> str | None:
    """Store files in the index that ``env`` names, all or none.

    Return git's first complaint where it stores none, else None.
    """
    names = "".join(f"{path}\0" for path in paths)
    options = ("--add", "--remove", "-z", "--stdin")
    # A split index would put its shared half beside the user's.
    not_split = ("-c", "core.splitIndex=false")
    done = repository.try_git(
        *not_split, "update-index", *options, data=os.fsencode(names), env=env
    )
    if done.returncode == 0:
        return None
    complaints = os.fsdecode(done.stderr).strip().splitlines() or ["git cannot store it"]
    return complaints[0].removeprefix("error: ").removeprefix("fatal: ")


def _read_status(repository: Repository, env: Mapping[str, str]) -> _TreeStatus:
    """Ask ``git status`` what differs from HEAD.

    Its lines are ``1 <7 fields> <path>`` for a change, ``u <9 fields> <path>`` for a conflict,
    ``? <path>`` for an untracked file; see git-status(1), porcelain format version 2.
    """
    output = repository.run_git(
        "status", "--porcelain=v2", "--branch", "-z", "-uall", "--no-renames",
        "--ignore-submodules=none", env=env,
    )  # fmt: skip
    base, changed, untracked = "", [], []
    lacks: list[Lack] = []
    for line in os.fsdecode(output).split("\0"):
        kind, _, fields = line.partition(" ")
        if line.startswith("# branch.oid "):
            base = line.removeprefix("# branch.oid ").replace("(initial)", "")
        elif kind == "1":
            _, submodule, *_, path = fields.split(" ", 7)
            changed.append(path)
            if submodule[2:] != ".." and submodule.startswith("S"):
                lacks.append(Lack(path, "a submodule with changes that are not committed in it"))
        elif kind == "u":
            changed.append(fields.split(" ", 9)[9])
        elif kind == "?" and fields.endswith("/"):
            lacks.append(Lack(fields, "a git repository of its own"))
        elif kind == "?":
            untracked.append(fields)
    return _TreeStatus(base, changed, untracked, lacks)


def _split_by_size(top: Path, names: list[str]) -> tuple[list[str], list[str]]:
    """Return the untracked names that are stored, and those that are too large."""
    small: list[str] = []
    large: list[str] = []
    for name in names:
        try:
            info = (top / name).lstat()
        except OSError:
            continue
        (small if info.st_size <= LARGE else large).append(name)
    return small, large
