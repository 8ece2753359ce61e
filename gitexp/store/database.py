"""Writing git objects and moving refs: the one place that speaks to libgit2."""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pygit2
from pygit2.enums import FileMode, ObjectType, Option

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.lock import make_write_error, remove_stale
from gitexp.store.tree import TreeEntry, find_objection, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gitexp.store.repository import Repository

pygit2.option(Option.ENABLE_FSYNC_GITDIR, True)
# Whose repository may be opened is git's decision, and git found it for us; libgit2 knows less of safe.directory.
pygit2.option(Option.SET_OWNER_VALIDATION, False)

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class Signature(NamedTuple):
    """Who and when, of a commit. ``time`` in seconds since 1970, ``offset`` in minutes east of UTC."""

    name: str
    mail: str
    time: int
    offset: int


class Database:
    """The object database and refs of one repository, for writing."""

    def __init__(self, repository: Repository) -> None:
        """Open it. Raises RepositoryError for a kind that libgit2 cannot write (reftable, SHA-256)."""
        try:
            self._repo = pygit2.Repository(str(repository.git_dir))
        except (pygit2.GitError, ValueError, KeyError) as error:
            raise _unsupported(repository.git_dir, error) from None
        self._common_dir = repository.common_dir
        self.unconfirmed = ""
        """Why the disk did not confirm the last move of a ref; "" where it did."""

    def read_blob(self, oid: str) -> bytes:
        """Bytes of a blob. Raises RepositoryError when it is missing (partial clone)."""
        try:
            blob = self._repo[oid].peel(pygit2.Blob)
        except (KeyError, ValueError, pygit2.GitError):
            raise _missing(oid) from None
        return bytes(blob.data)

    def read_tree_id(self, commit: str) -> str:
        """Id of a commit's tree. Raises RepositoryError when the commit is missing."""
        try:
            return str(self._repo[commit].peel(pygit2.Commit).tree_id)
        except (KeyError, ValueError, pygit2.GitError):
            raise _missing(commit) from None

    def read_tree(self, oid: str) -> list[TreeEntry]:
        """Return the entries of a tree as they are stored. Raises RepositoryError."""
        try:
            kind, data = self._repo.read(oid)
        except KeyError:
            raise _missing(oid) from None
        try:
            if kind != ObjectType.TREE:
                raise ValueError("no tree")
            return parse_tree(data)
        except ValueError:
            raise RepositoryError(
                f"tree {oid[:12]} is damaged", "see what 'git fsck' says"
            ) from None

    def find_entry(self, tree: str, path: str) -> str | None:
        """Return the id of the file that lies at ``path`` in a tree, or None."""
        found = self._find_entry(tree, path)
        return found.oid if found is not None and found.is_file else None

    def _find_entry(self, tree: str, path: str) -> TreeEntry | None:
        found: TreeEntry | None = None
        oid = tree
        for name in path.split("/"):
            if found is not None and not found.is_tree:
                return None
            found = next((entry for entry in self.read_tree(oid) if entry.name == name), None)
            if found is None:
                return None
            oid = found.oid
        return found

    def find_folder(self, tree: str | None, path: str) -> str | None:
        """Return the id of the folder that lies at ``path`` in a tree, or None."""
        found = self._find_entry(tree, path) if tree else None
        return found.oid if found is not None and found.is_tree else None

    def find_forbidden(self, trusted: str | None, tree: str) -> tuple[str, str] | None:
        """Return the path of an entry that no record has, and what it is; None where all are fine.

        What a ``trusted`` tree has in the same place is not looked at again.
        """
        seen: set[str] = set()
        pending = [(trusted, tree, "")]
        while pending:
            old, new, prefix = pending.pop()
            if new == old or new in seen:
                continue
            seen.add(new)
            before = {entry.name: entry for entry in self.read_tree(old)} if old else {}
            for entry in self.read_tree(new):
                path = f"{prefix}{entry.name}"
                if objection := find_objection(entry):
                    return path, objection
                if entry.is_tree:
                    twin = before.get(entry.name)
                    is_twin = twin is not None and twin.is_tree
                    pending.append((twin.oid if twin and is_twin else None, entry.oid, f"{path}/"))
        return None

    def list_new_files(
        self, old_tree: str | None, new_tree: str, below: str
    ) -> Iterator[tuple[str, str, bool]]:
        """Path, blob id and presence (False: it was removed) of each file below a folder that differs between two trees."""
        old = self.find_folder(old_tree, below)
        new = self.find_folder(new_tree, below)
        yield from self._differing(old, new, f"{below}/")

    def read_commit(self, oid: str) -> tuple[str, tuple[str, ...]] | None:
        """Message and parents of a commit, or None when it is not here (any more)."""
        try:
            found = self._repo[oid].peel(pygit2.Commit)
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return found.message, tuple(str(parent) for parent in found.parent_ids)

    def list_committed_files(self, oid: str) -> Iterator[tuple[str, str]]:
        """Path and blob id of each file that a commit adds or changes against its first parent."""
        found = self.read_commit(oid)
        parents = found[1] if found else ()
        old = self.read_tree_id(parents[0]) if parents and self.read_commit(parents[0]) else None
        for path, blob, present in self._differing(old, self.read_tree_id(oid), ""):
            if present:
                yield path, blob

    def _differing(
        self, old: str | None, new: str | None, prefix: str
    ) -> Iterator[tuple[str, str, bool]]:
        """Return the files that differ between two trees; links and submodules are passed over."""
        pending = [(old, new, prefix)]
        while pending:
            old, new, prefix = pending.pop()
            if old == new:
                continue
            before = {entry.name: entry for entry in self.read_tree(old)} if old else {}
            after = {entry.name: entry for entry in self.read_tree(new)} if new else {}
            for name in {**after, **before}:
                was, now = before.get(name), after.get(name)
                if was == now:
                    continue
                path = f"{prefix}{name}"
                old_tree = was.oid if was is not None and was.is_tree else None
                new_tree = now.oid if now is not None and now.is_tree else None
                pending.append((old_tree, new_tree, f"{path}/"))
                if now is not None and now.is_file:
                    yield path, now.oid, True
                elif was is not None and was.is_file:
                    yield path, was.oid, False

    def _tree(self, oid: str) -> pygit2.Tree:
        try:
            return self._repo[oid].peel(pygit2.Tree)
        except (KeyError, ValueError, pygit2.GitError):
            raise _missing(oid) from None

    def write_blob(self, data: bytes) -> str:
        """Store a blob; its id."""
        with _writing(self._common_dir):
            return str(self._repo.create_blob(data))

    def write_tree(self, base: str | None, files: Mapping[str, str | None]) -> str:
        """The tree ``base`` with ``files`` put in (path -> blob id) or taken out (None); its id."""
        here: dict[str, str | None] = {}
        below: dict[str, dict[str, str | None]] = {}
        for path, oid in files.items():
            first, _, rest = path.partition("/")
            if rest:
                below.setdefault(first, {})[rest] = oid
            else:
                here[first] = oid
        with _writing(self._common_dir):
            builder = self._repo.TreeBuilder(self._tree(base)) if base else self._repo.TreeBuilder()
            for name, oid in here.items():
                if oid is not None:
                    builder.insert(name, oid, FileMode.BLOB)
                elif builder.get(name) is not None:
                    builder.remove(name)
            for name, inner in below.items():
                old = builder.get(name)
                tree = self.write_tree(
                    str(old.id) if old is not None and old.filemode == FileMode.TREE else None,
                    inner,
                )
                if tree != EMPTY_TREE:
                    builder.insert(name, tree, FileMode.TREE)
                elif old is not None:
                    builder.remove(name)
            return str(builder.write())

    def write_commit(self, tree: str, parents: Sequence[str], message: str, who: Signature) -> str:
        """Store a commit that no ref holds yet; its id."""
        with _writing(self._common_dir):
            signature = pygit2.Signature(who.name, who.mail, who.time, who.offset)
            return str(
                self._repo.create_commit(None, signature, signature, message, tree, list(parents))
            )

    def read_ref(self, name: str) -> str | None:
        """Id that a ref holds, read now."""
        found = self._repo.references.get(name)
        return str(found.resolve().target) if found is not None else None

    def move_ref(self, name: str, expected: str | None, new: str, message: str) -> bool:
        """Compare-and-swap: set the ref if it still holds ``expected`` (None: does not exist). False when another was faster.

        ``Reference.set_target`` on a freshly read reference makes libgit2 check the old value under the ref's own lock.
        A ref that moved counts as moved, even where the disk failed afterwards: then
        ``unconfirmed`` says why.
        """
        self.unconfirmed = ""
        for attempt in range(40):
            try:
                return self._swap(name, expected, new, message)
            except (
                pygit2.GitError,
                OSError,
            ) as error:  # a lock in the way is an OSError or a GitError, by where libgit2 met it
                if "failed to lock" not in str(error):
                    # libgit2 syncs the folder after the rename that moves the ref.
                    if self.read_ref(name) == new:
                        self.unconfirmed = str(error)
                        return True
                    raise _failure(name, error) from None
                lock_file = self._common_dir / f"{name}.lock"
                if not remove_stale(lock_file):
                    time.sleep(0.01 * min(attempt + 1, 10))
        raise StorageError(
            f"'{name}' is locked by another git process",
            f"if none runs, remove {self._common_dir / name}.lock",
        )

    def _swap(self, name: str, expected: str | None, new: str, message: str) -> bool:
        if expected is None:
            try:
                self._repo.references.create(name, new, force=False)
            except (pygit2.AlreadyExistsError, ValueError):
                return False
            return True
        found = self._repo.references.get(name)
        if found is None or str(found.target) != expected:
            return False
        try:
            found.set_target(new, message)
        except KeyError:
            return False
        except pygit2.GitError as error:
            if "old reference value" in str(error):
                return False
            raise
        return True

    def delete_ref(self, name: str) -> None:
        """Delete a ref if it exists."""
        if self._repo.references.get(name) is not None:
            self._repo.references.delete(name)


