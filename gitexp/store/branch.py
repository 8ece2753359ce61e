"""The record branch: where events, images and attachments are appended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.database import Database, Signature, read_clock
from gitexp.store.refs import FORMAT, FORMAT_FILE, get_branch_ref
from gitexp.store.tree import is_safe_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.store.repository import Repository

_ROOT_SIGNATURE = Signature("gitexp", "gitexp@invalid", 0, 0)
_ATTEMPTS = 100
_LOOK_BACK = 100
"""Commits that are searched for the one that brought a bad entry in."""


class RecordBranch:
    """The record branch of one repository."""

    def __init__(self, repository: Repository, database: Database) -> None:
        self._database = database
        self.ref = get_branch_ref(repository)
        name = repository.settings.get("user.name", "gitexp")
        self._who = (name, repository.settings.get("user.email", "gitexp@invalid"))

    @property
    def author(self) -> str:
        """Who records here, as ``Name <mail>``."""
        return f"{self._who[0]} <{self._who[1]}>"

    @property
    def tip(self) -> str | None:
        """The branch's commit now, or None before init."""
        return self._database.read_ref(self.ref)

    def create(self) -> bool:
        """Make the branch with its fixed root commit, the same id in every clone. False when it is there already."""
        blob = self._database.write_blob(f"gitexp {FORMAT}\n".encode())
        tree = self._database.write_tree(None, {FORMAT_FILE: blob})
        root = self._database.write_commit(
            tree, (), "gitexp: the record of this repository begins\n", _ROOT_SIGNATURE
        )
        return self._database.move_ref(self.ref, None, root, "gitexp: init")

    def check_format(self, tip: str) -> None:
        """Raise RepositoryError when the branch was written by a newer gitexp, or is no record at all."""
        blob = self._database.find_entry(self._database.read_tree_id(tip), FORMAT_FILE)
        text = self._database.read_blob(blob).decode("utf-8", "replace").strip() if blob else ""
        name, _, number = text.partition(" ")
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
        """Raise RepositoryError when a commit holds what no record has: links, submodules, names that
        lead out of it. What the ``trusted`` commit holds was checked before.
        """
        fault = self._find_forbidden(trusted, tip)
        if fault is None:
            return
        commit, before = tip, self._find_parent(tip)
        for _ in range(_LOOK_BACK):
            if before is None or self._find_forbidden(trusted, before) is None:
                break
            commit, before = before, self._find_parent(before)
        name = self.ref.removeprefix("refs/heads/")
        raise RepositoryError(
            f"commit {commit[:12]} of '{name}' holds '{fault[0]}', {fault[1]}: no record has that, and it is not read",
            f"go back to before it: git branch -f {name} {before[:12]}" if before else "",
        )

    def _find_forbidden(self, trusted: str | None, commit: str) -> tuple[str, str] | None:
        trusted_tree = self._database.read_tree_id(trusted) if trusted else None
        return self._database.find_forbidden(trusted_tree, self._database.read_tree_id(commit))

    def _find_parent(self, commit: str) -> str | None:
        found = self._database.read_commit(commit)
        return found[1][0] if found and found[1] else None

    def append(self, files: Mapping[str, bytes | None], message: str) -> str:
        """Add files (path -> bytes; None: take it out, for what is derived) in one commit; the new tip.

        This is the commit point of every recording.

        Retried on the new tip when another writer was faster, so nothing of either is lost.
        """
        for path in files:
            if not is_safe_path(path):
                raise StorageError(
                    f"'{path}' is no name for a file of the record", "nothing was recorded"
                )
        blobs: dict[str, str | None] = {
            path: data if data is None else self._database.write_blob(data)
            for path, data in files.items()
        }
        for _ in range(_ATTEMPTS):
            tip = self.tip
            if tip is None:
                raise RepositoryError(
                    "nothing is recorded here yet: the record branch is missing",
                    "run 'git exp init'",
                )
            tree = self._database.write_tree(self._database.read_tree_id(tip), blobs)
            commit = self._database.write_commit(
                tree, (tip,), message, Signature(*self._who, *read_clock())
            )
            if self._database.move_ref(self.ref, tip, commit, f"gitexp: {message.splitlines()[0]}"):
                return commit
        raise StorageError(
            f"others changed '{self.ref}' {_ATTEMPTS} times while it was written",
            "nothing was recorded; run it again",
        )

    def list_files_since(
        self, old_tip: str | None, tip: str, below: str
    ) -> Iterator[tuple[str, str, bool]]:
        """Path, blob id and presence of the files below a folder that differ between two tips (None: the empty branch)."""
        old_tree = self._database.read_tree_id(old_tip) if old_tip else None
        return self._database.list_new_files(old_tree, self._database.read_tree_id(tip), below)

    def list_names(self, folder: str) -> list[str]:
        """Paths of the files below a folder of the branch."""
        tip = self.tip
        return (
            [
                path
                for path, _, _ in self._database.list_new_files(
                    None, self._database.read_tree_id(tip), folder
                )
            ]
            if tip
            else []
        )

    def read(self, path: str) -> bytes | None:
        """Bytes of a file on the branch, or None."""
        tip = self.tip
        blob = self._database.find_entry(self._database.read_tree_id(tip), path) if tip else None
        return self._database.read_blob(blob) if blob else None
