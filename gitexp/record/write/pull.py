"""Pulling: the record of another place and the code of its trials come to this clone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError, StorageError
from gitexp.record.write.pull_chain import fetch_chains
from gitexp.record.write.purge import forget_purged, forget_purged_snapshots
from gitexp.store.bundles import list_bundles
from gitexp.store.join import find_base, join_keep_chains, join_records
from gitexp.store.purged import purge_history, read_purged
from gitexp.store.refs import KEEP, LOG, read_ref
from gitexp.store.transfer import (
    RemoteRefs,
    fetch_record,
    read_remote_refs,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.record.record import Record
    from gitexp.store.remote_places import Place

_JOIN_ATTEMPTS = 20


class PullResult(NamedTuple):
    """What a pull brought.

    ``has_record``: the place has a record at all. ``is_first``: this clone had none before.
    ``remarks``: what a person should know besides.
    """

    has_record: bool
    is_first: bool = False
    experiments: int = 0
    events: int = 0
    remarks: tuple[str, ...] = ()


def pull_record(record: Record, place: Place, *, with_snapshots: bool) -> PullResult:
    """Bring what a place has of the record to this clone and join it with what is here.

    Raises RepositoryError when the place cannot be reached, or when what it has is no record.
    """
    if place.bundles is None:
        return pull_refs(record, place, read_remote_refs(record.repository, place), with_snapshots)
    results = []
    for bundle in list_bundles(place.bundles):
        refs = read_remote_refs(record.repository, bundle)
        results.append(pull_refs(record, bundle, refs, with_snapshots))
    results += _pull_chains(record, place.bundles, with_snapshots)
    return sum_results(results)


def _pull_chains(record: Record, folder: Path, with_snapshots: bool) -> list[PullResult]:
    """Join what machines appended to a folder, each chain once however many files it has."""
    fetched = fetch_chains(record, folder, with_snapshots=with_snapshots)
    results = [PullResult(fetched.has_record, remarks=fetched.remarks)]
    for chain in fetched.places:
        theirs = read_ref(record.repository, chain.branch_ref)
        if theirs is None:
            continue
        results.append(_take(record, chain, theirs))
        forget_purged_snapshots(record, chain)
    return results


def sum_results(results: list[PullResult]) -> PullResult:
    """Return several results as one."""
    return PullResult(
        any(result.has_record for result in results),
        any(result.is_first for result in results),
        sum(result.experiments for result in results),
        sum(result.events for result in results),
        tuple(remark for result in results for remark in result.remarks),
    )


def pull_refs(record: Record, place: Place, refs: RemoteRefs, with_snapshots: bool) -> PullResult:
    """Fetch from one place that git reads, and join what it has."""
    repository = record.repository
    last_seen = read_ref(repository, place.branch_ref)
    own_keep = record.branch.tip is not None and _has_foreign_keep(record, refs)
    replicas = refs.keeps if with_snapshots else ([record.replica] if own_keep else [])
    fetch_record(repository, place, refs, replicas)
    _forget_gone_refs(record, place, refs)
    theirs = read_ref(repository, place.branch_ref) if refs.branch else None
    remarks = _describe_setback(record, place, last_seen, theirs)
    result = PullResult(False) if theirs is None else _take(record, place, theirs)
    forget_purged_snapshots(record, place)
    if own_keep:
        _join_keeps(record, place)
    return result._replace(remarks=(*remarks, *result.remarks))


def _take(record: Record, place: Place, theirs: str) -> PullResult:
    """Begin with the record of another place, or join it with the one that is here."""
    _check_record(record, place, theirs)
    if record.branch.tip is None:
        return _begin_with(record, theirs)
    return _join(record, place, theirs)


def _begin_with(record: Record, theirs: str) -> PullResult:
    """Begin the record of a clone that has none with that of another place."""
    from gitexp.record.write.setup import begin_record

    record.database.move_ref(record.branch.ref, None, theirs, "gitexp: begin with a pulled record")
    begin_record(record)
    with record.hold():
        record.renew_derived()
    events = len(list(record.branch.list_files_since(None, theirs, LOG)))
    return PullResult(True, True, len(_list_experiments(record)), events)


def _join(record: Record, place: Place, theirs: str) -> PullResult:
    """Join the record of another place with that of this clone, under the lock."""
    branch = record.branch
    with record.hold(), record.database.gather():
        old_experiments = _list_experiments(record)
        for _ in range(_JOIN_ATTEMPTS):
            ours = branch.tip
            if ours is None:
                raise RepositoryError(f"branch '{branch.ref}' was deleted meanwhile")
            joined = join_records(record.repository, record.database, ours, theirs)
            message = f"gitexp: pull from {place.name}"
            if joined == ours or record.database.move_ref(branch.ref, ours, joined, message):
                break
        else:
            raise StorageError(f"others change '{branch.ref}' all the time", "run it again")
        purged = read_purged(record.database, joined)
        newly_purged = purged - read_purged(record.database, ours)
        if newly_purged:
            forget_purged(record, purged)
        elif joined != ours:
            record.renew_derived()
        files = branch.list_files_since(ours, joined, LOG)
        events = sum(file.present for file in files)
        new_experiments = _list_experiments(record) - old_experiments
    remarks = _describe_purge(place, len(newly_purged))
    return PullResult(True, False, len(new_experiments), events, remarks)


def _describe_purge(place: Place, count: int) -> tuple[str, ...]:
    """Say that something is gone here because another clone purged it."""
    if not count:
        return ()
    things = "1 file or snapshot" if count == 1 else f"{count} files and snapshots"
    return (f"{things} purged elsewhere ('{place.name}' says so): gone here too",)


def _list_experiments(record: Record) -> set[str]:
    return set(record.index.read_names().values())


def _check_record(record: Record, place: Place, theirs: str) -> None:
    """Raise RepositoryError for what is no record, or is an attack."""
    record.fetch_history(theirs)
    record.branch.check_format(theirs)
    try:
        record.branch.check_trees(record.branch.tip, theirs)
    except RepositoryError as error:
        raise RepositoryError(
            f"{error.message} ('{place.name}' has it)", "nothing of it was taken"
        ) from None


def _describe_setback(
    record: Record, place: Place, last_seen: str | None, theirs: str | None
) -> tuple[str, ...]:
    """Say that a place has lost what it had when it was last asked."""
    if last_seen is None or theirs == last_seen:
        return ()
    what_now = "nothing is lost: the next push brings it back"
    if theirs is None:
        return (f"the record on '{place.name}' was deleted ({what_now})",)
    last_seen = _purge_as(record, last_seen, theirs)
    if find_base(record.repository, last_seen, theirs) != last_seen:
        return (f"the record on '{place.name}' was set back by force ({what_now})",)
    return ()


def _purge_as(record: Record, tip: str, theirs: str) -> str:
    """Return a tip without what ``theirs`` has purged: that is no setback."""
    purged = read_purged(record.database, theirs)
    return purge_history(record.repository, record.database, tip, purged)


def _forget_gone_refs(record: Record, place: Place, refs: RemoteRefs) -> None:
    """Delete the refs that say what a place had and has no more."""
    listed = record.repository.run_git("for-each-ref", "--format=%(refname)", place.refs)
    present = {place.get_keep_ref(replica) for replica in refs.keeps}
    if refs.branch:
        present.add(place.branch_ref)
    if refs.notes:
        present.add(place.notes_ref)
    for name in listed.decode().split():
        if name not in present:
            record.database.delete_ref(name)


def _has_foreign_keep(record: Record, refs: RemoteRefs) -> bool:
    """Return True if a place has a keep chain of this clone that holds what is not in ours.

    Somebody else wrote it where a clone was copied as a folder: both have the same id.
    """
    theirs = refs.keeps.get(record.replica, "")
    ours = record.database.read_ref(KEEP + record.replica)
    return bool(theirs) and not (ours and is_ancestor(record, theirs, ours))


def _join_keeps(record: Record, place: Place) -> None:
    """Have this clone's keep chain hold what a copy of this clone keeps at a place."""
    ref = KEEP + record.replica
    with record.hold(), record.database.gather():
        ours = record.database.read_ref(ref)
        theirs = record.database.read_ref(place.get_keep_ref(record.replica))
        if theirs is None or (ours and is_ancestor(record, theirs, ours)):
            return
        joined = theirs
        if ours and not is_ancestor(record, ours, theirs):
            joined = join_keep_chains(record.database, ours, theirs)
        record.database.move_ref(ref, ours, joined, "gitexp: join two keep chains")


def is_ancestor(record: Record, older: str, newer: str) -> bool:
    """Return True if both commits are here and the newer one holds the older one."""
    done = record.repository.try_git("merge-base", "--is-ancestor", older, newer)
    return done.returncode == 0
