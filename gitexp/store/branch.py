"""The record branch: where events, images and attachments are appended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.author import read_author
from gitexp.store.commit_bytes import Signature, read_clock
from gitexp.store.refs import FORMAT, FORMAT_FILE, get_branch_ref
from gitexp.store.tree import is_safe_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gitexp.store.compare_trees import FileDifference, ForbiddenEntry
    from gitexp.store.database import Database
    from gitexp.store.repository import Repository

_ROOT_SIGNATURE = Signature("gitexp", "gitexp@invalid", 0, 0)
_ATTEMPTS = 100
# Commits that are searched for the one that brought a bad entry in.
_LOOK_BACK = 100


class RecordBranch:
    """The record branch of one repository."""

    def __init__(self, repository: Repository, database: Database) -> None:
        self._database = database
        self.ref = get_branch_ref(repository)
        self._author = read_author(repository)

    @property
    def author(self) -> str:
        """Return who records in this clone, as ``Name <mail>``."""
        return f"{self._author.name} <{self._author.mail}>"

    @property
    def tip(self) -> str | None:
        """Return the branch's commit now, or None before init."""
        return self._database.read_ref(self.ref)

    def create(self) -> bool:
        """Make the branch with its fixed root commit, which has the same id in every clone.

        Return False when the branch exists already.
        """
        blob = self._database.write_blob(f"gitexp {FORMAT}\n".encode())
        tree = self._database.write_tree(None, {FORMAT_FILE: blob})
        root = self._database.write_commit(
            tree, (), "gitexp: the record of this repository begins\n", _ROOT_SIGNATURE
        )
        return self._database.move_ref(self.ref, None, root, "gitexp: init")

    def check_format(self, tip: str) -> None:
        """Raise RepositoryError when a newer gitexp wrote the branch, or when it is no record at
        all.
        """
        blob = self._database.find_entry(self._database.read_tree_id(tip), FORMAT_FILE)
        content = self._database.read_blob(blob) if blob else b""
        name, _, number = content.decode("utf-8", "replace").strip().partition(" ")
        if name != "gitexp" or not number.isdigit():
            raise RepositoryError(
                f"branch '{self.ref}' is not a gitexp record",
                "git config gitexp.branch <another name>, then 'git exp init'",
            )
        if int(number) > FORMAT:
            raise RepositoryError(
                f"the record has format {number}, this gitexp reads up to {FORMAT}",
                "upgrade: pip install -U gitexp",
            )

    def check_trees(self, trusted: str | None, tip: str) -> None:
        """Raise RepositoryError when a commit holds what no record has: links, submodules, names
        that lead out of it. What the ``trusted`` commit holds was checked before.
        """
        forbidden = self._find_forbidden(trusted, tip)
        if forbidden is None:
            return
        commit, parent = tip, self._find_parent(tip)
        for _ in range(_LOOK_BACK):
            if parent is None or self._find_forbidden(trusted, parent) is None:
                break
            commit, parent = parent, self._find_parent(parent)
        name = self.ref.removeprefix("refs/heads/")
        raise RepositoryError(
            f"commit {commit[:12]} of '{name}' holds '{forbidden.path}', {forbidden.objection}:"
            " no record has that, and it is not read",
            f"go back to before it: git branch -f {name} {parent[:12]}" if parent else "",
        )

    def _find_forbidden(self, trusted: str | None, commit: str) -> ForbiddenEntry | None:
        trusted_tree = self._database.read_tree_id(trusted) if trusted else None
        return self._database.find_forbidden(trusted_tree, self._database.read_tree_id(commit))

    def _find_parent(self, commit: str) -> str | None:
        """Return the first parent of a commit; None for a root and at the edge of a shallow
        clone.
        """
        details = self._database.read_commit(commit)
        return details.parents[0] if details and details.parents else None

    def append(
        self,
        files: Mapping[str, bytes | None],
        message: str,
        before_move: Callable[[str, str], None] | None = None,
    ) -> str:
        """Add files in one commit and return the new tip.

        This is the commit point of every recording.

        ``files``: path to bytes; None takes a file out, which is only for what is derived. When
        another writer was faster it is tried again on the new tip, so nothing of either is lost.
        ``before_move`` is called with the old tip and the new one, which is gathered, before the branch
        moves: what it writes is in the same pack.
        """
        for path in files:
            if not is_safe_path(path):
                raise StorageError(
                    f"'{path}' is no name for a file of the record", "nothing was recorded"
                )
        with self._database.gather():
            return self._append(files, message, before_move or _do_nothing)

    def _append(
        self,
        files: Mapping[str, bytes | None],
        message: str,
        before_move: Callable[[str, str], None],
    ) -> str:
        blobs: dict[str, str | None] = {}
        for path, data in files.items():
            blobs[path] = None if data is None else self._database.write_blob(data)
        subject = message.splitlines()[0]
        for _ in range(_ATTEMPTS):
            tip = self.tip
            if tip is None:
                raise RepositoryError(
                    "nothing is recorded here yet: the record branch is missing",
                    "run 'git exp init'",
                )
            tree = self._database.write_tree(self._database.read_tree_id(tip), blobs)
            signature = Signature(*self._author, *read_clock())
            commit = self._database.write_commit(tree, (tip,), message, signature)
            before_move(tip, commit)
            if self._database.move_ref(self.ref, tip, commit, f"gitexp: {subject}"):
                return commit
        raise StorageError(
            f"others changed '{self.ref}' {_ATTEMPTS} times while it was written",
            "nothing was recorded; run it again",
        )

    def list_files_since(
        self, old_tip: str | None, tip: str, below: str
    ) -> Iterator[FileDifference]:
        """Yield the files below a folder that differ between two tips (None: the empty branch)."""
        old_tree = self._database.read_tree_id(old_tip) if old_tip else None
        return self._database.list_new_files(old_tree, self._database.read_tree_id(tip), below)

    def list_names(self, folder: str) -> list[str]:
        """Return the paths of the files below a folder of the branch."""
        tip = self.tip
        if tip is None:
            return []
        return [file.path for file in self.list_files_since(None, tip, folder)]

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file on the branch, or None."""
        tip = self.tip
        if tip is None:
            return None
        blob = self._database.find_entry(self._database.read_tree_id(tip), path)
        return self._database.read_blob(blob) if blob else None


def _do_nothing(*_: object) -> None:
    pass
