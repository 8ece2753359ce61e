"""Pulling from the chains of a folder: what machines appended that may be gone by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.bundle_chain import get_chain_place, list_links, read_link_refs
from gitexp.store.refs import KEEP, get_branch_ref
from gitexp.store.transfer import RemoteRefs, fetch_record

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.record.record import Record
    from gitexp.store.bundle_chain import ChainLink
    from gitexp.store.remote_places import Place


class FetchedChains(NamedTuple):
    """The chains of which something new was fetched, and a line for each file that is no use.

    ``has_record``: the folder has chains, be they new or not.
    """

    has_record: bool
    places: tuple[Place, ...]
    remarks: tuple[str, ...]


def fetch_chains(record: Record, folder: Path, *, with_snapshots: bool) -> FetchedChains:
    """Fetch what the chains of a folder have and this clone lacks, file by file, in their order.

    The last file of a machine that vanished may be torn. It is passed over, and said.
    """
    links = list_links(folder)
    fresh = [link for link in links if not _is_here(record, folder, link, with_snapshots)]
    places: dict[str, Place] = {}
    failed = []
    for link in fresh:
        chain = get_chain_place(folder, link.replica)
        if _fetch_link(record, chain, link, with_snapshots):
            places[link.replica] = chain
        else:
            failed.append(link)
    remarks = []
    for link in failed:  # what a later file holds too is not lost
        if not _is_here(record, folder, link, with_snapshots):
            remarks.append(f"'{link.path.name}' is torn or lacks what it builds on: left out")
    return FetchedChains(bool(links), tuple(places.values()), tuple(remarks))


def _fetch_link(record: Record, chain: Place, link: ChainLink, with_snapshots: bool) -> bool:
    refs = read_link_refs(link)
    branch = refs.get(get_branch_ref(record.repository), "")
    keep_ref = f"{KEEP}{link.replica}"
    has_keep = keep_ref in refs
    keeps = {link.replica: refs[keep_ref]} if has_keep else {}
    keep_refs = {link.replica: keep_ref} if has_keep else {}
    wanted = RemoteRefs(branch, "", keeps, keep_refs, False)
    place = chain._replace(name=link.path.name, address=str(link.path.absolute()))
    if not refs:
        return False
    try:
        fetch_record(record.repository, place, wanted, [link.replica] if with_snapshots else [])
    except RepositoryError:
        return False
    return True


def _is_here(record: Record, folder: Path, link: ChainLink, with_snapshots: bool) -> bool:
    """Return True if all that a file holds was fetched before."""
    refs = read_link_refs(link)
    chain = get_chain_place(folder, link.replica)
    fetched = {get_branch_ref(record.repository): chain.branch_ref}
    if with_snapshots:
        fetched[f"{KEEP}{link.replica}"] = chain.get_keep_ref(link.replica)
    for name, ref in fetched.items():
        oid = refs.get(name, "")
        newest = record.database.read_ref(ref) if oid else None
        if oid and (newest is None or not record.database.is_ancestor(oid, newest)):
            return False
    return bool(refs)
