"""A record branch that another program deleted or set back is brought back.

The index knows the tip that it last saw. A record only grows, so a branch that has fewer events than
that tip was set back by another program.

Where the branch is checked out, its files and git's index stay as they were while we record. The next
commit there takes out all that was recorded meanwhile. The reflog of that worktree proves it: the
commit's parent is not what the worktree had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.branch_layout import DATA, EXCERPTS, IMAGES
from gitexp.store.join import join_records
from gitexp.store.purged import read_purged
from gitexp.store.reflogs import list_reflogs, measure_reflog, read_reflog, read_reflog_lines
from gitexp.store.refs import LOG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitexp.store.branch import RecordBranch
    from gitexp.store.database import Database
    from gitexp.store.repository import Repository


def bring_back_branch(database: Database, branch: RecordBranch, last_tip: str) -> str:
    """Make a deleted branch anew with the tip that the index last saw.

    Return what to tell the user, "" where there is nothing to bring back.
    """
    if not last_tip or database.read_commit(last_tip) is None:
        return ""
    database.move_ref(branch.ref, None, last_tip, "gitexp: bring back a deleted branch")
    name = branch.ref.removeprefix("refs/heads/")
    return (
        f"branch '{name}' was deleted and is back"
        " ('git exp uninit --delete-record' deletes the record)"
    )


def put_back_lost_events(
    repository: Repository, database: Database, branch: RecordBranch, last_tip: str
) -> str:
    """Join the branch with the tip that the index last saw, where the branch was set back.

    A commit that takes a file out on purpose is left as it is: the branch goes on from the tip then.
    Return what to tell the user, "" where nothing was lost.
    """
    tip = branch.tip
    if not last_tip or tip is None or database.is_ancestor(last_tip, tip):
        return ""
    if database.read_commit(last_tip) is None:
        return ""  # git has removed it
    changes = branch.list_files_since(last_tip, tip, LOG)
    purged = read_purged(database, tip)
    lost = [change for change in changes if not change.present and change.path not in purged]
    if not lost:
        return ""
    joined = join_records(repository, database, tip, last_tip)
    if not database.move_ref(branch.ref, tip, joined, "gitexp: put back lost events"):
        return ""
    name = branch.ref.removeprefix("refs/heads/")
    return f"branch '{name}' was set back by another program: {len(lost)} lost events are back"


# Reflog messages of what leaves the files of a worktree as its HEAD has them.
_RENEWS_FILES = re.compile(
    r"(?:checkout|clone|commit|reset|merge|pull|rebase|cherry-pick|revert|am)\b"
)
_END_OF_REFLOG = 65_536
"""Bytes of a reflog that are read."""


class _BlindCommit(NamedTuple):
    """A commit on ``parent`` in a worktree whose files were still those of ``checked_out``."""

    commit: str
    parent: str
    checked_out: str


def put_back_taken_out(
    repository: Repository, database: Database, branch: RecordBranch, last_tip: str
) -> str:
    """Put back what a commit took out in a worktree that had not seen it.

    What the worktree had and a person took out stays out. Return what to tell the user, "" where
    nothing was taken out.
    """
    tip = branch.tip
    if not last_tip or tip is None:
        return ""
    taken_out = {
        change.path for change in branch.list_files_since(last_tip, tip, LOG) if not change.present
    }
    if not taken_out:
        return ""
    purged = read_purged(database, tip)
    files: dict[str, bytes] = {}
    for blind in _list_blind_commits(repository, database, last_tip, tip):
        for folder in (LOG, IMAGES, DATA, EXCERPTS):
            for file in branch.list_files_since(blind.checked_out, blind.parent, folder):
                if file.present and file.path not in purged and branch.read(file.path) is None:
                    files[file.path] = database.read_blob(file.blob)
    events = taken_out.intersection(files)
    if not events:
        return ""
    branch.append(files, "put back what a commit took out unseen [skip ci]\n")
    name = branch.ref.removeprefix("refs/heads/")
    return (
        f"a commit in a worktree of '{name}' took out {len(events)} events that it had not seen:"
        " they are back ('git reset --hard' there shows them)"
    )


def _list_blind_commits(
    repository: Repository, database: Database, last_tip: str, tip: str
) -> Iterator[_BlindCommit]:
    """Yield the commits between two tips that were made on what their worktree had not seen."""
    for reflog in list_reflogs(repository):
        checked_out = ""
        for old, new, message in read_reflog_lines(_read_end(repository, reflog)):
            if not _RENEWS_FILES.match(message):
                continue
            is_blind = message.startswith("commit") and checked_out not in ("", old)
            is_here = is_blind and _are_present(database, checked_out, old, new)
            if is_here and _is_between(database, last_tip, new, tip):
                yield _BlindCommit(new, old, checked_out)
            checked_out = new


def _are_present(database: Database, *commits: str) -> bool:
    return all(database.read_commit(commit) is not None for commit in commits)


def _is_between(database: Database, last_tip: str, commit: str, tip: str) -> bool:
    """Return True if a commit is in the record at ``tip`` and was not at ``last_tip``."""
    return database.is_ancestor(commit, tip) and not database.is_ancestor(commit, last_tip)


def _read_end(repository: Repository, reflog: Path) -> str:
    """Return the end of a reflog; "" where it cannot be read."""
    size = measure_reflog(repository, reflog) or 0
    try:
        data = read_reflog(repository, reflog, max(0, size - _END_OF_REFLOG), size)
    except OSError:
        return ""
    return data.decode(errors="replace")
