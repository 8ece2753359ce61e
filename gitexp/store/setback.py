"""A record branch that another program deleted or set back is brought back.

The index knows the tip that it last saw. A record only grows, so a branch that has fewer events than
that tip was set back by another program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.store.join import join_records
from gitexp.store.purged import read_purged
from gitexp.store.refs import LOG

if TYPE_CHECKING:
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
