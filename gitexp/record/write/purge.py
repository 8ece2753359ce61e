"""Purge: what must never have been recorded, a secret say, is taken out of the record for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import NotFoundError, StorageError
from gitexp.model.event.facts import ImageFact, LinkFact, PinFact, SeriesFact, SnapshotFact
from gitexp.record.index.file import discard_index
from gitexp.record.read.resolve import find_event
from gitexp.record.write.exclusive import store_together
from gitexp.store.commit_bytes import Signature, read_clock
from gitexp.store.purged import (
    COMMIT,
    list_kept_commits,
    purge_history,
    purge_keep_chain,
    read_purged,
    write_purged,
)
from gitexp.store.refs import KEEP, NOTES, PURGED_FILE, REMOTE
from gitexp.store.remote_places import list_published_refs
from gitexp.store.settings_cache import discard_settings_cache

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record
    from gitexp.store.remote_places import Place

_MESSAGE = "gitexp: purge [skip ci]\n"


class PurgePlan(NamedTuple):
    """What a purge takes out of the record.

    ``files``: pictures, curves and pinned code that nothing else names, by their paths.
    ``snapshots``: kept commits. ``own_commits``: commits of the user's own branches that hold code of
    the experiments; they stay.
    """

    events: tuple[Event, ...]
    files: tuple[str, ...]
    snapshots: tuple[str, ...]
    own_commits: tuple[str, ...]

    @property
    def lines(self) -> set[str]:
        """The lines for the list of what is purged."""
        paths = {event.path for event in self.events} | set(self.files)
        return paths | {f"{COMMIT}{commit}" for commit in self.snapshots}


def plan_purge(record: Record, targets: Sequence[str], *, code_only: bool = False) -> PurgePlan:
    """Return what a purge of some targets would take out.

    A target is the id of an experiment, the beginning of an event's id, the name of a picture, or a
    path on the record branch. ``code_only``: of experiments, their kept code alone. Raises
    NotFoundError or AmbiguousError.
    """
    all_events = list(record.index.read_all_events())
    events: dict[str, Event] = {}
    files: set[str] = set()
    for target in targets:
        path = _find_path(record, target)
        found = _find_events(record, all_events, target, path, code_only=code_only)
        events.update((event.id, event) for event in found)
        if path and not found:
            files.add(path)
    others = [event for event in all_events if event.id not in events]
    named_elsewhere = {path for event in others for path in list_attachments(event)}
    for event in events.values():
        files.update(path for path in list_attachments(event) if path not in named_elsewhere)
    snapshots, own_commits = _sort_commits(record, events.values(), others)
    return PurgePlan(tuple(events.values()), tuple(sorted(files)), snapshots, own_commits)


@store_together
def purge(record: Record, plan: PurgePlan) -> None:
    """Take what a plan names out of this clone's record: branch and its history, notes, index, kept
    snapshots.

    The branch lists it, so that no clone brings it back. Raises StorageError when it cannot be
    written; then nothing has changed.
    """
    database, branch = record.database, record.branch
    tip = branch.tip
    if tip is None:
        return
    lines = read_purged(database, tip) | plan.lines
    clean_tip = purge_history(record.repository, database, tip, lines)
    blob = write_purged(database, lines)
    tree = database.write_tree(database.read_tree_id(clean_tip), {PURGED_FILE: blob})
    name, _, mail = branch.author.rpartition(" <")
    signature = Signature(name, mail.removesuffix(">"), *read_clock())
    new_tip = database.write_commit(tree, (clean_tip,), _MESSAGE, signature)
    if not database.move_ref(branch.ref, tip, new_tip, "gitexp: purge"):
        raise StorageError(
            f"others changed '{branch.ref}' meanwhile", "nothing was purged; run it again"
        )
    forget_purged(record, lines)


def forget_purged(record: Record, lines: Collection[str]) -> None:
    """Take what is purged out of all that this clone keeps beside the branch.

    Kept snapshots, notes, index, reflogs, and what is remembered of other places. Hold the lock.
    """
    database = record.database
    # Those of other clones, too: here they may be all that keeps the code of their trials.
    for ref in _list_refs(record, KEEP.rstrip("/"), f"{REMOTE}**/keep/*"):
        _renew_keep_chain(record, ref, lines)
    database.delete_ref(NOTES)
    # They come back with the next fetch, from a place that still has it.
    notes_of_places = _list_refs(record, f"{REMOTE}**/notes")
    for ref in (*notes_of_places, *list_published_refs(record.repository)):
        database.delete_ref(ref)
    own_refs = (record.branch.ref, KEEP + record.replica)
    expire = ("reflog", "expire", "--expire=now", "--expire-unreachable=now")
    record.repository.try_git(*expire, *own_refs)
    record.close()
    discard_index(record.repository.state_dir)
    discard_settings_cache(record.repository.state_dir)
    record.renew_derived()


def forget_purged_snapshots(record: Record, place: Place) -> None:
    """Take what is purged out of the keep chains that a place was just found to have."""
    tip = record.branch.tip
    lines = read_purged(record.database, tip) if tip else ()
    if not any(line.startswith(COMMIT) for line in lines):
        return
    with record.hold(), record.database.gather():
        for ref in _list_refs(record, f"{place.refs}keep/"):
            _renew_keep_chain(record, ref, lines)


def _renew_keep_chain(record: Record, ref: str, lines: Collection[str]) -> None:
    tip = record.database.read_ref(ref)
    if tip is None:
        return
    new_tip = purge_keep_chain(record.database, tip, lines)
    if not new_tip:
        record.database.delete_ref(ref)
    elif new_tip != tip:
        record.database.move_ref(ref, tip, new_tip, "gitexp: purge")


def _list_refs(record: Record, *patterns: str) -> list[str]:
    return (
        record.repository.run_git("for-each-ref", "--format=%(refname)", *patterns).decode().split()
    )


def _find_path(record: Record, target: str) -> str:
    """Return the path of a file on the branch that a target names; "" where it names none."""
    if "/" not in target:
        return ""
    if record.branch.read(target) is None:
        raise NotFoundError(
            f"the record branch has no file '{target}'",
            f"git ls-tree -r --name-only {record.branch_name}",
        )
    return target


def _find_events(
    record: Record, all_events: Sequence[Event], target: str, path: str, *, code_only: bool
) -> list[Event]:
    """Return the events that a target means. Raises NotFoundError or AmbiguousError."""
    if path:
        return [event for event in all_events if event.path == path]
    names = _find_names(record, all_events, target)
    if names:
        events = [event for event in all_events if names.issuperset(event.experiments)]
        events = [event for event in events if event.experiments]
        return [event for event in events if not code_only or _holds_code(event)]
    pictures = [event for event in all_events if _is_picture(event, target)]
    return pictures or [find_event(record, target)]


def _find_names(record: Record, all_events: Sequence[Event], target: str) -> set[str]:
    """Return all names of the experiment that a target names, also of one that was undone."""
    idents = record.index.read_names()
    ident = idents.get(target, target)
    names = {name for name, current in idents.items() if current == ident}
    if any(target in event.experiments for event in all_events):
        names.add(target)
    return names


def _is_picture(event: Event, name: str) -> bool:
    return isinstance(event.fact, ImageFact) and event.fact.name == name


def _holds_code(event: Event) -> bool:
    return isinstance(event.fact, SnapshotFact | PinFact)


def list_attachments(event: Event) -> list[str]:
    """Return the paths of the files on the branch that an event names."""
    fact = event.fact
    if isinstance(fact, ImageFact | SeriesFact):
        return [str(fact.path)]
    if isinstance(fact, PinFact):
        return [str(path) for path in fact.files]
    return []


def _sort_commits(
    record: Record, events: Collection[Event], others: Sequence[Event]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kept snapshots that only some events name, and the commits of the user's own
    branches that they name.
    """
    kept: set[str] = set()
    for ref in _list_refs(record, KEEP.rstrip("/"), f"{REMOTE}**/keep/*"):
        tip = record.database.read_ref(ref)
        if tip is not None:
            kept |= list_kept_commits(record.database, tip)
    commits = _list_commits(events)
    own_commits = [commit for commit in commits if commit not in kept]
    needed = set(_list_commits(others))
    snapshots = [commit for commit in commits if commit in kept and commit not in needed]
    return tuple(snapshots), tuple(own_commits)


def _list_commits(events: Collection[Event]) -> list[str]:
    """Return the commits that events name as the code of experiments, each once."""
    commits: dict[str, None] = {}
    for event in events:
        if isinstance(event.fact, SnapshotFact | LinkFact | PinFact):
            commits[event.fact.commit] = None
    return list(commits)
