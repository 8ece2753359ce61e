"""Commits that were made anew without a hook of ours: found again by proof, never by likeness.

A rebase, ``git am``, a cherry-pick or a merge at a forge writes a commit again under another id. It
is the old one where the author's time and the patch are the same, or the tree, or where author,
time and subject are the same and no other commit has them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.refs import get_branch_ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gitexp.store.new_commits import HeadMove
    from gitexp.store.repository import Repository

_MOST_COMMITS = 1000
"""New commits that are looked at; a pull may bring any number. git needs 10 ms for them."""

_MOST_BRANCHES = 5
"""Branches whose changes as a whole are compared with a commit that may have squashed them."""

_FORMAT = "--format=%H%x00%T%x00%at%x00%ae%x00%s"
_SQUASHED = re.compile(r"^commit ([0-9a-f]{40,64})$", re.MULTILINE)


class Replay(NamedTuple):
    """A commit that is an old one made anew. ``is_gone``: the old one was replaced by it."""

    old: str
    new: str
    is_gone: bool


class _Commit(NamedTuple):
    """What of a commit outlives being made anew."""

    ident: str
    tree: str
    time: str
    mail: str
    subject: str


def find_replays(
    repository: Repository, moves: Sequence[HeadMove], tied: Sequence[str], made: Iterable[str]
) -> list[Replay]:
    """Return the tied commits that HEAD's moves brought anew.

    ``tied``: the commits that experiments are tied to. ``made``: commits that are known to be new,
    and are no copies.
    """
    replays: dict[tuple[str, str], Replay] = {}
    known = {*made, *tied}
    old_commits: list[_Commit] = []
    for move in moves:
        listed = _list_commits(repository, [move.new], [move.old])
        new_commits = [commit for commit in listed if commit.ident not in known]
        if not new_commits:
            continue
        old_commits = old_commits or _read_commits(repository, tied)
        for old, new in _match_commits(repository, old_commits, new_commits):
            replays[old, new] = Replay(old, new, move.replaces)
    return list(replays.values())


def find_squashed(
    repository: Repository, commit: str, message: str, tied: Sequence[str]
) -> list[Replay]:
    """Return the tied commits that a commit made by hand holds squashed, as ``merge --squash``
    leaves them.

    They are those that its message names; else those of a branch that has the same tree or whose
    changes as a whole are those of the commit.
    """
    wanted = set(tied)
    named = [name for name in _SQUASHED.findall(message) if name in wanted]
    if named:
        return [Replay(old, commit, False) for old in named]
    exclude = f"--exclude={get_branch_ref(repository)}"
    apart = repository.try_git(
        "rev-list", f"--max-count={_MOST_COMMITS}", exclude, "--branches", "--not", commit
    )
    if wanted.isdisjoint(apart.stdout.decode().split()):
        return []
    tips = repository.run_git(
        "for-each-ref", f"--count={_MOST_BRANCHES}", "--sort=-committerdate",
        f"--no-contains={commit}", "--format=%(objectname)", "refs/heads/",
    )  # fmt: skip
    for tip in tips.decode().split():
        squashed = _list_branch(repository, commit, tip)
        if wanted.intersection(squashed) and _is_squash_of(repository, commit, tip):
            return [Replay(old, commit, False) for old in squashed if old in wanted]
    return []


def _list_branch(repository: Repository, commit: str, tip: str) -> list[str]:
    done = repository.try_git("rev-list", f"--max-count={_MOST_COMMITS}", tip, f"^{commit}")
    return done.stdout.decode().split()


def _is_squash_of(repository: Repository, commit: str, tip: str) -> bool:
    """Return True if a commit changes what a branch changes as a whole."""
    base = repository.try_git("merge-base", f"{commit}^", tip).stdout.decode().strip()
    if not base:
        return False
    whole = _compute_patch_id(repository, base, tip)
    return bool(whole) and whole == _compute_patch_id(repository, f"{commit}^", commit)


def _compute_patch_id(repository: Repository, old: str, new: str) -> str:
    patch = repository.try_git("diff-tree", "-p", "--no-ext-diff", "--no-textconv", old, new)
    return repository.run_git("patch-id", "--stable", data=patch.stdout).decode().partition(" ")[0]


def _list_commits(
    repository: Repository, tips: Iterable[str], excluded: Iterable[str]
) -> list[_Commit]:
    """Return the commits that can be reached from some and not from others."""
    names = "".join(f"{name}\n" for name in (*tips, *(f"^{name}" for name in excluded)))
    options = ("--no-show-signature", "--no-merges", f"--max-count={_MOST_COMMITS}")
    return _run_log(repository, *options, names=names)


def _read_commits(repository: Repository, commits: Iterable[str]) -> list[_Commit]:
    """Return some commits, as far as they are here; none of our own snapshots."""
    names = "".join(f"{name}\n" for name in commits)
    if not names:
        return []
    options = ("--no-show-signature", "--no-walk=unsorted", "--ignore-missing")
    listed = _run_log(repository, *options, names=names)
    return [commit for commit in listed if commit.mail != "gitexp@invalid"]


def _run_log(repository: Repository, *options: str, names: str) -> list[_Commit]:
    done = repository.try_git("log", "--stdin", _FORMAT, *options, data=names.encode())
    lines = done.stdout.decode("utf-8", "replace").split("\n")
    rows = [line.split("\0") for line in lines]
    return [_Commit(*row) for row in rows if len(row) == len(_Commit._fields)]


def _match_commits(
    repository: Repository, old_commits: Sequence[_Commit], new_commits: Sequence[_Commit]
) -> list[tuple[str, str]]:
    """Return pairs of an old commit and the new one that it is."""
    pairs = _match_patches(repository, old_commits, new_commits)

    def match(key: Callable[[_Commit], object]) -> list[tuple[str, str]]:
        """Return pairs of commits that alone have a key, among those that are still without."""
        matched = {name for pair in pairs for name in pair}
        olds = _group([commit for commit in old_commits if commit.ident not in matched], key)
        news = _group([commit for commit in new_commits if commit.ident not in paired_news], key)
        return [
            (olds[value][0], new[0])
            for value, new in news.items()
            if len(new) == 1
            and len(olds.get(value, ())) == 1
            and not _is_ancestor(repository, olds[value][0], new[0])
        ]

    paired_news = {new for _, new in pairs}
    pairs += match(lambda commit: (commit.time, commit.mail, commit.subject))
    paired_news = set()  # a commit that squashed others has the tree of the last of them
    pairs += match(lambda commit: commit.tree)
    return pairs


def _match_patches(
    repository: Repository, old_commits: Sequence[_Commit], new_commits: Sequence[_Commit]
) -> list[tuple[str, str]]:
    """Return pairs of commits with the same time of the author and the same patch."""
    times = {commit.time for commit in old_commits} & {commit.time for commit in new_commits}
    if not times:
        return []
    olds = [commit for commit in old_commits if commit.time in times]
    news = [commit for commit in new_commits if commit.time in times]
    patches = _read_patch_ids(repository, [commit.ident for commit in (*olds, *news)])
    pairs = []
    for new in news:
        for old in olds:
            patch = patches.get(new.ident)
            if patch and patch == patches.get(old.ident) and old.time == new.time:
                pairs.append((old.ident, new.ident))
    return pairs


def _read_patch_ids(repository: Repository, commits: Sequence[str]) -> dict[str, str]:
    """Return the stable patch id of each commit that changes something."""
    names = "".join(f"{name}\n" for name in commits).encode()
    options = ("--stdin", "-p", "--root", "--no-ext-diff", "--no-textconv")
    patches = repository.try_git("diff-tree", *options, data=names).stdout
    rows = repository.run_git("patch-id", "--stable", data=patches).decode().split("\n")
    pairs = [row.split(" ") for row in rows if row]
    return {commit: patch for patch, commit in pairs}


def _group(commits: Sequence[_Commit], key: Callable[[_Commit], object]) -> dict[object, list[str]]:
    grouped: dict[object, list[str]] = {}
    for commit in commits:
        grouped.setdefault(key(commit), []).append(commit.ident)
    return grouped


def _is_ancestor(repository: Repository, old: str, new: str) -> bool:
    return repository.try_git("merge-base", "--is-ancestor", old, new).returncode != 1
