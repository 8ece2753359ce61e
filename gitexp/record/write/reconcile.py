"""Tying commits to experiments: what the hooks and reflogs report becomes link events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import GitExpError
from gitexp.model.ids import check_experiment_id, resolve_chain
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.store.new_commits import (
    NewCommit,
    NewCommits,
    has_new_commits,
    mark_read,
    read_new_commits,
)

if TYPE_CHECKING:
    from gitexp.model.event import Event
    from gitexp.record.record import Record

_TRAILER = re.compile(r"^Exp:[ \t]*(\S+)[ \t]*$", re.MULTILINE)


def tie_new_commits(record: Record) -> int:
    """Record links for every commit made or rewritten since the last look; how many.

    Every verb does this first, and above all before it changes which experiment is active: so the one active now is the one
    that was active when these commits were made. Raises StorageError when the record cannot be written.
    """
    if not has_new_commits(record.repository):
        return 0
    return _tie_under_lock(record)


@hold_lock_of_record
def _tie_under_lock(record: Record) -> int:
    """Read what the hooks and reflogs report, record it, and mark it as read: all in one turn."""
    news = read_new_commits(record.repository)
    drafts = _links(record, news)
    if not drafts:
        mark_read(record.repository, news.offsets)
        return 0
    record.append_events(drafts)
    with record.warn_of_failure(
        "what the hooks report was not marked as read",
        "it is read again, and tied once all the same",
    ):
        mark_read(record.repository, news.offsets)
    return len(drafts)


def _links(record: Record, news: NewCommits) -> list[Event]:
    final = {change.old: change.new for change in news.rewritten}
    ties = [
        (old, name)
        for old in final
        for name, exact in record.index.find_linked_experiments(old).items()
        if exact
    ]
    drafts = []
    for old, name in ties:
        commit = resolve_chain(final, old)
        if not _is_carried(record, name, old, commit):
            drafts.append(record.draft_event("link", (name,), commit=commit, was=old))
    carried = {resolve_chain(final, old) for old, _ in ties}
    known = dict(record.index.read_names())
    for commit, made in {resolve_chain(final, made.commit): made for made in news.made}.items():
        details = record.database.read_commit(commit)
        if details is None or commit in carried:
            continue
        linked = record.index.find_linked_experiments(commit)
        tied = {name for name, exact in linked.items() if exact}
        for name in _experiments(record, made, commit, details[0], is_tied=bool(tied)):
            if name not in known:
                drafts.append(record.draft_event("new", (name,)))
                known[name] = name
            if known[name] not in tied:
                drafts.append(record.draft_event("link", (known[name],), commit=commit))
    return drafts


def _is_carried(record: Record, name: str, old: str, commit: str) -> bool:
    """Return True if a rewrite is recorded already: git reports one twice, by reflog and by hook."""
    experiment = record.index.read_experiment(name)
    is_linked_to_old = experiment is not None and old in experiment.links
    is_linked_to_new = bool(record.index.find_linked_experiments(commit).get(name))
    return is_linked_to_new and not is_linked_to_old


def _experiments(
    record: Record, made: NewCommit, commit: str, message: str, *, is_tied: bool
) -> list[str]:
    """The experiments a commit belongs to: those its trailers name, else those its code names, else the active one.

    A commit that is tied already was reported before: git reports one twice, by reflog and by
    hook. Another experiment may have become active since; the commit is not tied to that one too.
    """
    from gitexp.record.write.begin import find_committed_ids

    named = _valid(_TRAILER.findall(message)) or _valid(find_committed_ids(record, commit))
    if named:
        return named
    if is_tied:
        return []
    active = record.read_active_in(Path(made.git_dir))
    return [active] if active else []


def _valid(names: list[str]) -> list[str]:
    """The names that can be ids; a pattern or trailer may hold anything."""
    good = []
    for name in names:
        try:
            good.append(check_experiment_id(name))
        except GitExpError:
            continue
    return list(dict.fromkeys(good))
