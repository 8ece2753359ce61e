"""The storage contract: every ref, file and folder name that gitexp owns, and reading a ref
cheaply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.store.discover import is_full_id

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

DEFAULT_BRANCH = "gitexp"
NOTES = "refs/notes/gitexp"
KEEP = "refs/gitexp/keep/"
REMOTE = "refs/gitexp/remote/"
"""What other places had when they were last asked: ``<place>/branch``, ``<place>/notes`` and
``<place>/keep/<replica>``.
"""

FORMAT_FILE = "FORMAT"
FORMAT = 1
LOG = "log"
PAGES = "pages"
FRONT_PAGE = "README.md"
PURGED_FILE = "purged"
"""Lists what was purged: paths of files on the branch, and ``commit <id>`` of kept snapshots."""

LOCK_FILE = "lock"
REPLICA_FILE = "replica"
ACTIVE_DIR = "active"
DIARY_DIR = "diary"
INDEX_FILE = "index.sqlite"
SPOOL_FILE = "spool"
SETTINGS_FILE = "settings.sqlite"
OFFSETS_FILE = "offsets.json"


def get_branch_ref(repository: Repository) -> str:
    """Return the full name of the record branch."""
    return f"refs/heads/{repository.settings.get('gitexp.branch', DEFAULT_BRANCH)}"


def read_ref(repository: Repository, name: str) -> str | None:
    """Return the object id that ref ``name`` holds, or None.

    The ref's own file is read. Git is asked only where there is no such file: the ref may be
    packed.
    """
    try:
        text = (repository.common_dir / name).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        text = ""
    if is_full_id(text):
        return text
    done = repository.try_git("rev-parse", "--verify", "--quiet", name)
    if done.returncode != 0:
        return None
    return done.stdout.decode().strip() or None
