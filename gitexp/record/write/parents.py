"""The parent of a new trial, as the code says: the trial whose code is nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.record.record import Record
    from gitexp.store.compare_trees import ChangedBlob
    from gitexp.store.database import Database

_RECENT = 20
"""Experiments that are compared: people go back by days. Each costs a comparison of two trees."""

_MOST_FILES = 200
"""Differing files that are counted. Beyond it two versions are far apart, however many differ."""

_MOST_FILES_READ = 8
_LARGEST_FILE_READ = 256 * 1024  # bytes; splitting this much takes under a millisecond
"""Lines are counted in so few and so small files: a notebook with its pictures is much larger."""


class _Candidate(NamedTuple):
    """An experiment, and the files in which its code differs from that of the new trial."""

    ident: str
    changes: list[ChangedBlob]

    @property
    def distance(self) -> int:
        """The files that differ; one that only one side has counts twice."""
        return sum(1 if change.old and change.new else 2 for change in self.changes)


def find_nearest_experiment(record: Record, tree: str, head: str) -> str:
    """Return the experiment whose code is nearest to a tree; "" where there is none.

    Compared are the recent ones, those tied to the commit ``head``, and the active one: first by
    the number of files that differ, then by the lines that differ in them. Among equals it is the
    active one, else one tied to ``head``, else the newest.
    """
    candidates = _list_candidates(record, tree, head)
    if not candidates:
        return record.active
    least = min(candidate.distance for candidate in candidates)
    nearest = [candidate for candidate in candidates if candidate.distance == least]
    if len(nearest) > 1 and least:
        lines = _LineCounter(record.database)
        differing_lines = [lines.count_differences(candidate.changes) for candidate in nearest]
        return nearest[differing_lines.index(min(differing_lines))].ident
    return nearest[0].ident


def _list_candidates(record: Record, tree: str, head: str) -> list[_Candidate]:
    """Return the experiments that are compared, the preferred ones first."""
    newest = [summary.id for summary in record.index.read_newest_summaries(_RECENT)]
    linked = record.index.find_linked_experiments(head) if head else {}
    tied = [ident for ident, is_exact in linked.items() if is_exact]
    active = [record.active] if record.active else []
    # Of those tied to one commit the newest counts.
    tied.sort(key=lambda ident: newest.index(ident) if ident in newest else _RECENT)
    versions = _read_versions(record, dict.fromkeys((*active, *tied, *newest)), tied, head)
    changes_by_tree: dict[str, list[ChangedBlob]] = {}
    candidates = []
    for ident, version in versions.items():
        try:
            old_tree = record.database.read_tree_id(version)
            if old_tree not in changes_by_tree:
                changes = record.database.list_changed_blobs(old_tree, tree, _MOST_FILES)
                changes_by_tree[old_tree] = changes
        except GitExpError:
            continue  # its code is not in this clone
        candidates.append(_Candidate(ident, changes_by_tree[old_tree]))
    return candidates


def _read_versions(
    record: Record, idents: Mapping[str, None], tied: Sequence[str], head: str
) -> dict[str, str]:
    """Return the commit that holds the code of each experiment: ``head`` of those tied to it."""
    versions = {}
    for ident in idents:
        experiment = record.index.read_experiment(ident)
        version = head if ident in tied else experiment.version if experiment else ""
        if version:
            versions[ident] = version
    return versions


class _LineCounter:
    """Counts the lines in which files differ, and reads each file once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lines: dict[str, frozenset[bytes]] = {}

    def count_differences(self, changes: Sequence[ChangedBlob]) -> int:
        """Return how many lines stand on one side alone, in the first few files."""
        count = 0
        for change in changes[:_MOST_FILES_READ]:
            count += len(self._read_lines(change.old) ^ self._read_lines(change.new))
        return count

    def _read_lines(self, blob: str) -> frozenset[bytes]:
        """Return the different lines of a file; none where it is missing or large."""
        if blob and blob not in self._lines:
            try:
                data = self._database.read_small_blob(blob, _LARGEST_FILE_READ)
            except GitExpError:
                data = b""
            self._lines[blob] = frozenset(data.splitlines())
        return self._lines.get(blob, frozenset())
