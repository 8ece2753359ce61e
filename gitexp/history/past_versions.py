"""Find the experiments that the commits of a history name in their code, and what they showed."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.log_lines import read_printed
from gitexp.capture.picture import check_picture
from gitexp.capture.saved_notebook import read_saved_cells
from gitexp.errors import GitExpError
from gitexp.excerpt.idpattern import find_id_in_file, may_hold_id
from gitexp.excerpt.languages.lookup import is_notebook
from gitexp.model.ids import check_new_id
from gitexp.model.import_rows import Complaint, PastVersion
from gitexp.store.path_log import read_log

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record

    Progress = Callable[[int, int], None]

_REFS = ("refs/heads", "refs/remotes", "refs/tags")
_MOST_PICTURES = 6
"""Pictures of one commit that are taken: those of the last cells."""

_SHORT = 9  # digits of a commit in a message


class PastVersions(NamedTuple):
    """The versions of experiments, oldest first, and what could not be read."""

    versions: list[PastVersion]
    complaints: list[Complaint]


class _CodeChange(NamedTuple):
    """A file that a commit changed; ``blob`` is "" where the commit removed it."""

    path: str
    blob: str


class _CodeCommit(NamedTuple):
    """A commit, its parents, and the scripts and notebooks that it changed."""

    commit: str
    parents: tuple[str, ...]
    changes: list[_CodeChange]


class _NamedFile(NamedTuple):
    """A version of a file, and the id in it."""

    id: str
    blob: str


class _CodeState(NamedTuple):
    """The ids in the files of a commit, by path, and the id that was named last."""

    files: Mapping[str, _NamedFile]
    last_id: str


_EMPTY_STATE = _CodeState({}, "")


def read_past_versions(
    record: Record, pattern: re.Pattern[str], folder: str, progress: Progress
) -> PastVersions:
    """Return each commit whose code names an id, with the id that stood there before as parent.

    Only files at or below ``folder`` (a path in the repository, "" for all) are read. ``progress``
    is called with (commits read, commits in all).
    """
    commits = _list_code_commits(record, folder)
    blobs = {change.blob for commit in commits for change in commit.changes if change.blob}
    record.promised.fetch_objects(blobs)
    reader = _VersionReader(record, pattern)
    for number, commit in enumerate(commits, 1):
        reader.read_commit(commit)
        progress(number, len(commits))
    times = _read_commit_times(record, [version.commit for version in reader.versions])
    versions = []
    for version in reader.versions:
        versions.append(
            PastVersion(
                version.id,
                version.commit,
                times[version.commit],
                version.parent,
                tuple(version.metrics),
                tuple(version.pictures),
            )
        )
    return PastVersions(versions, reader.complaints)


class _Draft(NamedTuple):
    """A version whose time is not read yet."""

    id: str
    commit: str
    parent: str
    metrics: list[Metric]
    pictures: list[Picture]


class _VersionReader:
    """Reads commits, parents before children."""

    def __init__(self, record: Record, pattern: re.Pattern[str]) -> None:
        self._record = record
        self._pattern = pattern
        self._states: dict[str, _CodeState] = {}
        self._ids_by_blob: dict[_CodeChange, str] = {}
        self._seen_ids: set[str] = set()
        self._refused_ids: set[str] = set()
        self.versions: list[_Draft] = []
        self.complaints: list[Complaint] = []

    def read_commit(self, commit: _CodeCommit) -> None:
        """Find the ids that a commit names, and what its notebooks print and show.

        A merge names none: its code is that of the commits that it joins.
        """
        before = _EMPTY_STATE
        if commit.parents:
            before = self._states.get(commit.parents[0], _EMPTY_STATE)
        files = dict(before.files)
        last_id = before.last_id
        drafts: dict[str, _Draft] = {}
        for change in commit.changes:
            earlier = files.pop(change.path, None)
            ident = self._find_id(commit.commit, change) if change.blob else ""
            if not ident:
                continue
            files[change.path] = _NamedFile(ident, change.blob)
            id_before = earlier.id if earlier else before.last_id
            last_id = ident
            if len(commit.parents) > 1:
                continue
            if ident not in drafts:
                parent = "" if ident in self._seen_ids or id_before == ident else id_before
                drafts[ident] = _Draft(ident, commit.commit, parent, [], [])
            if is_notebook(change.path):
                self._read_outputs(drafts[ident], change, earlier)
        self._seen_ids.update(drafts)
        self.versions += drafts.values()
        self._states[commit.commit] = _CodeState(files, last_id)

    def _find_id(self, commit: str, change: _CodeChange) -> str:
        """Return the id in a file; "" where there is none that an experiment can have."""
        if change not in self._ids_by_blob:
            self._ids_by_blob[change] = self._read_id(commit, change)
        return self._ids_by_blob[change]

    def _read_id(self, commit: str, change: _CodeChange) -> str:
        source = f"{change.path} in {commit[:_SHORT]}"
        try:
            data = self._record.database.read_blob(change.blob)
            ident = find_id_in_file(self._pattern, change.path, data)
            return check_new_id(ident) if ident else ""
        except GitExpError as error:
            self.complaints.append(Complaint(source, 0, error.message))
            return ""

    def _read_outputs(self, draft: _Draft, change: _CodeChange, earlier: _NamedFile | None) -> None:
        """Take what a notebook prints and shows, except what its version before showed already.

        Such an output is of an earlier trial: the cell was not executed again.
        """
        database = self._record.database
        cells = read_saved_cells(database.read_blob(change.blob))
        earlier_cells = read_saved_cells(database.read_blob(earlier.blob)) if earlier else []
        stale = {(cell.execution_count, cell.printed, cell.pictures) for cell in earlier_cells}
        fresh = [
            cell
            for cell in cells
            if cell.is_code and (cell.execution_count, cell.printed, cell.pictures) not in stale
        ]
        metrics, _ = read_printed("\n".join(cell.printed for cell in fresh))
        draft.metrics.extend(metrics)
        raw_pictures: list[bytes] = []
        for cell in fresh:
            raw_pictures.extend(cell.pictures)
        stem = PurePosixPath(change.path).stem
        for number, data in enumerate(raw_pictures[-_MOST_PICTURES:], 1):
            name = f"{stem}-{number}.png"
            try:
                draft.pictures.append(check_picture(name, name, data))
            except GitExpError as error:
                source = f"{change.path} in {draft.commit[:_SHORT]}"
                self.complaints.append(Complaint(source, 0, error.message))


def _list_code_commits(record: Record, folder: str) -> list[_CodeCommit]:
    """Return all commits of branches, tags and HEAD, with the code files that they changed."""
    commits = []
    for raw in read_log(record.repository, _list_tips(record), (), None):
        changes = []
        for path, _, blob in raw.changes:
            if may_hold_id(path) and _is_below(path, folder):
                changes.append(_CodeChange(path, blob.hex() if blob else ""))
        parents = tuple(parent.hex() for parent in raw.parents)
        commits.append(_CodeCommit(raw.commit.hex(), parents, changes))
    return commits


def _list_tips(record: Record) -> list[str]:
    """Return the commits at the ends of all branches but those of the record, tags and HEAD."""
    listed = record.repository.run_git("for-each-ref", "--format=%(objectname) %(refname)", *_REFS)
    head = record.repository.find_commit("HEAD")
    tips = {head: None} if head else {}
    for line in listed.decode("utf-8", "surrogateescape").splitlines():
        tip, _, name = line.partition(" ")
        is_record = name.endswith(f"/{record.branch_name}")
        if not is_record:
            tips[tip] = None
    return list(tips)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _read_commit_times(record: Record, commits: Iterable[str]) -> dict[str, datetime]:
    """Return when commits were written, by their ids."""
    names = list(dict.fromkeys(commits))
    if not names:
        return {}
    shown = record.repository.run_git(
        "log", "--no-walk=unsorted", "--format=%H %aI", "--stdin", data="\n".join(names).encode()
    )
    return _parse_times(shown.decode().splitlines())


def _parse_times(lines: Sequence[str]) -> dict[str, datetime]:
    times = {}
    for line in lines:
        commit, _, time = line.partition(" ")
        times[commit] = datetime.fromisoformat(time.strip())
    return times
