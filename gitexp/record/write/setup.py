"""Begin the record of a repository, and end it: ``init`` and ``uninit``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.record.read.fetched import find_fetched_record
from gitexp.store.lock import hold_lock, make_write_error
from gitexp.store.new_commits import make_spool, mark_read
from gitexp.store.refs import KEEP, LOG, NOTES, OFFSETS_FILE, REMOTE

if TYPE_CHECKING:
    from gitexp.record.record import Record


def begin_record(record: Record) -> bool:
    """Make the record branch and the local folder; return False when both were there already.

    The branch is taken over from a remote that has it. Raises RepositoryError when a branch of that
    name holds something else.
    """
    is_new_branch = _begin_branch(record)
    with hold_lock(record.repository):
        is_new_clone = not (record.repository.state_dir / OFFSETS_FILE).exists()
        if is_new_clone:
            make_spool(record.repository)
            mark_read(record.repository)
    return is_new_branch or is_new_clone


def end_record(record: Record, *, delete_record: bool = False) -> bool:
    """Remove the local folder; return True if the record itself is gone too.

    The refs are removed when the record is empty, or with ``delete_record``.
    """
    is_deleted = delete_record or _is_empty(record)
    if is_deleted:
        folders = (KEEP.rstrip("/"), REMOTE.rstrip("/"), NOTES)
        listed = record.repository.run_git("for-each-ref", "--format=%(refname)", *folders)
        for name in (*listed.decode().split(), record.branch.ref):
            record.database.delete_ref(name)
    try:
        shutil.rmtree(record.repository.state_dir)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise make_write_error(record.repository.state_dir, error) from None
    return is_deleted


def list_keep_refs(record: Record) -> dict[str, str]:
    """Return the refs that keep the code of trials alive, with the commit that each holds."""
    form = "--format=%(refname) %(objectname)"
    listed = record.repository.run_git("for-each-ref", form, KEEP.rstrip("/"))
    return dict(line.split(" ") for line in listed.decode().splitlines())


def _begin_branch(record: Record) -> bool:
    """Make the record branch, or take it over from a remote; return False when it was there."""
    branch = record.branch  # opens libgit2, which refuses a kind of repository it cannot write
    is_new = branch.tip is None
    if is_new:
        fetched = find_fetched_record(record)
        if fetched is not None:
            remote_tip = fetched.tip
            record.fetch_history(remote_tip)
            branch.check_format(remote_tip)
            branch.check_trees(None, remote_tip)
            record.database.move_ref(branch.ref, None, remote_tip, "gitexp: init from a remote")
        else:
            branch.create()
    tip = branch.tip
    if tip is None:
        raise RepositoryError(
            f"branch '{record.branch_name}' cannot be created",
            "is there a branch whose name begins with it? git config gitexp.branch <name>",
        )
    record.fetch_history(tip)
    branch.check_format(tip)
    return is_new


def _is_empty(record: Record) -> bool:
    """Return True if the record branch holds no event.

    The parents of its tip say nothing of it: in a shallow clone a full record has none.
    """
    tip = record.branch.tip
    if tip is None:
        return False
    tree = record.database.read_tree_id(tip)
    return record.database.find_folder(tree, LOG) is None
