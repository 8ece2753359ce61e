"""A record that is copied to a folder bit by bit: one small bundle a record, each on top of the last.

For a machine that may vanish at any moment, and a folder that takes new files only. A file is
written once, from beginning to end, and never again. The name says the clone and a number: a file
needs only such with lower numbers, of any clone.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.bundles import list_bundles
from gitexp.store.lock import make_write_error
from gitexp.store.refs import KEEP, get_branch_ref, read_ref
from gitexp.store.remote_places import BUNDLE_SUFFIX, CHAIN_NAME, Place, make_folder_place

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.store.repository import Repository

_HEADER_LINE = re.compile(rb"(?P<oid>-?[0-9a-f]{40,64})(?: (?P<ref>[^\n]*))?")
_LARGEST_HEADER = 1 << 16
_SIGNATURES = (b"# v2 git bundle", b"# v3 git bundle")
_WRITE_ONCE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class ChainLink(NamedTuple):
    """One file of a chain: which clone wrote it, and its number."""

    path: Path
    replica: str
    number: int


def list_links(folder: Path) -> list[ChainLink]:
    """Return the files of all chains in a folder, each behind those that it needs."""
    links = []
    for path in folder.glob(f"*{BUNDLE_SUFFIX}"):
        match = CHAIN_NAME.fullmatch(path.name)
        if match is not None and path.is_file():
            links.append(ChainLink(path, match["replica"], int(match["number"])))
    return sorted(links, key=lambda link: (link.number, link.replica))


def get_chain_place(folder: Path, replica: str) -> Place:
    """Return the chain of a clone as a place: what was read of it has refs of its own."""
    name = f"gitexp-{replica}-chain{BUNDLE_SUFFIX}"
    return make_folder_place(folder / name, name)


def read_link_refs(link: ChainLink) -> dict[str, str]:
    """Return the refs in the head of a bundle, by name; none where the head is torn or no bundle."""
    try:
        with link.path.open("rb") as file:
            head, end, _ = file.read(_LARGEST_HEADER).partition(b"\n\n")
    except OSError:
        return {}
    signature, *lines = head.split(b"\n")
    if not end or signature not in _SIGNATURES:
        return {}
    refs = {}
    for line in lines:
        match = _HEADER_LINE.fullmatch(line)
        if match is not None and match["ref"] and not match["oid"].startswith(b"-"):
            refs[os.fsdecode(match["ref"])] = match["oid"].decode()
    return refs


def append_link(repository: Repository, folder: Path, replica: str) -> bool:
    """Write what a folder lacks of the record into a new file; return False where it lacks nothing.

    Raises StorageError or RepositoryError where it cannot be written. The next call then takes
    along what this one did not.
    """
    chain = get_chain_place(folder, replica)
    ref_names = (get_branch_ref(repository), f"{KEEP}{replica}")
    tips = {name: tip for name in ref_names if (tip := read_ref(repository, name))}
    known = _list_known_tips(repository, folder)
    if set(tips.values()) <= known:
        return False
    fresh = repository.state_dir / f"link-{os.getpid()}{BUNDLE_SUFFIX}"
    excluded = "".join(f"^{oid}\n" for oid in sorted(known))
    done = repository.try_git(
        "bundle", "create", "--quiet", str(fresh), *tips, "--stdin", data=excluded.encode()
    )
    if done.returncode != 0:
        lines = os.fsdecode(done.stderr).strip().splitlines()
        raise RepositoryError(f"no bundle was made: {lines[-1] if lines else 'git says no reason'}")
    try:
        _write_once(folder, replica, fresh.read_bytes())
    finally:
        fresh.unlink(missing_ok=True)
    _remember_tips(repository, chain, replica, tips)
    return True


def _write_once(folder: Path, replica: str, data: bytes) -> None:
    """Write a file behind all that are there, in one stroke."""
    number = max((link.number for link in list_links(folder)), default=0) + 1
    target = folder / f"gitexp-{replica}-{number:06}{BUNDLE_SUFFIX}"
    try:
        descriptor = os.open(target, _WRITE_ONCE, 0o666)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise make_write_error(target, error) from None


def _list_known_tips(repository: Repository, folder: Path) -> set[str]:
    """Return the tips that the files of a folder are known to hold, and that are here."""
    replicas = {link.replica for link in list_links(folder)}
    places = [get_chain_place(folder, name) for name in sorted(replicas)]
    prefixes = [place.refs for place in (*places, *list_bundles(folder))]
    if not prefixes:
        return set()
    listed = repository.run_git("for-each-ref", "--format=%(objectname)", *prefixes)
    return set(listed.decode().split())


def _remember_tips(
    repository: Repository, chain: Place, replica: str, tips: dict[str, str]
) -> None:
    own_keep = f"{KEEP}{replica}"
    lines = []
    for name, tip in tips.items():
        ref = chain.get_keep_ref(replica) if name == own_keep else chain.branch_ref
        lines.append(f"update {ref} {tip}\n")
    repository.run_git("update-ref", "--stdin", data="".join(lines).encode())
