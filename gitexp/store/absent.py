"""How code that is not in this clone is brought to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.store.discover import list_shallow_commits
from gitexp.store.refs import KEEP, REMOTE

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

PUSH_CODE = f"git push origin '{KEEP}*'"
"""Pushes the snapshots of this clone."""

FETCH_CODE = f"git fetch origin '+{KEEP}*:{REMOTE}origin/keep/*'"
"""Fetches the snapshots of all clones.

It writes below ``refs/gitexp/remote``, never to a keep ref.
"""


def describe_remedy(repository: Repository) -> str:
    """Say what would bring code to this clone."""
    line = f"where it was recorded: {PUSH_CODE}, or push its branch; then here: {FETCH_CODE}"
    if list_shallow_commits(repository.common_folder):
        return f"git fetch --unshallow; or {line}"
    return line
