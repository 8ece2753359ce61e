"""What the hooks spooled and what the reflogs know: which commits were made or rewritten since we last looked.

The hook is no reliable witness (silent for merge, am and other tools; once per pick in a rebase), so both are read.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.atomic import write_atomically
from gitexp.store.lock import make_write_error
from gitexp.store.refs import OFFSETS_FILE, SPOOL_FILE

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

# Reflog messages of actions that make a new commit of the user's own; the rest only move HEAD.
_MAKES = re.compile(
    r"(?:commit(?: \((?:initial|merge|cherry-pick)\))?|cherry-pick|revert|am)(?::| )|(?:merge|pull) .*: Merge made"
)
_AMENDS = re.compile(r"commit \(amend\):")


class NewCommit(NamedTuple):
    """A commit that was made in the worktree whose git folder is ``git_dir``."""

    commit: str
    git_dir: str


class RewrittenCommit(NamedTuple):
    """A commit that was rewritten to another by amend or rebase."""

    old: str
    new: str


class NewCommits(NamedTuple):
    """What happened since the last look, each once and in order, and the offsets that mark it as read."""

    made: tuple[NewCommit, ...]
    rewritten: tuple[RewrittenCommit, ...]
    offsets: dict[str, int]


def read_new_commits(repository: Repository) -> NewCommits | None:
    """Read the spool and the HEAD reflogs past the saved offsets; None when nothing new is there."""
    saved = _saved(repository)
    sizes = {str(path): path.stat().st_size for path in _sources(repository) if path.exists()}
    if saved is None:
        mark_read(repository, sizes)
        return None
    if sizes == saved:
        return None
    made: dict[str, NewCommit] = {}
    rewritten: dict[str, RewrittenCommit] = {}
    offsets: dict[str, int] = {}
    for name, size in sizes.items():
        path = Path(name)
        start = saved.get(name, 0)
        text, offsets[name] = _read_past(path, start if start <= size else 0)
        if path.name == SPOOL_FILE:
            _read_spool(text, made, rewritten)
        else:
            _read_reflog(text, str(path.parent.parent), made, rewritten)
    return NewCommits(tuple(made.values()), tuple(rewritten.values()), offsets)


def mark_read(repository: Repository, offsets: dict[str, int] | None = None) -> None:
    """Save how far was read; without offsets: everything that is there now."""
    if offsets is None:
        offsets = {str(path): path.stat().st_size for path in _sources(repository) if path.exists()}
    target = repository.state_dir / OFFSETS_FILE
    try:
        write_atomically(target, json.dumps(offsets).encode())
    except OSError as error:
        raise make_write_error(target, error) from None


def is_spooled(repository: Repository, commit: str) -> bool:
    """Whether the hook spooled this commit, or the rewrite that made it."""
    try:
        with (repository.state_dir / SPOOL_FILE).open("rb") as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - 65536))
            return f" {commit}".encode() in handle.read()
    except OSError:
        return False


def _sources(repository: Repository) -> list[Path]:
    heads = [
        repository.common_dir / "logs" / "HEAD",
        *sorted((repository.common_dir / "worktrees").glob("*/logs/HEAD")),
    ]
    return [*heads, repository.state_dir / SPOOL_FILE]


def _saved(repository: Repository) -> dict[str, int] | None:
    try:
        saved = json.loads((repository.state_dir / OFFSETS_FILE).read_text(encoding="utf-8"))
        return {str(name): int(size) for name, size in saved.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def _read_past(path: Path, start: int) -> tuple[str, int]:
    """Whole lines after ``start``, and where the last one ends: a hook may be writing just now."""
    with path.open("rb") as handle:
        handle.seek(start)
        data = handle.read()
    whole = data[: data.rfind(b"\n") + 1]
    return os.fsdecode(whole), start + len(whole)


def _read_spool(
    text: str, made: dict[str, NewCommit], rewritten: dict[str, RewrittenCommit]
) -> None:
    for line in text.splitlines():
        match line.split(" ", 2):
            case ["commit", commit, git_dir]:
                made[commit] = NewCommit(commit, git_dir)
            case ["rewrite", old, rest]:
                new = rest.split(" ")[0]
                rewritten[old] = RewrittenCommit(old, new)


def _read_reflog(
    text: str, git_dir: str, made: dict[str, NewCommit], rewritten: dict[str, RewrittenCommit]
) -> None:
    for line in text.splitlines():
        head, _, message = line.partition("\t")
        old, _, rest = head.partition(" ")
        new = rest.partition(" ")[0]
        if _AMENDS.match(message):
            rewritten.setdefault(old, RewrittenCommit(old, new))
        elif _MAKES.match(message):
            made.setdefault(new, NewCommit(new, git_dir))
