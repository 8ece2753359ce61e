"""Asking another place for its refs, fetching from it and pushing to it: the git command line alone.

Refs are always named in full. The configuration of remotes is never changed, nothing is forced, and
what another place has is written below ``refs/gitexp/remote``.
"""

from __future__ import annotations

import os
import random
import re
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.refs import NOTES, get_branch_ref

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.store.remote_places import Place
    from gitexp.store.repository import Repository

# Not in the middle of the user's work.
_QUIET_SETTINGS = ("-c", "maintenance.auto=false", "-c", "gc.auto=0")
# In a bundle the chains of other clones have the names that they have in the clone that wrote it.
_KEEP_REF = re.compile(r"refs/gitexp/(?:remote/.+/)?keep/([k-z]{8})")
# Clones whose snapshots are fetched. A record that names more is not an honest one.
_MOST_CLONES = 1000

_NO_ATOMIC = "does not support --atomic"
# What git and its servers say of a ref that somebody else moved just now.
_RACES = (
    "fetch first",
    "non-fast-forward",
    "failed to update ref",
    "cannot lock ref",
    "atomic transaction failed",
    "incorrect old value",
)
_HIDDEN = "hidden ref"
_LOCKED = b"cannot lock ref"
_FETCH_ATTEMPTS = 6
_LONGEST_PAUSE = 3.0


class RemoteRefs(NamedTuple):
    """What a place has now: the tips of the record branch and the notes, "" where there is none.

    ``keeps``: the tips of the keep chains by clone; ``keep_refs``: the refs that hold them there.
    ``has_branches``: it has a branch of any name.
    """

    branch: str
    notes: str
    keeps: dict[str, str]
    keep_refs: dict[str, str]
    has_branches: bool


class PushedRef(NamedTuple):
    """A ref that was pushed. ``refusal``: why the place did not take it; "" where it did."""

    name: str
    refusal: str

    @property
    def moved_meanwhile(self) -> bool:
        """Return True if the place has what this clone has not seen."""
        return any(words in self.refusal for words in _RACES)


def read_remote_refs(repository: Repository, place: Place) -> RemoteRefs:
    """Ask a place what it has. Raises RepositoryError when it cannot be reached."""
    patterns = ("refs/heads/*", NOTES, "refs/gitexp/*")
    done = _run(repository, "ls-remote", "--quiet", place.address, *patterns)
    if done.returncode != 0:
        raise make_unreachable_error(place, done.stderr)
    branch_ref = get_branch_ref(repository)
    refs: dict[str, str] = {}
    for line in os.fsdecode(done.stdout).splitlines():
        oid, _, name = line.partition("\t")
        refs[name] = oid
    keeps: dict[str, str] = {}
    keep_refs: dict[str, str] = {}
    for name, oid in refs.items():
        match = _KEEP_REF.fullmatch(name)
        if match is not None and len(keeps) < _MOST_CLONES:
            keeps[match[1]] = oid
            keep_refs[match[1]] = name
    has_branches = any(name.startswith("refs/heads/") for name in refs)
    return RemoteRefs(refs.get(branch_ref, ""), refs.get(NOTES, ""), keeps, keep_refs, has_branches)


def fetch_record(
    repository: Repository, place: Place, refs: RemoteRefs, replicas: Iterable[str]
) -> None:
    """Fetch what a place has of the record, and the snapshots of some clones.

    It goes to the refs that say what the place has. Raises RepositoryError when it cannot be fetched.
    """
    refspecs = []
    if refs.branch:
        refspecs.append(f"+{get_branch_ref(repository)}:{place.branch_ref}")
    if refs.notes:
        refspecs.append(f"+{NOTES}:{place.notes_ref}")
    for replica in replicas:
        if replica in refs.keeps:
            refspecs.append(f"+{refs.keep_refs[replica]}:{place.get_keep_ref(replica)}")
    if not refspecs:
        return
    options = ["--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--quiet"]
    lines = "".join(f"{refspec}\n" for refspec in refspecs).encode()
    for attempt in range(_FETCH_ATTEMPTS):
        done = _run(repository, "fetch", *options, "--stdin", place.address, data=lines)
        if done.returncode == 0:
            return
        if _LOCKED not in done.stderr:
            break
        pause(attempt)  # another command of this clone fetches the same
    raise make_unreachable_error(place, done.stderr)


def pause(attempt: int) -> None:
    """Wait before another attempt: longer each time, and not as long as others wait."""
    longest = min(0.1 * 2**attempt, _LONGEST_PAUSE)
    time.sleep(random.uniform(0.2, 1.0) * longest)  # noqa: S311 - no secret


def push_refs(
    repository: Repository,
    place: Place,
    refspecs: Sequence[str],
    *,
    replaced: Mapping[str, str] = MappingProxyType({}),
    atomic: bool = True,
) -> list[PushedRef]:
    """Push ``<id>:<ref>`` to a place, all of them or none where its server can do that.

    A ref in ``replaced`` may lose what it had, if it still holds the id that is given there. Raises
    RepositoryError when the place cannot be reached.
    """
    # A remote that is a mirror takes no refspecs.
    settings = ("-c", f"remote.{place.name}.mirror=false")
    options = ["--porcelain", "--no-follow-tags", "--recurse-submodules=no", "--quiet"]
    options += ["--atomic"] if atomic else []
    options += [f"--force-with-lease={name}:{oid}" for name, oid in replaced.items()]
    done = _run(repository, "push", *options, place.address, *refspecs, settings=settings)
    pushed = _parse_pushed(os.fsdecode(done.stdout))
    if done.returncode != 0 and not any(ref.refusal for ref in pushed):
        if atomic and _NO_ATOMIC in os.fsdecode(done.stderr):
            return push_refs(repository, place, refspecs, replaced=replaced, atomic=False)
        raise make_unreachable_error(place, done.stderr)
    return pushed


def is_hidden(ref: PushedRef) -> bool:
    """Return True for a ref of a kind that the place takes from nobody."""
    return _HIDDEN in ref.refusal


def make_unreachable_error(place: Place, complaint: bytes) -> RepositoryError:
    """Return the error for a place that git could not read or write."""
    lines = [line.strip() for line in os.fsdecode(complaint).splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    reason = reasons[0].removeprefix("fatal: ").removeprefix("error: ") if reasons else "no answer"
    return RepositoryError(
        f"'{place.name}' cannot be reached: {reason}",
        "nothing is lost: run it again when it can be reached",
    )


def _run(
    repository: Repository,
    verb: str,
    *args: str,
    settings: Sequence[str] = (),
    data: bytes | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git over the network. It may ask for a password, as the user's own git does."""
    command = (*_QUIET_SETTINGS, *settings, verb, *args)
    return repository.try_git(*command, data=data, env=_allow_prompts())


def _allow_prompts() -> Mapping[str, str]:
    return {"GIT_TERMINAL_PROMPT": os.environ.get("GIT_TERMINAL_PROMPT", "1")}


def _parse_pushed(output: str) -> list[PushedRef]:
    """Return the refs of ``git push --porcelain``: ``<flag> <from>:<to> <summary> (<reason>)``.

    They are separated by tabs. The flag of a refused ref is ``!``.
    """
    pushed = []
    for line in output.splitlines():
        fields = line.split("\t")
        if len(fields) != 3:
            continue
        flag, names, summary = fields
        _, _, name = names.partition(":")
        pushed.append(PushedRef(name, summary if flag == "!" else ""))
    return pushed
