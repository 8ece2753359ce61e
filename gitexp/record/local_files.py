"""The small files of this clone: its id, and the active experiment of each worktree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitexp.store.refs import ACTIVE_DIR, ID_PLACE_FILE, REPLICA_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.store.repository import Repository


def read_clone_id(repository: Repository) -> str:
    """Return the id of this clone, "" before there is one."""
    try:
        return (repository.state_dir / REPLICA_FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def make_clone_id(repository: Repository) -> str:
    """Make the id of this clone, write it and return it. Raises StorageError."""
    from gitexp.model.ids import make_replica_id

    ident = make_replica_id(os.urandom(16))
    _write(repository.state_dir / REPLICA_FILE, ident)
    return ident


def read_active_name(repository: Repository, git_dir: Path) -> str:
    """Return the name that was last made active in a worktree, "" where none was.

    ``git_dir`` is the git folder of the worktree. The experiment may have another id by now.
    """
    try:
        return _find_active_file(repository, git_dir).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def write_active_name(repository: Repository, ident: str) -> None:
    """Make an experiment the active one of this worktree, "" for none. Raises StorageError."""
    _write(_find_active_file(repository, repository.git_dir), ident)


def read_id_place(repository: Repository) -> str:
    """Return the path of the file in which the id of a trial was found last, "" for none."""
    try:
        return (repository.state_dir / ID_PLACE_FILE).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeError):
        return ""


def write_id_place(repository: Repository, path: str) -> None:
    """Remember the file in which the id of a trial was found. Raises StorageError."""
    _write(repository.state_dir / ID_PLACE_FILE, path)


def _find_active_file(repository: Repository, git_dir: Path) -> Path:
    is_main_worktree = git_dir.resolve() == repository.common_dir.resolve()
    name = "main" if is_main_worktree else git_dir.name
    return repository.state_dir / ACTIVE_DIR / name


def _write(path: Path, line: str) -> None:
    from gitexp.store.atomic import write_atomically

    try:
        write_atomically(path, f"{line}\n".encode())
    except OSError as error:
        from gitexp.store.lock import make_write_error

        raise make_write_error(path, error) from None
