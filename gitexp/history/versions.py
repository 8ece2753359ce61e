"""Versions: what a person may mean by one, an experiment or anything git knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import AbsentError, AmbiguousError, NotFoundError, RepositoryError

if TYPE_CHECKING:
    from gitexp.follow.follower import Follower
    from gitexp.record.record import Record
    from gitexp.store.repository import Repository


class NamedCommit(NamedTuple):
    """A commit that holds code, and what to call it."""

    commit: str
    label: str


def resolve_revision(repository: Repository, text: str) -> str:
    """Full id of the commit that a git revision names. Raises NotFoundError."""
    commit = repository.find_commit(text)
    if commit is None:
        if text == "HEAD":
            raise NotFoundError(
                "this repository has no commit yet", "commit something, or name an experiment"
            )
        raise NotFoundError(
            f"there is no version '{text}'", "give an experiment's id, a commit, a branch or a tag"
        )
    return commit


def find_version(record: Record, text: str) -> NamedCommit:
    """The version that an experiment's id or prefix, or else a git revision, names. Raises NotFoundError or AmbiguousError."""
    try:
        ident = record.resolve_id(text)
    except AmbiguousError:
        commit = record.repository.find_commit(text)
        if commit is None:
            raise
        return NamedCommit(commit, commit[:12])
    except (NotFoundError, RepositoryError) as unknown:
        commit = record.repository.find_commit(text)
        if commit is None:
            raise NotFoundError(
                f"there is no experiment or version '{text}'", unknown.hint
            ) from None
        return NamedCommit(commit, text if len(text) < 40 else text[:12])
    return find_code_commit(record, ident)


def find_code_commit(record: Record, ident: str) -> NamedCommit:
    """The version that holds the code of an experiment. Raises NotFoundError when none was kept."""
    experiment = record.read_experiment(ident)
    if not experiment.version:
        raise NotFoundError(
            f"no code is tied to '{experiment.id}'", f"git exp snapshot take {experiment.id}"
        )
    return NamedCommit(experiment.version, experiment.id)


def require_code(follower: Follower, version: NamedCommit) -> None:
    """Raise AbsentError, with what would bring it, when a version is not in this clone."""
    if not follower.holds(version.commit):
        from gitexp.history.absent import absence_of
        from gitexp.store.absent import describe_remedy

        raise AbsentError(absence_of([version.label]), describe_remedy(follower.repository))


def take_working_tree(record: Record) -> NamedCommit:
    """The code as it is now: HEAD, or the working tree written as a commit that no ref holds."""
    from gitexp.store.snapshots import take_snapshot

    if record.repository.worktree is None:
        return NamedCommit(resolve_revision(record.repository, "HEAD"), "HEAD")
    taken = take_snapshot(record.repository, record.database, "gitexp: the working tree\n")
    return NamedCommit(taken.commit, "the working tree")
