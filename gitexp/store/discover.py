"""What the files of a repository tell without a git process (2 to 3 ms each), where nothing but the plain layout can be meant.

With os.path: to import pathlib takes as long as git would.
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
OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""Full id of an object."""

_UNUSUAL = re.compile(rb"worktree|include|\[extensions|bare(?!\s*=\s*false)", re.IGNORECASE)


def find_plain_worktree(start: str) -> str | None:
    """Real path of the work tree around the folder ``start`` whose ``.git`` is an ordinary folder of our own.

    None wherever git has more to say: other layouts (bare, linked work tree, submodule), settings that move folders, a folder
    of another user, a file system on the way, an environment that points elsewhere.
    """
    if any(name in os.environ for name in _ENVIRONMENT) or not hasattr(os, "geteuid"):
        return None
    try:
        top = realpath(start)
        device = os.stat(top).st_dev
        while os.stat(top).st_dev == device and not _there(join(top, "HEAD")):
            if _there(join(top, ".git")):
                return top if _plain(top, join(top, ".git")) else None
            if dirname(top) == top:
                return None
            top = dirname(top)
    except OSError:
        return None
    return None


def _plain(top: str, git_dir: str) -> bool:
    if (
        islink(git_dir)
        or not isdir(join(git_dir, "objects"))
        or not isdir(join(git_dir, "refs"))
        or _there(join(git_dir, "commondir"))
    ):
        return False
    if any(os.stat(path).st_uid != os.geteuid() for path in (top, git_dir)):
        return False
    return _read(git_dir, "HEAD").startswith(b"ref: ") and not _UNUSUAL.search(
        _read(git_dir, "config")
    )


def read_head_commit(git_dir: str, common_dir: str) -> str | None:
    """The commit of HEAD where its branch is a file of its own; None where only git can tell."""
    try:
        name = _read(git_dir, "HEAD").decode("ascii").strip().removeprefix("ref: ")
        text = (
            _read(common_dir, name).decode("ascii").strip()
            if name.startswith("refs/heads/")
            else ""
        )
    except (OSError, ValueError):
        return None
    return text if OID.fullmatch(text) else None


def _there(path: str) -> bool:
    """Whether a path exists. Raises OSError where that cannot be seen."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _read(folder: str, name: str) -> bytes:
    with open(join(folder, name), "rb") as file:
        return file.read()
