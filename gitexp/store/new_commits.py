"""The commits that were made or rewritten since we last looked, by the hooks' spool, the reflogs and
the map that ``git filter-repo`` leaves.

The hook is no reliable witness: it is silent for merge, am and other tools, and runs once per pick
in a rebase. So both are read.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.atomic import write_atomically
from gitexp.store.discover import is_full_id
from gitexp.store.lock import make_write_error
from gitexp.store.reflogs import (
    ReflogLine,
    list_reflogs,
    measure_reflog,
    read_between,
    read_reflog,
    read_reflog_lines,
)
from gitexp.store.refs import OFFSETS_FILE, SPOOL_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.store.repository import Repository

# Reflog messages of actions that make a new commit of the user's own; the rest only move HEAD.
_MAKES = re.compile(
    r"(?:commit(?: \((?:initial|merge|cherry-pick)\))?|cherry-pick|revert|am)(?::| )"
    r"|(?:merge|pull) .*: Merge made"
)
_AMENDS = re.compile(r"commit \(amend\):")
_COPIES = re.compile(r"commit \(cherry-pick\):|cherry-pick|am(?::| )")
_SWITCHES = re.compile(r"checkout:|clone:")
_REPLACES = re.compile(r"(?:pull .*)?rebase|filter-branch|replay|history")

_COMMIT_MAP = "commit-map"
"""What ``git filter-repo`` leaves in ``.git/filter-repo``: an old id and a new one a line."""

# How much of the spool's end is searched for the newest commit.
_SPOOL_END = 65_536


class NewCommit(NamedTuple):
    """A commit that was made in the worktree whose git folder is ``git_dir``."""

    commit: str
    git_dir: str


class RewrittenCommit(NamedTuple):
    """A commit that was rewritten to another by amend or rebase."""

    old: str
    new: str


class HeadMove(NamedTuple):
    """HEAD went from one commit to another without a switch of branches between.

    ``replaces``: by a rebase or the like, whose commits take the place of others.
    """

    old: str
    new: str
    replaces: bool


class NewCommits(NamedTuple):
    """The commits since the last look, each once and in order, and the offsets that mark them as
    read.

    ``copied``: those of ``made`` that git wrote for a cherry-pick or a patch. ``moves``: where HEAD
    went otherwise than by commits made by hand. ``mapped``: all that ``git filter-repo`` rewrote.
    """

    made: tuple[NewCommit, ...]
    rewritten: tuple[RewrittenCommit, ...]
    offsets: dict[str, int]
    copied: frozenset[str] = frozenset()
    moves: tuple[HeadMove, ...] = ()
    mapped: tuple[RewrittenCommit, ...] = ()


def has_new_commits(repository: Repository) -> bool:
    """Return True if the spool or a reflog has changed since the last look; neither is read."""
    return _measure_sources(repository) != _read_offsets(repository)


def read_new_commits(repository: Repository) -> NewCommits:
    """Read the spool and the HEAD reflogs past the saved offsets; nothing at the very first look.

    Call it under the lock and save the offsets there: else two processes read the same lines.
    """
    saved_offsets = _read_offsets(repository)
    sizes = _measure_sources(repository)
    if saved_offsets is None:
        return NewCommits((), (), sizes)
    made: dict[str, NewCommit] = {}
    rewritten: dict[str, RewrittenCommit] = {}
    offsets: dict[str, int] = {}
    copied: set[str] = set()
    moves: list[HeadMove] = []
    mapped: tuple[RewrittenCommit, ...] = ()
    for name, size in sizes.items():
        path = Path(name)
        start = saved_offsets.get(name, 0)
        if path.name == _COMMIT_MAP:
            offsets[name] = size
            if start != size:
                mapped = _read_commit_map(path)
            continue
        if start > size:  # the file was made anew
            start = 0
        if path.name == SPOOL_FILE:
            text, offsets[name] = _cut_whole_lines(read_between(path, start, size), start)
            _read_spool(text, made, rewritten)
        else:
            data = read_reflog(repository, path, start, size)
            text, offsets[name] = _cut_whole_lines(data, start)
            lines = read_reflog_lines(text)
            _read_reflog(lines, str(path.parent.parent), made, rewritten)
            copied.update(line.new for line in lines if _COPIES.match(line.message))
            moves += _join_moves(lines)
    return NewCommits(
        made=tuple(made.values()),
        rewritten=tuple(rewritten.values()),
        offsets=offsets,
        copied=frozenset(copied),
        moves=tuple(moves),
        mapped=mapped,
    )


def make_spool(repository: Repository) -> None:
    """Make the file that the hooks write to, for all who commit in a repository of a group.

    Raises StorageError.
    """
    spool = repository.state_dir / SPOOL_FILE
    try:
        spool.touch()
    except OSError as error:
        raise make_write_error(spool, error) from None


def mark_read(repository: Repository, offsets: dict[str, int] | None = None) -> None:
    """Save the offsets up to which all was read; without offsets: the ends of all files now."""
    if offsets is None:
        offsets = _measure_sources(repository)
    target = repository.state_dir / OFFSETS_FILE
    try:
        write_atomically(target, json.dumps(offsets).encode())
    except OSError as error:
        raise make_write_error(target, error) from None


def is_spooled(repository: Repository, commit: str) -> bool:
    """Return True if the hook spooled this commit, or the rewrite that made it."""
    try:
        with (repository.state_dir / SPOOL_FILE).open("rb") as handle:
            size = handle.seek(0, os.SEEK_END)
            handle.seek(max(0, size - _SPOOL_END))
            return f" {commit}".encode() in handle.read()
    except OSError:
        return False


def _measure_sources(repository: Repository) -> dict[str, int]:
    """Return the size in bytes of the spool and of the reflogs of all worktrees' HEADs.

    Of the map of ``git filter-repo`` it is the time of the last change.
    The spool is measured first: git writes the reflog before it runs a hook. So the reflog line of
    a commit is read whenever its spool line is. Only the reflog says that a commit was amended.
    """
    spool = repository.state_dir / SPOOL_FILE
    spool_size = _measure(spool)
    sizes = {path: measure_reflog(repository, path) for path in list_reflogs(repository)}
    sizes[spool] = spool_size
    commit_map = repository.common_dir / "filter-repo" / _COMMIT_MAP
    sizes[commit_map] = _read_change_time(commit_map)
    return {str(path): size for path, size in sizes.items() if size is not None}


def _measure(path: Path) -> int | None:
    """Return the size of a file, None where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def _read_change_time(path: Path) -> int | None:
    """Return when a file was changed, in nanoseconds; None where there is none.

    The map of a second rewrite has the size of the first.
    """
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _read_commit_map(path: Path) -> tuple[RewrittenCommit, ...]:
    """Return the pairs of a map that differ. A commit that was dropped has zeros for a new id."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ()
    pairs = []
    for line in lines:
        old, _, new = line.partition(" ")
        new = new.strip()
        if is_full_id(old) and is_full_id(new) and new.strip("0") and old != new:
            pairs.append(RewrittenCommit(old, new))
    return tuple(pairs)


def _read_offsets(repository: Repository) -> dict[str, int] | None:
    """Return the saved offsets; None where there are none, or where they make no sense."""
    try:
        saved = json.loads((repository.state_dir / OFFSETS_FILE).read_text(encoding="utf-8"))
        return {str(name): int(size) for name, size in saved.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def _cut_whole_lines(data: bytes, start: int) -> tuple[str, int]:
    """Return the whole lines of what was read from an offset, and where the last of them ends.

    A hook may be writing just now, so the last line may not be whole.
    """
    lines = data[: data.rfind(b"\n") + 1]
    return os.fsdecode(lines), start + len(lines)


def _read_spool(
    text: str, made: dict[str, NewCommit], rewritten: dict[str, RewrittenCommit]
) -> None:
    """Add what the hooks' lines say: ``commit <id> <git dir>``, ``rewrite <old> <new>
    <command>``. A line without full ids is left out: see ``read_reflog_lines``.
    """
    for line in text.split("\n"):
        match line.split(" ", 2):
            case ["commit", commit, git_dir] if is_full_id(commit):
                made[commit] = NewCommit(commit, git_dir)
            case ["rewrite", old, new_and_command] if is_full_id(old):
                new, _, _ = new_and_command.partition(" ")
                if is_full_id(new):
                    rewritten[old] = RewrittenCommit(old, new)


def _join_moves(lines: Iterable[ReflogLine]) -> list[HeadMove]:
    """Return where HEAD went, a move for all lines between two switches of branches.

    So the steps of a rebase are one move, and of what was rewritten twice the last counts. Commits
    made by hand alone are no move.
    """
    moves: list[HeadMove] = []
    is_open = False
    for line in lines:
        if _SWITCHES.match(line.message):
            is_open = False
            continue
        is_by_hand = _MAKES.match(line.message) and not _COPIES.match(line.message)
        replaces = bool(_REPLACES.match(line.message))
        if is_open:
            last = moves[-1]
            moves[-1] = HeadMove(last.old, line.new, last.replaces or replaces)
        elif not is_by_hand and not _AMENDS.match(line.message) and line.old.strip("0"):
            moves.append(HeadMove(line.old, line.new, replaces))
            is_open = True
    return [move for move in moves if move.old != move.new]


def _read_reflog(
    lines: Iterable[ReflogLine],
    git_dir: str,
    made: dict[str, NewCommit],
    rewritten: dict[str, RewrittenCommit],
) -> None:
    """Add what the lines of a reflog say."""
    for old, new, message in lines:
        if _AMENDS.match(message):
            rewritten.setdefault(old, RewrittenCommit(old, new))
        elif _MAKES.match(message):
            made.setdefault(new, NewCommit(new, git_dir))
