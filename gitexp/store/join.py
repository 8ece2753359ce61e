"""Joining two records that went different ways: the union of their files.

The files of a record are facts that are never changed, so two records have no conflicts. Commits that
no other place has are written anew on the tip of the other record. Commits that another place has stay
as they are, and a commit joins both tips. That commit holds nothing of this clone or this moment, so
every clone that joins the same two tips makes the same commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.commit_bytes import Signature
from gitexp.store.compare_trees import list_file_differences
from gitexp.store.pages import is_page
from gitexp.store.purged import purge_history, read_purged, write_purged
from gitexp.store.refs import PURGED_FILE
from gitexp.store.remote_places import list_published_refs
from gitexp.store.tree import TreeEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.store.database import Database
    from gitexp.store.repository import Repository

# More commits than this are joined by a commit instead: to write one anew takes about 10 ms.
_MOST_REPLAYED = 300

_JOIN_MESSAGE = "gitexp: join two records [skip ci]\n"


class _OwnCommit(NamedTuple):
    """A commit of this clone alone, and its only parent."""

    commit: str
    parent: str


def join_records(repository: Repository, database: Database, ours: str, theirs: str) -> str:
    """Return a commit that holds all of two tips of the record branch, but for what was purged.

    What one of them purged is taken out of the history of the other first.
    """
    our_list, their_list = read_purged(database, ours), read_purged(database, theirs)
    purged = our_list | their_list
    if purged != our_list:
        ours = purge_history(repository, database, ours, purged)
    if purged:
        theirs = purge_history(repository, database, theirs, purged, clean_tip=ours)
    base = find_base(repository, ours, theirs)
    if base == theirs:
        return ours
    if base == ours:
        return theirs
    own_commits = _list_own_commits(repository, ours, theirs)
    if own_commits is not None:
        return _replay_commits(database, own_commits, theirs)
    return _join_tips(database, base, ours, theirs)


def find_base(repository: Repository, ours: str, theirs: str) -> str | None:
    """Return the commit from which two tips went different ways; None where there is none here."""
    done = repository.try_git("merge-base", "--all", ours, theirs)
    bases = done.stdout.decode().split()
    # After two records were joined in two places there may be several: the same one in every clone.
    return min(bases) if bases else None


def _list_own_commits(repository: Repository, ours: str, theirs: str) -> list[_OwnCommit] | None:
    """Return the commits of ours alone, oldest first.

    None where they cannot be written anew: another place has one of them, one joins others, or they
    are many.
    """
    published = list_published_refs(repository)
    all_lines = _list_commits(repository, ours, [theirs])
    if len(all_lines) > _MOST_REPLAYED:
        return None
    if len(_list_commits(repository, ours, [theirs, *published])) != len(all_lines):
        return None
    commits = []
    for line in all_lines:
        commit, *parents = line.split()
        if len(parents) != 1:
            return None
        commits.append(_OwnCommit(commit, parents[0]))
    return commits


def _list_commits(repository: Repository, tip: str, excluded: Iterable[str]) -> list[str]:
    """Return ``<commit> <parents>`` of the commits of a tip that others lack, oldest first."""
    revisions = "".join(f"{name}\n" for name in (tip, *(f"^{name}" for name in excluded)))
    options = ("--topo-order", "--reverse", "--parents", "--stdin")
    return repository.run_git("rev-list", *options, data=revisions.encode()).decode().splitlines()


def _replay_commits(database: Database, commits: list[_OwnCommit], tip: str) -> str:
    """Write commits anew on a tip and return the new tip. What is there already is passed over.

    Pages are left out: they are derived, and made anew before the next push.
    """
    tree = database.read_tree_id(tip)
    for commit, parent in commits:
        old_tree = database.read_tree_id(parent)
        files: dict[str, str | None] = {}
        for file in list_file_differences(
            database.read_tree, old_tree, database.read_tree_id(commit), ""
        ):
            if file.path == PURGED_FILE:
                lines = read_purged(database, tip) | read_purged(database, commit)
                files[file.path] = write_purged(database, lines)
            elif not is_page(file.path):
                files[file.path] = file.blob if file.present else None
        new_tree = database.write_tree(tree, files) if files else tree
        if new_tree != tree:
            tip, tree = database.copy_commit(commit, new_tree, (tip,)), new_tree
    return tip


def _join_tips(database: Database, base: str | None, ours: str, theirs: str) -> str:
    """Store a commit that joins two tips, the same in every clone, and return its id."""
    base_tree = database.read_tree_id(base) if base else None
    our_tree = database.read_tree_id(ours)
    their_tree = database.read_tree_id(theirs)
    tree = join_trees(database, base_tree, our_tree, their_tree)
    purged = read_purged(database, ours) | read_purged(database, theirs)
    if purged:
        tree = database.write_tree(tree, {PURGED_FILE: write_purged(database, purged)})
    time = max(database.read_commit_time(ours), database.read_commit_time(theirs))
    signature = Signature("gitexp", "gitexp@invalid", time, 0)
    return database.write_commit(tree, sorted((ours, theirs)), _JOIN_MESSAGE, signature)


def join_trees(database: Database, base: str | None, ours: str, theirs: str) -> str:
    """Store the union of two trees and return its id.

    Where both have another file under one name, the one that was changed since ``base`` stays; if
    both were, the one with the greater id. No file is taken out: what one record lacks it has not
    heard of.
    """
    if ours == theirs:
        return ours
    base_entries = {entry.name: entry for entry in database.read_tree(base)} if base else {}
    our_entries = {entry.name: entry for entry in database.read_tree(ours)}
    joined = dict(our_entries)
    for theirs_entry in database.read_tree(theirs):
        name = theirs_entry.name
        ours_entry = our_entries.get(name)
        if ours_entry is None:
            joined[name] = theirs_entry
        elif ours_entry != theirs_entry:
            base_entry = base_entries.get(name)
            joined[name] = _join_entries(database, base_entry, ours_entry, theirs_entry)
    return database.write_entries(joined.values())


def _join_entries(
    database: Database, base: TreeEntry | None, ours: TreeEntry, theirs: TreeEntry
) -> TreeEntry:
    """Return what stands in the union for two entries of one name that differ."""
    if ours.is_tree and theirs.is_tree:
        base_folder = base.oid if base is not None and base.is_tree else None
        folder = join_trees(database, base_folder, ours.oid, theirs.oid)
        return TreeEntry(ours.name, ours.mode, folder)
    if ours == base:
        return theirs
    if theirs == base:
        return ours
    return max(ours, theirs, key=lambda entry: (entry.oid, entry.mode))


def join_keep_chains(database: Database, ours: str, theirs: str) -> str:
    """Store a commit that keeps alive what two keep chains do, and return its id."""
    time = max(database.read_commit_time(ours), database.read_commit_time(theirs))
    signature = Signature("gitexp", "gitexp@invalid", time, 0)
    return database.write_commit(
        database.empty_tree, sorted((ours, theirs)), "gitexp: keep\n", signature
    )
