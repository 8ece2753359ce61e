"""Where a record is pushed to and pulled from: a remote of git, an address, or a folder.

A folder that is a git repository is pushed to as git pushes. Any other folder, on a stick or in a
synchronised drive, holds bundles: one file for each clone, which only that clone writes. So two
machines never write the same file, and half a file that a drive has copied is refused as a whole.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.store.refs import REMOTE, get_branch_ref

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

BUNDLE_SUFFIX = ".bundle"
CHAIN_NAME = re.compile(r"gitexp-(?P<replica>[k-z]{8})-(?P<number>\d{6,12})\.bundle")
"""A bundle that holds one step of a record, on top of those with lower numbers."""

_NOT_IN_REFS = re.compile(r"[^A-Za-z0-9_-]+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z0-9._-]+@?[A-Za-z0-9._-]*:")


class Place(NamedTuple):
    """A place that git can push to or fetch from.

    ``name``: as a person knows it. ``address``: what git is given. ``refs``: the prefix of the refs
    that say what the place last had. ``is_server``: a forge may make a first branch its default.
    ``bundles``: the folder of bundles that it is; None for what git reads itself.
    """

    name: str
    address: str
    refs: str
    is_server: bool = True
    bundles: Path | None = None

    @property
    def branch_ref(self) -> str:
        """Return the ref that says what the place last had of the record branch."""
        return f"{self.refs}branch"

    @property
    def notes_ref(self) -> str:
        """Return the ref that says what the place last had of the notes."""
        return f"{self.refs}notes"

    def get_keep_ref(self, replica: str) -> str:
        """Return the ref that says what the place last had of a clone's snapshots."""
        return f"{self.refs}keep/{replica}"


def list_published_refs(repository: Repository) -> list[str]:
    """Return the refs that say what other places have of the record branch."""
    branch = get_branch_ref(repository).removeprefix("refs/heads/")
    patterns = (f"refs/remotes/*/{branch}", f"{REMOTE}**/branch")
    listed = repository.run_git("for-each-ref", "--format=%(refname)", *patterns)
    return listed.decode().split()


def find_place(repository: Repository, word: str, folder: Path) -> Place:
    """Return the place that ``word`` names; "" is the remote that the record goes to by default.

    A path begins at ``folder``. Raises UsageError for what names no place.
    """
    remotes = list_remotes(repository)
    if not word:
        return make_remote(_choose_remote(repository, remotes))
    if word in remotes:
        return make_remote(word)
    path = folder / word
    if path.exists() or word.endswith(BUNDLE_SUFFIX):
        return make_folder_place(path, word)
    if _URL.match(word):
        return Place(word, word, _make_refs_prefix(word))
    if "/" in word or os.sep in word:
        return make_folder_place(path, word)
    raise UsageError(
        f"'{word}' is neither a remote nor a folder",
        "'git remote' lists the remotes; write a new folder as ./NAME",
    )


def make_remote(name: str) -> Place:
    """Return a remote of git as a place."""
    return Place(name, name, f"{REMOTE}{name}/")


def make_folder_place(path: Path, name: str) -> Place:
    """Return a folder or a file as a place."""
    address = str(path.absolute())
    prefix = _make_refs_prefix(address)
    if path.is_file() or name.endswith(BUNDLE_SUFFIX) or is_git_folder(path):
        return Place(name, address, prefix, is_server=False)
    return Place(name, address, prefix, is_server=False, bundles=Path(address))


def get_place_of_ref(ref: str) -> str:
    """Return the name of the place that a ref tells of: ``origin`` for ``refs/remotes/origin/gitexp``
    and for ``refs/gitexp/remote/origin/branch``.
    """
    name = ref.removeprefix("refs/remotes/").removeprefix(REMOTE)
    return name.rpartition("/")[0]


def is_git_folder(path: Path) -> bool:
    """Return True for a repository, bare or with a work tree."""
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def list_remotes(repository: Repository) -> list[str]:
    """Return the names of git's remotes."""
    return os.fsdecode(repository.run_git("remote")).splitlines()


def find_default_remote(repository: Repository) -> str:
    """Return the remote that the record goes to by default; "" where there is none to choose."""
    remotes = list_remotes(repository)
    wanted = repository.settings.get("gitexp.remote", "")
    if wanted:
        return wanted
    if "origin" in remotes:
        return "origin"
    return remotes[0] if len(remotes) == 1 else ""


def _choose_remote(repository: Repository, remotes: list[str]) -> str:
    remote = find_default_remote(repository)
    if remote in remotes:
        return remote
    if remote:
        raise UsageError(
            f"gitexp.remote names '{remote}', which is no remote here", "'git remote' lists them"
        )
    if not remotes:
        raise UsageError(
            "this repository has no remote",
            "git remote add origin URL, or name a folder: git exp push /media/stick/record",
        )
    raise UsageError(
        f"there are several remotes: {', '.join(remotes)}",
        "name one, or choose for ever: git config gitexp.remote NAME",
    )


def _make_refs_prefix(address: str) -> str:
    """Return the prefix of the refs for an address: a word of it, and letters of its hash."""
    words = _NOT_IN_REFS.sub("-", address.rstrip("/").rpartition("/")[2]).strip("-")
    return f"{REMOTE}{words or 'place'}-{sha256(os.fsencode(address)).hexdigest()[:8]}/"
