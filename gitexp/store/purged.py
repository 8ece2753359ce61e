"""What was purged: files and snapshots that are gone from the record for good.

The branch lists them in the file ``purged``. Its history is written anew without them, and so is the
history of every clone that joins a record with such a list: a clone that has not heard of it yet cannot
bring them back. The same list makes the same commits of the same history, so clones do not grow apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.compare_trees import list_file_differences
from gitexp.store.pages import is_page
from gitexp.store.refs import FRONT_PAGE, PAGES, PURGED_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gitexp.store.database import Database
    from gitexp.store.repository import Repository

COMMIT = "commit "
"""Begins a line that names a kept snapshot."""

_KEEP_MESSAGE = "gitexp: keep"
_PURGED_MESSAGE = "gitexp: what is left of a commit [skip ci]\n"


class _Change(NamedTuple):
    """What a commit of the branch changes once the purged files are gone.

    ``blobs``: by path, None for a file that it takes out. ``is_whole``: nothing of it was purged.
    """

    blobs: dict[str, str | None]
    is_whole: bool


def read_purged(database: Database, commit: str) -> frozenset[str]:
    """Return the lines of the list at a commit of the record branch."""
    blob = database.find_entry(database.read_tree_id(commit), PURGED_FILE)
    if blob is None:
        return frozenset()
    text = database.read_blob(blob).decode("utf-8", "replace")
    return frozenset(line for line in text.split("\n") if line)


def write_purged(database: Database, lines: Collection[str]) -> str:
    """Store a list and return the id of its blob."""
    text = "".join(f"{line}\n" for line in sorted(lines))
    return database.write_blob(text.encode())


def purge_history(
    repository: Repository,
    database: Database,
    tip: str,
    lines: Collection[str],
    clean_tip: str = "",
) -> str:
    """Return a commit like ``tip`` of the record branch that never had the files on a list.

    Commits before the first of these files stay as they are. A commit that has nothing left is passed
    over, and pages are left out: they are derived. What ``clean_tip`` holds is clean already.
    """
    paths = {line for line in lines if not line.startswith(COMMIT)}
    if not paths or not _holds_any(repository, tip, paths, clean_tip):
        return tip
    new_commits: dict[str, str] = {}
    options = ("--topo-order", "--reverse", "--stdin")
    listed = repository.run_git("rev-list", *options, data=_list_revisions(tip, clean_tip))
    for commit in listed.decode().split():
        new_commits[commit] = _purge_commit(database, commit, paths, new_commits)
    database.store_gathered()  # git goes through this history next
    return new_commits[tip]


def purge_keep_chain(database: Database, tip: str, lines: Collection[str]) -> str:
    """Return a keep chain like ``tip`` without the snapshots on a list, "" where none is left."""
    purged = {line.removeprefix(COMMIT) for line in lines if line.startswith(COMMIT)}
    new_links: dict[str, str] = {}
    pending = [tip]
    while pending:
        link = pending[-1]
        parents = _read_link(database, link) or ()
        waiting = [
            parent
            for parent in parents
            if parent not in new_links and _read_link(database, parent) is not None
        ]
        if waiting:
            pending += waiting
            continue
        pending.pop()
        if link not in new_links:
            new_links[link] = _purge_link(database, link, parents, purged, new_links)
    return new_links[tip]


def list_kept_commits(database: Database, tip: str) -> set[str]:
    """Return the commits that a keep chain keeps alive."""
    kept: set[str] = set()
    seen: set[str] = set()
    pending = [tip]
    while pending:
        link = pending.pop()
        if link in seen:
            continue
        seen.add(link)
        for parent in _read_link(database, link) or ():
            if _read_link(database, parent) is None:
                kept.add(parent)
            else:
                pending.append(parent)
    return kept


def _read_link(database: Database, commit: str) -> tuple[str, ...] | None:
    """Return the parents of a commit that is a link of a keep chain; None for any other commit."""
    details = database.read_commit(commit)
    if details is None or details.message.strip() != _KEEP_MESSAGE:
        return None
    return details.parents


def _purge_link(
    database: Database,
    link: str,
    parents: tuple[str, ...],
    purged: set[str],
    new_links: Mapping[str, str],
) -> str:
    """Return a link without what is purged; "" where it keeps nothing."""
    new_parents = [new_links.get(parent, parent) for parent in parents if parent not in purged]
    new_parents = [parent for parent in new_parents if parent]
    if tuple(new_parents) == parents:
        return link
    if not new_parents:
        return ""
    if len(new_parents) == 1 and new_parents[0] in new_links.values():
        return new_parents[0]
    return database.copy_commit(link, database.empty_tree, new_parents)


def _list_revisions(tip: str, clean_tip: str) -> bytes:
    excluded = f"^{clean_tip}\n" if clean_tip else ""
    return f"{tip}\n{excluded}".encode()


def find_purged_in_history(repository: Repository, database: Database, tip: str) -> bool:
    """Return True if the history of the record has a file that its list says is purged."""
    paths = {line for line in read_purged(database, tip) if not line.startswith(COMMIT)}
    return bool(paths) and _holds_any(repository, tip, paths, "")


def _holds_any(repository: Repository, tip: str, paths: Collection[str], clean_tip: str) -> bool:
    """Return True if a commit of the history has one of the files."""
    names = "".join(f"{path}\n" for path in sorted(paths))
    data = _list_revisions(tip, clean_tip) + b"--\n" + names.encode()
    options = ("--full-history", "--max-count=1", "--stdin")
    return bool(repository.run_git("--literal-pathspecs", "rev-list", *options, data=data).strip())


def _purge_commit(
    database: Database, commit: str, paths: Collection[str], new_commits: Mapping[str, str]
) -> str:
    """Return a commit without the purged files, on its parents without them.

    It is the same commit where nothing changes, and its parent where nothing is left of it.
    """
    details = database.read_commit(commit)
    old_parents = details.parents if details is not None else ()
    change = _read_change(database, commit, old_parents, paths)
    parents = list(dict.fromkeys(new_commits.get(parent, parent) for parent in old_parents))
    if change.is_whole and tuple(parents) == old_parents:
        return commit
    base = _leave_pages_out(database, database.read_tree_id(parents[0])) if parents else None
    tree = database.write_tree(base, change.blobs)
    if len(parents) == 1 and tree == base:
        return parents[0]
    message = None if change.is_whole else _PURGED_MESSAGE
    return database.copy_commit(commit, tree, parents, message)


def _read_change(
    database: Database, commit: str, parents: tuple[str, ...], paths: Collection[str]
) -> _Change:
    """Return what a commit changes against its first parent, without purged files and pages."""
    old_tree = database.read_tree_id(parents[0]) if parents else None
    new_tree = database.read_tree_id(commit)
    blobs: dict[str, str | None] = {}
    is_whole = True
    for file in list_file_differences(database.read_tree, old_tree, new_tree, ""):
        if file.path in paths:
            is_whole = False
        elif not is_page(file.path):
            blobs[file.path] = file.blob if file.present else None
    return _Change(blobs, is_whole)


def _leave_pages_out(database: Database, tree: str) -> str:
    """Return a tree of the branch without its pages: they show texts of the events."""
    entries = database.read_tree(tree)
    others = [entry for entry in entries if entry.name not in (PAGES, FRONT_PAGE)]
    return tree if others == entries else database.write_entries(others)
