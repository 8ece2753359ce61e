"""Beginning and ending: init and uninit."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.store.lock import hold_lock, make_write_error
from gitexp.store.new_commits import mark_read
from gitexp.store.refs import KEEP, LOG, NOTES, OFFSETS_FILE, REMOTE

if TYPE_CHECKING:
    from gitexp.record.record import Record


def begin_record(record: Record) -> bool:
    """Make the record branch (or take it over from a remote that has it) and the local folder. False when it was there already.

    Raises RepositoryError when a branch of that name holds something else.
    """
    record.branch  # noqa: B018 - opens libgit2, which refuses what it cannot write before anything is touched
    name = record.branch.ref.removeprefix("refs/heads/")
    fresh = record.branch.tip is None
    if fresh:
        fetched = record.repository.try_git(
            "for-each-ref", "--format=%(objectname)", "--count=1", f"refs/remotes/*/{name}"
        ).stdout
        adopted = fetched.decode().strip()
        if adopted:
            record.fetch_history(adopted)
            record.branch.check_format(adopted)
            record.branch.check_trees(None, adopted)
            record.database.move_ref(record.branch.ref, None, adopted, "gitexp: init from a remote")
        else:
            record.branch.create()
    tip = record.branch.tip
    if tip is None:
        raise RepositoryError(
            f"branch '{name}' cannot be created",
            "is there a branch whose name begins with it? git config gitexp.branch <name>",
        )
    record.fetch_history(tip)
    record.branch.check_format(tip)
    with hold_lock(record.repository):
        first = not (record.repository.state_dir / OFFSETS_FILE).exists()
        if first:
            mark_read(record.repository)
    return fresh or first


def end(record: Record, *, delete_record: bool = False) -> bool:
    """Remove the local folder; of the refs only those that hold nothing, or all when asked. True if the record itself is gone."""
    tip = record.branch.tip
    # Not by the parents of the tip: in a shallow clone a full record has none.
    empty = (
        tip is not None
        and record.database.find_folder(record.database.read_tree_id(tip), LOG) is None
    )
    if delete_record or empty:
        names = (
            record.repository.run_git(
                "for-each-ref", "--format=%(refname)", KEEP.rstrip("/"), REMOTE.rstrip("/"), NOTES
            )
            .decode()
            .split()
        )
        for name in (*names, record.branch.ref):
            record.database.delete_ref(name)
    try:
        shutil.rmtree(record.repository.state_dir, ignore_errors=False)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise make_write_error(record.repository.state_dir, error) from None
    return delete_record or empty