def _missing(oid: str) -> RepositoryError:
    hint = "in a partial clone fetch all once: git fetch --refetch --no-filter; else see what 'git fsck' says"
    return RepositoryError(f"object {oid[:12]} is missing here", hint)


def read_clock() -> tuple[int, int]:
    """Seconds since 1970 and the local offset in minutes."""
    stamp = int(time.time())
    return stamp, time.localtime(stamp).tm_gmtoff // 60


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what libgit2 raises while writing into a StorageError."""
    try:
        yield
    except (OSError, pygit2.GitError) as error:
        raise _failure(path, error) from None


def _failure(what: Path | str, error: Exception) -> StorageError:
    if isinstance(error, OSError) and error.errno is not None:
        return make_write_error(what, error)
    text = str(error)  # libgit2 raises an OSError too that has no number, only words
    for phrase, number in (
        ("No space left", errno.ENOSPC),
        ("Read-only", errno.EROFS),
        ("ermission denied", errno.EACCES),
        ("not permitted", errno.EPERM),
    ):
        if phrase in text:
            return make_write_error(what, OSError(number, os.strerror(number)))
    return StorageError(f"'{what}' was not written: {text}", "nothing was recorded")


def _unsupported(git_dir: Path, error: Exception) -> RepositoryError:
    text = str(error)
    if "refstorage" in text:
        return RepositoryError(
            f"'{git_dir}' keeps its refs as reftable, which gitexp cannot write yet",
            "git refs migrate --ref-format=files",
        )
    if "object format" in text or "objectformat" in text:
        return RepositoryError(
            f"'{git_dir}' is a SHA-256 repository, which gitexp cannot write yet",
            "use a SHA-1 repository (git's default)",
        )
    return RepositoryError(
        f"libgit2 cannot open '{git_dir}': {text}", "gitexp needs an ordinary repository"
    )
