"""Pack the loose objects of the record, and remove objects that nothing holds any more.

Only our own objects are touched: those that our refs alone reach, and those of commits of ours that no
ref and no reflog reaches. ``git gc`` does the rest, when the user wants it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import StorageError
from gitexp.store.lock import make_write_error
from gitexp.store.own_packs import OwnPacks
from gitexp.store.refs import FORMAT_FILE, KEEP, NOTES, REMOTE, get_branch_ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.store.database import Database
    from gitexp.store.repository import Repository

EXPIRY_SECONDS = 14 * 24 * 3600
"""Age from which an object that nothing holds is removed, as ``git gc`` does."""

_OUR_MESSAGE = "gitexp:"


class Housekeeping(NamedTuple):
    """What is to be packed, and what is to be removed: ids of objects, and their bytes.

    What is packed is loose; what is removed may be in a pack of ours.
    """

    packed: tuple[str, ...]
    packed_bytes: int
    removed: tuple[str, ...]
    removed_bytes: int


def plan_housekeeping(
    repository: Repository, database: Database, *, expiry: float = EXPIRY_SECONDS
) -> Housekeeping:
    """Return what can be packed and removed. ``expiry``: seconds."""
    own_refs, other_refs = _sort_refs(repository)
    reached = _list_objects(repository, own_refs, other_refs) if own_refs else []
    packed = [oid for oid in reached if _find_loose(repository, oid) is not None]
    before = time.time() - expiry
    in_old_packs = _measure_packed(repository, before)
    removed = [
        oid
        for oid in _find_unheld(repository, database)
        if oid in in_old_packs or _is_older(repository, oid, before)
    ]
    packed_bytes = sum(in_old_packs.get(oid, 0) for oid in removed)
    return Housekeeping(
        tuple(packed),
        _sum_bytes(repository, packed),
        tuple(removed),
        _sum_bytes(repository, removed) + packed_bytes,
    )


def keep_house(repository: Repository, plan: Housekeeping) -> None:
    """Pack and remove what a plan names. Raises StorageError where the pack was not written whole.

    A loose object goes only after git has verified the pack that has it.
    """
    if plan.packed:
        prefix = repository.common_dir / "objects" / "pack" / "pack"
        names = "".join(f"{oid}\n" for oid in plan.packed).encode()
        name = repository.run_git("pack-objects", "--quiet", str(prefix), data=names).decode()
        pack = f"{prefix}-{name.strip()}.idx"
        if repository.try_git("verify-pack", pack).returncode != 0:
            raise StorageError(f"the new pack {pack} is damaged", "nothing was removed; git fsck")
    for oid in (*plan.packed, *plan.removed):
        file = _find_loose(repository, oid)
        if file is not None:
            file.unlink(missing_ok=True)
    own_packs = OwnPacks(repository)
    try:
        own_packs.drop_objects(set(plan.removed))
    except OSError as error:
        raise make_write_error(repository.common_dir / "objects" / "pack", error) from None
    own_packs.release()


def _sort_refs(repository: Repository) -> tuple[list[str], list[str]]:
    """Return our refs, and the user's."""
    names = repository.run_git("for-each-ref", "--format=%(refname)").decode().split()
    ours = (get_branch_ref(repository), NOTES)
    own_refs = [name for name in names if name in ours or name.startswith((KEEP, REMOTE))]
    other_refs = [name for name in names if name not in own_refs]
    if repository.find_commit("HEAD") is not None:
        other_refs.append("HEAD")
    return own_refs, other_refs


def _list_objects(
    repository: Repository, tips: Iterable[str], excluded: Iterable[str]
) -> list[str]:
    """Return the objects that some tips reach and others do not."""
    revisions = "".join([f"{tip}\n" for tip in tips] + [f"^{name}\n" for name in excluded])
    # A partial clone lacks objects that its remote promises.
    command = ("rev-list", "--objects", "--no-object-names", "--missing=allow-any", "--stdin")
    return repository.run_git(*command, data=revisions.encode()).decode().split()


def _measure_packed(repository: Repository, before: float) -> dict[str, int]:
    """Return the objects in packs of ours that were written before a time, with their bytes."""
    own_packs = OwnPacks(repository)
    sizes: dict[str, int] = {}
    try:
        for pack in own_packs.list_packs():
            if pack.mtime < before:
                objects = own_packs.read_objects(pack)
                sizes.update((oid, len(data)) for oid, data in objects.items())
    except OSError as error:
        raise make_write_error(repository.common_dir / "objects" / "pack", error) from None
    return sizes


def _find_unheld(repository: Repository, database: Database) -> list[str]:
    """Return the objects of our commits that no ref and no reflog reaches."""
    done = repository.try_git("fsck", "--unreachable", "--no-dangling", "--connectivity-only")
    unreachable: set[str] = set()
    own_commits: list[str] = []
    other_commits: list[str] = []
    for line in os.fsdecode(done.stdout).splitlines():
        words = line.split()
        if words[:1] == ["unreachable"] and len(words) == 3:
            unreachable.add(words[2])
            if words[1] == "commit":
                is_ours = _is_ours(database, words[2])
                (own_commits if is_ours else other_commits).append(words[2])
    if not own_commits:
        return []
    # What the user's own unreachable commits hold stays: git decides about that.
    reached = _list_objects(repository, own_commits, other_commits)
    return [oid for oid in reached if oid in unreachable]


def _is_ours(database: Database, commit: str) -> bool:
    details = database.read_commit(commit)
    if details is None:
        return False
    if details.message.startswith(_OUR_MESSAGE):
        return True
    return database.find_entry(database.read_tree_id(commit), FORMAT_FILE) is not None


def _is_older(repository: Repository, oid: str, before: float) -> bool:
    file = _find_loose(repository, oid)
    return file is not None and file.stat().st_mtime < before


def _find_loose(repository: Repository, oid: str) -> Path | None:
    """Return the file of a loose object; None where it is in a pack alone."""
    file = Path(repository.common_dir, "objects", oid[:2], oid[2:])
    return file if file.is_file() else None


def _sum_bytes(repository: Repository, oids: Sequence[str]) -> int:
    files = [_find_loose(repository, oid) for oid in oids]
    return sum(file.stat().st_size for file in files if file is not None)
