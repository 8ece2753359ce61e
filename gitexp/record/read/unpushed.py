"""Tell cheaply that something is not pushed: by the files of refs, without a git process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.record.local_files import read_clone_id
from gitexp.store.refs import KEEP, read_place_refs, read_ref

if TYPE_CHECKING:
    from gitexp.record.record import Record


def describe_unpushed(record: Record) -> str:
    """Return a line about what no place is known to have; "" where no place is known at all.

    ``status`` counts it. Git is asked only where the record differs from that of every place.
    """
    repository = record.repository
    refs = read_place_refs(repository)
    if not refs.branches:
        return ""
    lacking = []
    tip = record.index.tip
    if tip not in refs.branches and _count_ahead(record, tip, refs.branches):
        lacking.append("records")
    keep = f"{KEEP}{read_clone_id(repository)}"
    is_sent = repository.is_switched_on("gitexp.pushSnapshots")
    own_keep = read_ref(repository, keep) if is_sent else None
    if own_keep and own_keep not in refs.keeps:
        lacking.append("code of trials")
    return f"not pushed: {', '.join(lacking)} (git exp push)" if lacking else ""


def _count_ahead(record: Record, tip: str, published: frozenset[str]) -> int:
    """Return how many commits the record has that no place has; one where git cannot tell."""
    excluded = [f"^{ident}" for ident in published]
    done = record.repository.try_git("rev-list", "--count", "--ignore-missing", tip, *excluded)
    return int(done.stdout) if done.returncode == 0 else 1
