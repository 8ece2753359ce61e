"""Tying commits to experiments: what the hooks and reflogs report becomes link events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import GitExpError
from gitexp.model.ids import check_experiment_id, resolve_chain
from gitexp.store.new_commits import NewCommit, NewCommits, mark_read, read_new_commits

if TYPE_CHECKING:
    from gitexp.model.event import Event
    from gitexp.record.record import Record

_TRAILER = re.compile(r"^Exp:[ \t]*(\S+)[ \t]*$", re.MULTILINE)


def tie_new_commits(record: Record) -> int:
    """Record links for every commit made or rewritten since the last look; how many.

    Every verb does this first, and above all before it changes which experiment is active: so the one active now is the one
    that was active when these commits were made. Raises StorageError when the record cannot be written.
    """
    news = read_new_commits(record.repository)
    if news is None:
        return 0
    drafts = _links(record, news)
    if drafts:
        record.append_events(drafts)
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
    drafts = [
        record.draft_event("link", (name,), commit=resolve_chain(final, old), was=old)
        for old, name in ties
    ]
    carried = {resolve_chain(final, old) for old, _ in ties}
    known = dict(record.index.read_names())
    for commit, made in {resolve_chain(final, made.commit): made for made in news.made}.items():
        details = record.database.read_commit(commit)
        if details is None or commit in carried:
            continue
        for name in _experiments(record, made, commit, details[0]):
            if name not in known:
                drafts.append(record.draft_event("new", (name,)))
                known[name] = name
            if not record.index.find_linked_experiments(commit).get(known[name]):
                drafts.append(record.draft_event("link", (known[name],), commit=commit))
    return drafts


def _experiments(record: Record, made: NewCommit, commit: str, message: str) -> list[str]:
    """The experiments a commit belongs to: those its trailers name, else those its code names, else the active one."""
    from gitexp.record.write.begin import find_committed_ids

    named = _valid(_TRAILER.findall(message)) or _valid(find_committed_ids(record, commit))
    if named:
        return named
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
