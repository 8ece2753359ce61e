"""How the record of this clone stands to those of other places, as far as the last fetch told."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.purged import read_purged
from gitexp.store.refs import LOG
from gitexp.store.remote_places import get_place_of_ref, list_published_refs

if TYPE_CHECKING:
    from gitexp.record.record import Record


# Places that are no remote have letters of a hash behind their name.
_NO_REMOTE = re.compile(r".*-[0-9a-f]{8}")


class PushState(NamedTuple):
    """What other places lack, and what this clone lacks. No place is asked.

    ``ahead``: commits of the record that no place is known to have. ``behind``: commits that a place
    had and this clone has not. ``places``: those that have the record, as ``origin/gitexp``.
    ``worktree``: the folder in which the record branch is checked out; "" where it is in none.
    """

    ahead: int
    behind: int
    places: tuple[str, ...]
    worktree: str

    def format_lines(self) -> list[str]:
        """Return what to show, besides that everything is pushed."""
        lines = []
        if self.ahead:
            places = ", ".join(self.places) or "no other place has the record"
            lines.append(
                f"not pushed: {self.ahead} of the record's commits ({places}; git exp push)"
            )
        if self.behind:
            lines.append(f"not pulled: {self.behind} of the record's commits (git exp pull)")
        if self.worktree:
            lines.append(
                f"the record branch is checked out in {self.worktree}:"
                " a commit there can take records out (switch to another branch)"
            )
        return lines


def read_push_state(record: Record) -> PushState:
    """Compare the record branch with what other places were last known to have."""
    branch = record.branch_name
    refs = list_published_refs(record.repository)
    places = dict.fromkeys(_describe_place(ref, branch) for ref in refs)
    ahead = _count_commits(record, [f"refs/heads/{branch}"], refs)
    newer_refs = [ref for ref in refs if _has_new_files(record, ref)]
    behind = _count_commits(record, newer_refs, [f"refs/heads/{branch}"]) if newer_refs else 0
    return PushState(ahead, behind, tuple(places), _find_worktree(record))


def _has_new_files(record: Record, ref: str) -> bool:
    """Return True if a place has events that this clone has neither recorded nor purged.

    The commits of a place that has not heard of a purge are not those of this clone, and never will
    be.
    """
    tip = record.branch.tip
    theirs = record.database.read_ref(ref)
    if tip is None or theirs is None:
        return theirs is not None
    if record.database.is_ancestor(theirs, tip):
        return False
    try:
        purged = read_purged(record.database, tip)
        files = record.branch.list_files_since(tip, theirs, LOG)
        return any(file.present and file.path not in purged for file in files)
    except RepositoryError:
        return True  # a shallow clone cannot tell


def _describe_place(ref: str, branch: str) -> str:
    """Return ``origin/gitexp`` for a remote; all folders and addresses are called one word."""
    place = get_place_of_ref(ref)
    return "a folder" if _NO_REMOTE.fullmatch(place) else f"{place}/{branch}"


def _count_commits(record: Record, revisions: list[str], excluded: list[str]) -> int:
    names = [*revisions, *(f"^{name}" for name in excluded)]
    return int(record.repository.run_git("rev-list", "--count", *names))


def _find_worktree(record: Record) -> str:
    """Return the folder in which the record branch is checked out; "" where it is in none."""
    listed = os.fsdecode(record.repository.run_git("worktree", "list", "--porcelain"))
    folder = ""
    for line in listed.splitlines():
        key, _, value = line.partition(" ")
        if key == "worktree":
            folder = value
        elif key == "branch" and value == f"refs/heads/{record.branch_name}":
            return folder
    return ""
