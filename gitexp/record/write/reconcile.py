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
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record
    from gitexp.store.replayed import Replay

_TRAILER = re.compile(r"^Exp:[ \t]*(\S+)[ \t]*$", re.MULTILINE)


_MOST_TIED = 2000
"""Tied commits that a new one may be a copy of; git reads them in 20 ms."""


class _CarriedLink(NamedTuple):
    """A tie of an experiment that goes from a commit to one that was made of it.

    ``tie``: as in the link event. ``is_gone``: the old commit was replaced.
    """

    experiment: str
    old_commit: str
    new_commit: str
    tie: str | None
    is_gone: bool


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
    if news.mapped:
        tied = set(record.index.list_linked_commits())
        rewritten.update({pair.old: pair.new for pair in news.mapped if pair.old in tied})
    replays = _find_replays(record, news, rewritten)
    carried = _find_carried_links(record, replays)
    made = {commit.commit for commit in news.made}
    # Commits may be made and rebased before anybody looks.
    rewritten.update(
        {replay.old: replay.new for replay in replays if replay.is_gone and replay.old in made}
    )
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


def _find_replays(record: Record, news: NewCommits, rewritten: Mapping[str, str]) -> list[Replay]:
    """Return the commits that were made anew: as git reports it, and as can be proven.

    ``rewritten``: the new commit of each old one, which may have been rewritten itself.
    """
    from gitexp.store.replayed import Replay, find_replays, find_squashed

    replays = [Replay(old, resolve_chain(rewritten, old), True) for old in rewritten]
    by_hand = [made.commit for made in news.made if made.commit not in news.copied]
    by_hand = [commit for commit in by_hand if commit not in rewritten.values()]
    if not news.moves and not by_hand:
        return replays
    tied = record.index.list_tied_commits(_MOST_TIED)
    reported = {replay.old for replay in replays}
    for replay in find_replays(record.repository, news.moves, [*tied, *by_hand], by_hand):
        if replay.old not in reported:
            replays.append(replay)
    for commit in by_hand:
        details = record.database.read_commit(commit)
        if details is not None and len(details.parents) == 1:
            replays += find_squashed(record.repository, commit, details.message, tied)
    return replays


def _find_carried_links(record: Record, replays: Iterable[Replay]) -> list[_CarriedLink]:
    """Return the ties of commits that were made anew."""
    carried = []
    for old, new, is_gone in replays:
        for ident in record.index.find_linked_experiments(old):
            experiment = record.index.read_experiment(ident)
            if experiment is not None and old != new:
                tie = _choose_tie(record, experiment, old, new)
                carried.append(_CarriedLink(ident, old, new, tie, is_gone))
    return carried


def _choose_tie(record: Record, experiment: Experiment, old: str, new: str) -> str | None:
    """Return how an experiment is tied to the commit that ``old`` was made anew as.

    A commit that was made for it stays so. One that it was only begun on never becomes one.
    """
    if old in experiment.links:
        return None
    kept = [snapshot.commit for snapshot in experiment.snapshots]
    if old in kept or old in experiment.same_code:
        return "code" if _have_same_tree(record, old, new) else "base"
    return "base"


def _have_same_tree(record: Record, old: str, new: str) -> bool:
    try:
        return record.database.read_tree_id(old) == record.database.read_tree_id(new)
    except GitExpError:
        return False  # one of them is not in this clone


def _draft_carried_links(record: Record, carried: Sequence[_CarriedLink]) -> list[Event]:
    drafts = []
    for link in carried:
        if not _is_recorded(record, link):
            draft = record.draft_event(
                "link",
                (link.experiment,),
                commit=link.new_commit,
                was=link.old_commit if link.is_gone else None,
                tie=link.tie,
            )
            drafts.append(draft)
    return drafts


def _is_recorded(record: Record, link: _CarriedLink) -> bool:
    """Return True if a tie is recorded already: git reports a rewrite twice, by reflog and hook."""
    experiment = record.index.read_experiment(link.experiment)
    if experiment is None:
        return False
    commits = {"base": experiment.bases, "code": experiment.same_code}.get(
        link.tie or "", experiment.links
    )
    is_at_old = link.is_gone and link.old_commit in commits
    linked = record.index.find_linked_experiments(link.new_commit)
    is_at_new = linked.get(link.experiment, False) or (
        link.tie == "base" and link.experiment in linked
    )
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
    carried_commits = {link.new_commit for link in carried if link.tie is None}
    # An older commit in better words is no new one. git reports the commit that an amend wrote as
    # made, too.
    made_first = {made.commit for made in news.made} - set(rewritten.values())
    made_ends = {resolve_chain(rewritten, commit) for commit in made_first}
    for old, new in rewritten.items():
        if new not in made_ends and _have_same_tree(record, old, new):
            carried_commits.add(new)
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
