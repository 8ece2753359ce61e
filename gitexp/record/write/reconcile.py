"""Tie commits to experiments: what the hooks and reflogs report becomes link events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record

_TRAILER = re.compile(r"^Exp:[ \t]*(\S+)[ \t]*$", re.MULTILINE)


class _CarriedLink(NamedTuple):
    """A link of an experiment that goes from a commit to what the commit was rewritten to."""

    experiment: str
    old_commit: str
    new_commit: str


def tie_new_commits(record: Record) -> int:
    """Record links for every commit made or rewritten since the last look; return how many.

    Every verb does this first, and above all before it changes which experiment is active: so the
    one active now is the one that was active when these commits were made. Raises StorageError when
    the record cannot be written.
    """
    if not has_new_commits(record.repository):
        return 0
    return _tie_under_lock(record)


@hold_lock_of_record
def _tie_under_lock(record: Record) -> int:
    """Read what the hooks and reflogs report, record it, and mark it as read: all in one turn."""
    news = read_new_commits(record.repository)
    rewritten = {change.old: change.new for change in news.rewritten}
    carried = _find_carried_links(record, rewritten)
    drafts = _draft_carried_links(record, carried)
    drafts += _draft_new_links(record, news, rewritten, carried)
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


def _find_carried_links(record: Record, rewritten: Mapping[str, str]) -> list[_CarriedLink]:
    """Return the links of commits that were rewritten.

    ``rewritten``: the new commit of each old one, which may have been rewritten itself.
    """
    carried = []
    for old_commit in rewritten:
        new_commit = resolve_chain(rewritten, old_commit)
        for experiment in _find_tied(record, old_commit):
            carried.append(_CarriedLink(experiment, old_commit, new_commit))
    return carried


def _draft_carried_links(record: Record, carried: Sequence[_CarriedLink]) -> list[Event]:
    drafts = []
    for link in carried:
        if not _is_recorded(record, link):
            draft = record.draft_event(
                "link", (link.experiment,), commit=link.new_commit, was=link.old_commit
            )
            drafts.append(draft)
    return drafts


def _is_recorded(record: Record, link: _CarriedLink) -> bool:
    """Return True if a rewrite is recorded already: git reports one twice, by reflog and hook."""
    experiment = record.index.read_experiment(link.experiment)
    is_at_old = experiment is not None and link.old_commit in experiment.links
    is_at_new = link.experiment in _find_tied(record, link.new_commit)
    return is_at_new and not is_at_old


def _draft_new_links(
    record: Record,
    news: NewCommits,
    rewritten: Mapping[str, str],
    carried: Sequence[_CarriedLink],
) -> list[Event]:
    """Draft the links of new commits, and the experiments that such a commit names first."""
    drafts = []
    idents = dict(record.index.read_names())
    carried_commits = {link.new_commit for link in carried}
    # Of several that were rewritten to one commit the last counts.
    made_commits = {resolve_chain(rewritten, made.commit): made for made in news.made}
    for commit, made in made_commits.items():
        details = record.database.read_commit(commit)
        if details is None or commit in carried_commits:
            continue
        tied = _find_tied(record, commit)
        named = _find_named(record, commit, details.message)
        # A commit that is tied was reported before: git reports one twice, by reflog and by hook.
        # Another experiment may have become active since; the commit is not tied to that one too.
        if not named and not tied:
            named = _find_active(record, made)
        for name in named:
            if name not in idents:
                drafts.append(record.draft_event("new", (name,)))
                idents[name] = name
            if idents[name] not in tied:
                drafts.append(record.draft_event("link", (idents[name],), commit=commit))
    return drafts


def _find_tied(record: Record, commit: str) -> list[str]:
    """Return the experiments whose code a commit holds."""
    linked = record.index.find_linked_experiments(commit)
    return [experiment for experiment, is_exact in linked.items() if is_exact]


def _find_named(record: Record, commit: str, message: str) -> list[str]:
    """Return the experiments that a commit's trailers name, otherwise those that its code names."""
    in_trailers = _select_ids(_TRAILER.findall(message))
    if in_trailers:
        return in_trailers
    from gitexp.record.write.code_ids import find_committed_ids  # most verbs see no new commit

    return _select_ids(find_committed_ids(record, commit))


def _find_active(record: Record, made: NewCommit) -> list[str]:
    """Return the active experiment of the worktree in which a commit was made."""
    active = record.read_active_in(Path(made.git_dir))
    return [active] if active else []


def _select_ids(names: Iterable[str]) -> list[str]:
    """Return the names that can be ids, each once; a pattern or trailer may hold anything."""
    idents: dict[str, None] = {}
    for name in names:
        try:
            idents[check_experiment_id(name)] = None
        except GitExpError:
            continue
    return list(idents)
