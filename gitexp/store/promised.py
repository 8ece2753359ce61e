"""Objects that a partial clone left out, fetched from the remote that promised them.

git fetches such an object when it meets it: a process and a request for each. Here many are fetched
in one request.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.store.discover import is_full_id
from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from gitexp.store.repository import Repository

# Fetching a tree brings the trees below it, so one round lists the trees and one their blobs.
_ROUNDS = 4


class Promised:
    """Fetches what a partial clone lacks. Does nothing in a clone that is whole.

    After a fetch that failed none is tried again: a person who is offline waits once.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._failed = False

    @cached_property
    def remotes(self) -> tuple[str, ...]:
        """Names of the remotes that promised objects; none where this clone is whole."""
        if not self._repository.is_partial:
            return ()
        pattern = r"^remote\..*\.promisor$"
        done = self._repository.try_git("config", "--bool", "--get-regexp", pattern)
        settings = [line.rpartition(" ") for line in os.fsdecode(done.stdout).splitlines()]
        keys = [key for key, _, value in settings if value == "true"]
        return tuple(key.removeprefix("remote.").removesuffix(".promisor") for key in keys)

    def fetch_objects(self, objects: Collection[str]) -> None:
        """Fetch those of some objects (full ids) that are not in this clone."""
        if not objects or not self.remotes or self._failed:
            return
        names = [name for name in objects if is_full_id(name)]
        self._fetch(self._missing(names))

    def fetch_history(self, tips: Sequence[str], known: Sequence[str] = (), *, blobs: bool) -> None:
        """Fetch the trees, and ``blobs`` if asked, of the commits from ``tips`` down to
        ``known``.
        """
        if not self.remotes:
            return
        options = ["--objects", "--missing=print", "--ignore-missing", "--stdin"]
        options += [] if blobs else ["--filter=blob:none"]
        revisions = "".join([*(f"{tip}\n" for tip in tips), *(f"^{tip}\n" for tip in known)])
        for _ in range(_ROUNDS):
            done = self._repository.try_git("rev-list", *options, data=revisions.encode())
            lines = done.stdout.decode().split()
            lacking = [line.removeprefix("?") for line in lines if line.startswith("?")]
            if not lacking or self._failed:
                return
            self._fetch(lacking)

    def _missing(self, objects: Collection[str]) -> list[str]:
        """Return those of some objects that are not in this clone."""
        # With --missing git asks no remote. cat-file would, in versions before 2.45.
        options = ["--no-walk", "--objects", "--missing=allow-any", "--ignore-missing", "--stdin"]
        names = "".join(f"{name}\n" for name in objects)
        done = self._repository.try_git("rev-list", *options, data=names.encode())
        here = {line.partition(" ")[0] for line in done.stdout.decode().splitlines()}
        return [name for name in objects if name not in here]

    def _fetch(self, objects: Sequence[str]) -> None:
        """Fetch objects as git itself fetches what was promised: no tags, no negotiation."""
        if not objects:
            return
        options = ["--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--quiet"]
        names = "".join(f"{name}\n" for name in objects).encode()
        for remote in self.remotes:
            done = self._repository.try_git(
                "-c", "fetch.negotiationAlgorithm=noop", "-c", "maintenance.auto=false",
                "fetch", remote, *options, "--filter=blob:none", "--stdin", data=names,
            )  # fmt: skip
            if done.returncode == 0:
                return
        self._failed = True


def list_present_commits(repository: Repository, commits: Iterable[str]) -> list[str]:
    """Return those of some commits (full ids) that are in this clone."""
    wanted = [commit for commit in commits if is_full_id(commit)]
    if not wanted:
        return []
    names = "".join(f"{commit}\n" for commit in wanted).encode()
    done = repository.try_git(
        *STAY_LOCAL,
        "rev-list",
        "--no-walk",
        "--ignore-missing",
        "--stdin",
        data=names,
        env=STAY_LOCAL_ENV,
    )
    return done.stdout.decode().split()
