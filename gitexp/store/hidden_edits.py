"""Edits that ``git status`` passes over: files marked assume-unchanged or skip-worktree."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitexp.store.repository import Repository

# A line of ``git ls-files -v``: a small letter is assume-unchanged, S is skip-worktree.
_HIDDEN = re.compile(rb"(?:\A|\0)(?:[a-z]|S) ([^\0]+)")


def find_hidden_edits(repository: Repository, top: Path, env: Mapping[str, str]) -> list[str]:
    """Return the paths of edited files whose edits git was told not to see.

    Such a file often holds what is meant for this machine alone, as a password.
    """
    listed = repository.run_git("ls-files", "-v", "-z", env=env)
    marked = [os.fsdecode(name) for name in _HIDDEN.findall(listed)]
    # A sparse checkout marks all that it leaves out.
    present = [name for name in marked if _is_plain_file(top / name)]
    if not present:
        return []
    blobs = _read_indexed_blobs(repository, env)
    names = "".join(f"{name}\n" for name in present)
    hashed = repository.try_git("hash-object", "--stdin-paths", data=os.fsencode(names), env=env)
    if hashed.returncode != 0:
        return present  # a filter fails: better named once too often
    current = hashed.stdout.decode().split()
    return [name for name, blob in zip(present, current, strict=True) if blobs.get(name) != blob]


def _is_plain_file(path: Path) -> bool:
    return "\n" not in str(path) and path.is_file() and not path.is_symlink()


def _read_indexed_blobs(repository: Repository, env: Mapping[str, str]) -> dict[str, str]:
    """Return the blob of each file in the index, by path."""
    listed = os.fsdecode(repository.run_git("ls-files", "-s", "-z", env=env))
    blobs = {}
    for line in filter(None, listed.split("\0")):
        head, _, path = line.partition("\t")
        blobs[path] = head.split(" ")[1]
    return blobs
