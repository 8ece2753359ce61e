"""The folder to which each record is copied, where the config ``gitexp.appendTo`` names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

APPEND_TO = "gitexp.appendTo"


def copy_to_folder(repository: Repository, replica: str) -> None:
    """Append what the folder lacks, where there is one. Raises StorageError or RepositoryError."""
    setting = repository.settings.get(APPEND_TO.lower(), "")
    if not setting:
        return
    from pathlib import Path

    from gitexp.store.bundle_chain import append_link

    append_link(repository, Path(setting), replica)
