"""Versions: what a person may mean by one, an experiment or anything that git knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import AbsentError, AmbiguousError, NotFoundError, RepositoryError

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source
    from gitexp.follow.follower import Follower
    from gitexp.record.record import Record
    from gitexp.store.repository import Repository

_FULL_ID = 40
_SHORT_ID = 12


class NamedCommit(NamedTuple):
    """A commit that holds code, and what to call it."""

    commit: str
    label: str


def resolve_revision(repository: Repository, text: str) -> str:
    """Return the full id of the commit that a git revision names. Raises NotFoundError."""
    commit = repository.find_commit(text)
    if commit is not None:
        return commit
    if text == "HEAD":
        raise NotFoundError(
            "this repository has no commit yet", "commit something, or name an experiment"
        )
    raise NotFoundError(
        f"there is no version '{text}'", "give an experiment's id, a commit, a branch or a tag"
    )


def find_version(record: Record, text: str) -> NamedCommit:
    """Return the version that an id of an experiment, its beginning or a git revision names.

    An experiment goes first. Raises NotFoundError or AmbiguousError.
    """
    try:
        ident = record.find_named(text)
    except AmbiguousError:
        commit = record.repository.find_commit(text)
        if commit is None:
            raise
        return NamedCommit(commit, commit[:_SHORT_ID])
    except (NotFoundError, RepositoryError):
        ident = ""
    if ident:
        return find_code_commit(record, ident)
    commit = record.repository.find_commit(text)
    if commit is None:
        raise NotFoundError(f"there is no experiment or version '{text}'", _find_hint(record, text))
    return NamedCommit(commit, text if len(text) < _FULL_ID else text[:_SHORT_ID])


def _find_hint(record: Record, text: str) -> str:
    """Return what helps who typed ``text``, which is neither an experiment nor a version."""
    try:
        record.resolve_id(text)
    except (NotFoundError, RepositoryError) as unknown:
        return unknown.hint
    return ""


def find_code_commit(record: Record, ident: str) -> NamedCommit:
    """Return the version that holds the code of an experiment.

    Raises NotFoundError where none was kept.
    """
    experiment = record.read_experiment(ident)
    if not experiment.version:
        raise NotFoundError(
            f"no code is tied to '{experiment.id}'", f"git exp snapshot take {experiment.id}"
        )
    return NamedCommit(experiment.version, experiment.id)


def require_code(follower: Follower, version: NamedCommit) -> None:
    """Raise AbsentError, with what would bring it, where a version is not in this clone."""
    if follower.holds(version.commit):
        return
    from gitexp.history.absent import describe_absent_code
    from gitexp.store.absent import describe_remedy

    raise AbsentError(describe_absent_code([version.label]), describe_remedy(follower.repository))


def read_source_at(repository: Repository, version: NamedCommit, path: str) -> Source:
    """Return a file of a version, the one that a link leads to.

    Raises NotFoundError where the version has no such file.
    """
    from gitexp.excerpt.source import read_source
    from gitexp.history.typed_rules import find_path

    path = find_path(repository, path, version.commit) or path
    answer = repository.try_git("cat-file", "blob", f"{version.commit}:{path}")
    if answer.returncode:
        problem = f"there is no '{path}' in {version.label}"
        hint = f"list its files with: git ls-tree -r --name-only {version.commit[:_SHORT_ID]}"
        raise NotFoundError(problem, hint)
    return read_source(path, answer.stdout)


def take_working_tree(record: Record) -> NamedCommit:
    """Return the code as it is now: HEAD, or the working tree as a commit that no ref holds."""
    from gitexp.store.snapshots import take_snapshot

    if record.repository.worktree is None:
        return NamedCommit(resolve_revision(record.repository, "HEAD"), "HEAD")
    taken = take_snapshot(record.repository, record.database, "gitexp: the working tree\n")
    return NamedCommit(taken.commit, "the working tree")
