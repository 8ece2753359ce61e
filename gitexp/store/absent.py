"""How code that is not in this clone is brought to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.store.discover import list_shallow_commits

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

PUSH_CODE = "git exp push"
"""Pushes the snapshots of this clone, with the record."""

FETCH_CODE = "git exp pull --snapshots"
"""Fetches the snapshots of all clones."""


def describe_remedy(repository: Repository) -> str:
    """Say what would bring code to this clone."""
    line = f"{FETCH_CODE}; if that does not bring it: {PUSH_CODE} where it was recorded"
    if list_shallow_commits(repository.common_folder):
        return f"git fetch --unshallow; or {line}"
    return line
