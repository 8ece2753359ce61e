"""The storage contract: every ref, file and folder name that gitexp owns, and reading a ref
cheaply.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.discover import is_full_id

if TYPE_CHECKING:
    from pathlib import Path

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
ID_PLACE_FILE = "id-place"
"""The path of the code file in which the id of a trial was found last."""
DIARY_DIR = "diary"
INDEX_FILE = "index.sqlite"
SPOOL_FILE = "spool"
SETTINGS_FILE = "settings.sqlite"
OFFSETS_FILE = "offsets.json"
LOGS_FILE = "logs.json"
RUNS_DIR = "runs"
OBJECTS_ASIDE = "objects-"
"""What the folders begin with into which git writes the objects of a snapshot."""


def get_branch_ref(repository: Repository) -> str:
    """Return the full name of the record branch."""
    return f"refs/heads/{repository.settings.get('gitexp.branch', DEFAULT_BRANCH)}"


def read_ref(repository: Repository, name: str) -> str | None:
    """Return the object id that ref ``name`` holds, or None.

    The files of git are read. Git is asked where refs are in a reftable, and for a symbolic one.
    """
    if not repository.has_reftable:
        try:
            text = (repository.common_dir / name).read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return find_packed_ref(read_packed_refs(repository), name)
        except (OSError, ValueError):
            text = ""
        if is_full_id(text):
            return text
    done = repository.try_git("rev-parse", "--verify", "--quiet", name)
    if done.returncode != 0:
        return None
    return done.stdout.decode().strip() or None


def read_packed_refs(repository: Repository) -> bytes:
    """Return the file of git in which many refs stand, ``<id> <name>`` a line; b"" where it has none."""
    try:
        return (repository.common_dir / "packed-refs").read_bytes()
    except OSError:
        return b""


def find_packed_ref(packed_refs: bytes, name: str) -> str | None:
    """Return the id that a ref has in the file of packed ones, or None."""
    end = packed_refs.find(b" %s\n" % os.fsencode(name))
    if end < 0:
        return None
    start = packed_refs.rfind(b"\n", 0, end) + 1
    ident = packed_refs[start:end].decode("ascii", "replace")
    return ident if is_full_id(ident) else None


class PlaceRefs(NamedTuple):
    """What other places are known to have: tips of the record branch, and of keep chains."""

    branches: frozenset[str]
    keeps: frozenset[str]


def read_place_refs(repository: Repository) -> PlaceRefs:
    """Return what the refs of other places hold.

    They are read from their files: a git process is needed only where they are in a reftable.
    """
    branch = get_branch_ref(repository).removeprefix("refs/heads/")
    if repository.has_reftable:
        refs = _list_place_refs(repository, branch)
    else:
        refs = _select_packed_refs(repository, branch) | _read_loose_refs(repository, branch)
    branches = {
        ident
        for name, ident in refs.items()
        if name.startswith("refs/remotes/") or name.endswith("/branch")
    }
    keeps = {ident for name, ident in refs.items() if "/keep/" in name}
    return PlaceRefs(frozenset(branches), frozenset(keeps))


def _list_place_refs(repository: Repository, branch: str) -> dict[str, str]:
    """Return the refs that say what other places have, as git lists them."""
    patterns = (f"refs/remotes/*/{branch}", REMOTE.removesuffix("/"))
    listed = repository.run_git("for-each-ref", "--format=%(objectname) %(refname)", *patterns)
    lines = [line.partition(" ") for line in os.fsdecode(listed).splitlines()]
    return {name: ident for ident, _, name in lines}


def _read_loose_refs(repository: Repository, branch: str) -> dict[str, str]:
    """Return the refs in files of their own that say what other places have."""
    common = repository.common_dir
    files = [*common.glob(f"refs/remotes/*/{branch}"), *common.glob(f"{REMOTE}**/*")]
    idents = {file.relative_to(common).as_posix(): _read_ref_file(file) for file in files}
    return {name: ident for name, ident in idents.items() if ident}


def _select_packed_refs(repository: Repository, branch: str) -> dict[str, str]:
    """Return the packed refs that say what other places have."""
    refs = {}
    tracking_end = f"/{branch}".encode()
    for line in read_packed_refs(repository).splitlines():
        ident, _, name = line.partition(b" ")
        is_tracking = name.startswith(b"refs/remotes/") and name.endswith(tracking_end)
        if is_tracking or name.startswith(REMOTE.encode()):
            refs[os.fsdecode(name)] = ident.decode("ascii", "replace")
    return refs


def _read_ref_file(file: Path) -> str:
    """Return the object id in the file of a ref, "" where there is none."""
    try:
        text = file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
    return text if is_full_id(text) else ""
