"""What the files of a repository tell without a git process, which takes 2 to 3 ms.

Only the plain layout is read here; everything else is for git to say. With os.path, because to
import pathlib takes as long as git would.
"""

from __future__ import annotations

import os
import re
from os.path import dirname, isdir, islink, join, realpath

_ENVIRONMENT = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
)
_HEXADECIMAL = "0123456789abcdef"
_ID_LENGTHS = (40, 64)
_UNUSUAL = re.compile(rb"worktree|include|\[extensions|bare(?!\s*=\s*false)", re.IGNORECASE)


def is_full_id(text: str) -> bool:
    """Return True for the full id of an object."""
    return len(text) in _ID_LENGTHS and not text.strip(_HEXADECIMAL)


def find_plain_worktree(start: str) -> str | None:
    """Return the real path of the work tree around the folder ``start``, if its ``.git`` is an
    ordinary folder of our own.

    None wherever git has more to say: other layouts (bare, linked work tree, submodule), settings
    that move folders, a folder of another user, another file system on the way, an environment that
    points elsewhere.
    """
    if any(name in os.environ for name in _ENVIRONMENT) or not hasattr(os, "geteuid"):
        return None
    try:
        top = realpath(start)
        device = os.stat(top).st_dev
        while os.stat(top).st_dev == device and not _exists(join(top, "HEAD")):
            git_dir = join(top, ".git")
            if _exists(git_dir):
                return top if _is_plain(top, git_dir) else None
            if dirname(top) == top:
                return None
            top = dirname(top)
    except OSError:
        return None
    return None


def _is_plain(top: str, git_dir: str) -> bool:
    """Return True for a git folder that nothing in it turns into another layout."""
    if islink(git_dir) or _exists(join(git_dir, "commondir")):
        return False
    if not isdir(join(git_dir, "objects")) or not isdir(join(git_dir, "refs")):
        return False
    if any(os.stat(path).st_uid != os.geteuid() for path in (top, git_dir)):
        return False
    if not _read_file(git_dir, "HEAD").startswith(b"ref: "):
        return False
    return not _UNUSUAL.search(_read_file(git_dir, "config"))


def read_head_commit(git_dir: str, common_dir: str) -> str | None:
    """Return the commit of HEAD where its branch is a file of its own; None where only git can
    tell.
    """
    try:
        branch = _read_file(git_dir, "HEAD").decode("ascii").strip().removeprefix("ref: ")
        if not branch.startswith("refs/heads/"):
            return None
        commit = _read_file(common_dir, branch).decode("ascii").strip()
    except (OSError, ValueError):
        return None
    return commit if is_full_id(commit) else None


def list_shallow_commits(common_folder: str) -> frozenset[str]:
    """Return the commits whose parents a shallow clone lacks."""
    try:
        return frozenset(_read_file(common_folder, "shallow").decode("ascii").split())
    except OSError:
        return frozenset()


def _exists(path: str) -> bool:
    """Return True if a path exists. Raises OSError where that cannot be seen."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _read_file(folder: str, name: str) -> bytes:
    with open(join(folder, name), "rb") as file:
        return file.read()
