"""Pushing: the record and the code of its trials go to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, RepositoryError
from gitexp.model.secrets import find_secrets
from gitexp.record.secrets import ALLOW, allows_secrets
from gitexp.record.write.pull import PullResult, is_ancestor, pull_record, pull_refs, sum_results
from gitexp.store.bundles import get_bundle, list_bundles, write_bundle
from gitexp.store.commit_bytes import Signature, read_clock
from gitexp.store.purged import purge_keep_chain, read_purged
from gitexp.store.refs import KEEP, NOTES, REMOTE
from gitexp.store.transfer import RemoteRefs, is_hidden, pause, push_refs, read_remote_refs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitexp.record.record import Record
    from gitexp.store.remote_places import Place
    from gitexp.store.transfer import PushedRef

    PrepareRecord = Callable[[Record], None]

# Pushes that are tried while others push to the same place.
_ATTEMPTS = 12

_NO_REFS = RemoteRefs("", "", {}, {}, False)
_KEEP_PATTERNS = (KEEP.rstrip("/"), f"{REMOTE}**/keep/*")


class PushResult(NamedTuple):
    """What a push took along: commits of the record, and snapshots. ``pulled``: what came first."""

    commits: int
    snapshots: int
    pulled: PullResult
    remarks: tuple[str, ...] = ()


class _Outgoing(NamedTuple):
    """What a place lacks: its own ref name to the id that it is to hold, and how much that is.

    The id is "" for a ref that is to go. ``replaced``: refs that hold there what was purged here,
    with the id that they have now.
    """

    refs: dict[str, str]
    commits: int
    snapshots: int
    replaced: dict[str, str]


class _KeepChain(NamedTuple):
    """The keep chain of a clone: the newest tip that is here, and a ref that holds it."""

    tip: str
    ref: str


def push_record(
    record: Record,
    place: Place,
    *,
    with_snapshots: bool,
    prepare: PrepareRecord | None = None,
    replace_purged: bool = False,
) -> PushResult:
    """Push the record to a place, and the snapshots that it lacks.

    What the place has and this clone lacks is joined first. Then ``prepare`` brings up to date what
    follows from the record: its pins and pages. ``replace_purged``: take out there, too, what was
    purged here. Raises RepositoryError when the place cannot be reached or refuses the push.
    """
    if place.bundles is not None:
        pulled = pull_record(record, place, with_snapshots=False)
        return _write_own_bundle(record, place.bundles, with_snapshots, prepare, pulled)
    pulled = PullResult(True)
    remarks: list[str] = []
    for attempt in range(_ATTEMPTS):
        refs = read_remote_refs(record.repository, place)
        if place.is_server and not refs.has_branches:
            raise _make_first_branch_error(record, place)
        if not refs.branch:
            _refuse_secrets(record, place)
        pulled = sum_results(
            [pulled, pull_refs(record, place, refs, with_snapshots=replace_purged)]
        )
        if prepare is not None:
            prepare(record)
        outgoing = _find_outgoing(record, refs, with_snapshots)
        if not outgoing.refs:
            return PushResult(0, 0, pulled, tuple(remarks))
        if outgoing.replaced and not replace_purged:
            raise _make_purged_error(place)
        refspecs = [f"{oid}:{name}" for name, oid in outgoing.refs.items()]
        pushed = push_refs(record.repository, place, refspecs, replaced=outgoing.replaced)
        refused = [ref for ref in pushed if ref.refusal]
        if not refused:
            _remember_pushed(record, place, outgoing)
            return PushResult(outgoing.commits, outgoing.snapshots, pulled, tuple(remarks))
        if with_snapshots and any(is_hidden(ref) for ref in refused):
            with_snapshots = False
            remarks.append(f"'{place.name}' takes no snapshots: the code of trials stays here")
        elif any(ref.moved_meanwhile for ref in refused):
            pause(attempt)
        else:
            raise _make_refusal_error(place, refused)
    raise RepositoryError(
        f"others push to '{place.name}' all the time", "nothing is lost: run it again"
    )


def _refuse_secrets(record: Record, place: Place) -> None:
    """Raise ContentError where a text of the record has a likely secret: a first push shows it all."""
    for event in record.index.read_all_events():
        secrets = find_secrets(event.text) if event.text else []
        if secrets and not allows_secrets(record.repository):
            about = f" of {event.experiments[0]}" if event.experiments else ""
            raise ContentError(
                f"entry {event.id}{about} holds what looks like {secrets[0].kind};"
                f" '{place.name}' has no record yet, and nothing was pushed",
                f"git exp purge {event.id}, or let it go: git -c {ALLOW}=true exp push",
            )


def _make_first_branch_error(record: Record, place: Place) -> RepositoryError:
    head = record.repository.try_git("symbolic-ref", "--quiet", "--short", "HEAD")
    branch = head.stdout.decode().strip() or "main"
    return RepositoryError(
        f"'{place.name}' has no branch yet, and would take the record for its default branch",
        f"push your code first: git push -u {place.name} {branch}",
    )


def _make_purged_error(place: Place) -> RepositoryError:
    return RepositoryError(
        f"'{place.name}' still holds what was purged here",
        f"git exp push --purge {place.name}: it replaces the record there, and nothing else",
    )


def _make_refusal_error(place: Place, refused: list[PushedRef]) -> RepositoryError:
    """Return the error for a push that a place did not take."""
    # With --atomic one ref is refused for a reason, the others because of that one.
    reasons = [ref for ref in refused if "atomic" not in ref.refusal] or refused
    first = reasons[0]
    return RepositoryError(
        f"'{place.name}' did not take {first.name}: {first.refusal}",
        "nothing was pushed, and nothing is lost",
    )


def _find_outgoing(record: Record, refs: RemoteRefs, with_snapshots: bool) -> _Outgoing:
    """Return what a place lacks, and what is to stand there instead of what was purged here.

    All else that the place has is joined already, so nothing of it is lost.
    """
    tip = record.branch.tip or ""
    is_replaced = bool(tip and refs.branch) and not is_ancestor(record, refs.branch, tip)
    outgoing = _find_clean_chains(record, refs, tip) if is_replaced else {}
    replaced = {name: refs.keeps[name.removeprefix(KEEP)] for name in outgoing}
    snapshots = 0
    if with_snapshots:
        # The snapshots come first: where a server takes one ref after the other, code never lacks.
        for replica, chain in _list_keep_chains(record).items():
            theirs = outgoing.get(KEEP + replica, refs.keeps.get(replica, ""))
            if chain.tip != theirs and (not theirs or is_ancestor(record, theirs, chain.tip)):
                outgoing[KEEP + replica] = chain.tip
                snapshots += _count_links(record, chain.tip, theirs)
    commits = 0
    if tip and tip != refs.branch:
        outgoing[record.branch.ref] = tip
        commits = _count(record, tip, refs.branch)
    if is_replaced:
        replaced[record.branch.ref] = refs.branch
        if refs.notes:
            replaced[NOTES] = refs.notes
    notes = _find_outgoing_notes(record, "" if is_replaced else refs.notes)
    if notes or NOTES in replaced:
        outgoing[NOTES] = notes
    return _Outgoing(outgoing, commits, snapshots, replaced)


def _find_clean_chains(record: Record, refs: RemoteRefs, tip: str) -> dict[str, str]:
    """Return the keep chains of a place that hold what was purged here, by ref, without it."""
    lines = read_purged(record.database, tip)
    chains = {}
    for replica, theirs in refs.keeps.items():
        if record.database.read_commit(theirs) is not None:
            clean = purge_keep_chain(record.database, theirs, lines)
            if clean != theirs:
                chains[KEEP + replica] = clean
    return chains


def _list_keep_chains(record: Record) -> dict[str, _KeepChain]:
    """Return the keep chain of each clone."""
    listed = record.repository.run_git(
        "for-each-ref", "--format=%(objectname) %(refname)", *_KEEP_PATTERNS
    )
    chains: dict[str, _KeepChain] = {}
    for line in listed.decode().splitlines():
        tip, _, ref = line.partition(" ")
        _, _, replica = ref.rpartition("/")
        newest = chains.get(replica)
        if newest is None or (newest.tip != tip and is_ancestor(record, newest.tip, tip)):
            chains[replica] = _KeepChain(tip, ref)
    return chains


def _count(record: Record, tip: str, excluded: str, *options: str) -> int:
    """Return how many commits a tip has that ``excluded`` ("": none; not here: none) has not."""
    revisions = "".join([f"{tip}\n", f"^{excluded}\n" if excluded else ""])
    options = ("--count", "--ignore-missing", *options, "--stdin")
    return int(record.repository.run_git("rev-list", *options, data=revisions.encode()))


def _count_links(record: Record, tip: str, excluded: str) -> int:
    """Return how many snapshots a keep chain has that its older tip ``excluded`` has not."""
    return _count(record, tip, excluded, "--grep=^gitexp: keep$")


def _find_outgoing_notes(record: Record, theirs: str) -> str:
    """Return the commit of notes that a place is to have; "" where it has the same notes.

    Notes are derived, so those of this clone are right. They are put on top of the place's, so that
    the push needs no force.
    """
    database = record.database
    ours = database.read_ref(NOTES)
    if ours is None or ours == theirs:
        return ""
    if not theirs or is_ancestor(record, theirs, ours):
        return ours
    tree = database.read_tree_id(ours)
    if database.read_commit(theirs) is not None and database.read_tree_id(theirs) == tree:
        return ""
    signature = Signature("gitexp", "gitexp@invalid", *read_clock())
    return database.write_commit(tree, (theirs,), "gitexp: notes\n", signature)


def _remember_pushed(record: Record, place: Place, outgoing: _Outgoing) -> None:
    """Set the refs that say what a place has."""
    lines = []
    for name, oid in outgoing.refs.items():
        if name == NOTES:
            ref = place.notes_ref
        elif name.startswith(KEEP):
            ref = place.get_keep_ref(name.removeprefix(KEEP))
        else:
            ref = place.branch_ref
        # Nothing is left of notes or of a keep chain where all that they had was purged.
        lines.append(f"update {ref} {oid}\n" if oid else f"delete {ref}\n")
    record.repository.run_git("update-ref", "--stdin", data="".join(lines).encode())


def _write_own_bundle(
    record: Record,
    folder: Path,
    with_snapshots: bool,
    prepare: PrepareRecord | None,
    pulled: PullResult,
) -> PushResult:
    """Write this clone's bundle in a folder, where it would hold more than the one that is there."""
    if prepare is not None:
        prepare(record)
    bundle = get_bundle(folder, record.replica)
    if not list_bundles(folder):
        _refuse_secrets(record, bundle)
    is_written = bundle.address in {place.address for place in list_bundles(folder)}
    refs = read_remote_refs(record.repository, bundle) if is_written else _NO_REFS
    outgoing = _find_outgoing(record, refs, with_snapshots)
    if not outgoing.refs:
        return PushResult(0, 0, pulled)
    # A bundle holds all, since nobody knows which of its versions another machine has read.
    names = [record.branch.ref]
    if record.database.read_ref(NOTES) is not None:
        names.append(NOTES)
    if with_snapshots:
        names += [chain.ref for chain in _list_keep_chains(record).values()]
    write_bundle(record.repository, bundle, names)
    _remember_pushed(record, bundle, outgoing)
    return PushResult(outgoing.commits, outgoing.snapshots, pulled)
