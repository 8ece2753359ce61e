"""What the files of a repository tell without a git process (2 to 3 ms each), where nothing but the plain layout can be meant."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_UNUSUAL = re.compile(rb"worktree|include|\[extensions|bare(?!\s*=\s*false)", re.IGNORECASE)
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def plain_worktree(start: Path) -> Path | None:
    """Real path of the work tree around the folder ``start`` whose ``.git`` is an ordinary folder of our own.

    None wherever git has more to say: other layouts (bare, linked work tree, submodule), settings that move folders, a folder
    of another user, a file system on the way, an environment that points elsewhere.
    """
    if any(name in os.environ for name in _ENVIRONMENT) or not hasattr(os, "geteuid"):
        return None
    try:
        folder = start.resolve()
        device = folder.stat().st_dev
        for top in (folder, *folder.parents):
            if top.stat().st_dev != device or (top / "HEAD").exists():
                return None
            if (top / ".git").exists():
                return top if _plain(top, top / ".git") else None
    except OSError:
        return None
    return None


def _plain(top: Path, git_dir: Path) -> bool:
    if git_dir.is_symlink() or not (git_dir / "objects").is_dir() or not (git_dir / "refs").is_dir() or (git_dir / "commondir").exists():
        return False
    if any(path.stat().st_uid != os.geteuid() for path in (top, git_dir)):
        return False
    return (git_dir / "HEAD").read_bytes().startswith(b"ref: ") and not _UNUSUAL.search((git_dir / "config").read_bytes())


def head_commit(git_dir: Path, common_dir: Path) -> str | None:
    """The commit of HEAD where its branch is a file of its own; None where only git can tell."""
    try:
        name = (git_dir / "HEAD").read_text(encoding="ascii").strip().removeprefix("ref: ")
        text = (common_dir / name).read_text(encoding="ascii").strip() if name.startswith("refs/heads/") else ""
    except (OSError, ValueError):
        return None
    return text if _OID.fullmatch(text) else None
