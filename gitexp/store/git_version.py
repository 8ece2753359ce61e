"""The versions of git that gitexp works with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

OLDEST_GIT = (2, 31)
"""``git log --diff-merges``, by which code is followed through merges, came with it."""

REMEDY = "install git 2.31 or newer; recording works without it"


class GitVersion(NamedTuple):
    """What git says of itself, ``git version 2.39.5``, and whether code is followed with it."""

    text: str
    is_too_old: bool


def read_git_version(repository: Repository) -> GitVersion:
    """Return the version of the git that is found on PATH."""
    text = repository.run_git("--version").decode("utf-8", "replace").strip()
    match = re.search(r"(\d+)\.(\d+)", text)
    is_too_old = match is not None and (int(match[1]), int(match[2])) < OLDEST_GIT
    return GitVersion(text, is_too_old)
