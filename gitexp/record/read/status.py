"""Read how things stand: the active experiment, the hooks, what no remote has yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.model.event.facts import SnapshotFact
from gitexp.record.read.adrift import find_adrift_commits
from gitexp.record.read.filters import read_filters
from gitexp.record.read.push_state import read_push_state
from gitexp.store.absent import PUSH_CODE, describe_remedy
from gitexp.store.hooks import read_hook_status
from gitexp.store.promised import list_present_commits
from gitexp.store.refs import REMOTE, read_ref

if TYPE_CHECKING:
    from gitexp.record.read.adrift import AdriftCommit
    from gitexp.record.read.push_state import PushState
    from gitexp.record.record import Record
    from gitexp.store.repository import Repository


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """The status of a record in one clone.

    ``hooks``: lines about the hooks and the last commit. ``pushed``: how the record stands to those
    of other places. ``broken``: paths of event files that cannot be read. ``code``: where the code
    of the experiments is. ``adrift``: commits of experiments that are on no branch any more.
    """

    active: str
    experiments: int
    hooks: tuple[str, ...]
    pushed: PushState
    broken: tuple[str, ...]
    code: CodePlaces
    adrift: tuple[AdriftCommit, ...] = ()

    def format_lines(self) -> list[str]:
        """Return the lines for the terminal."""
        lines = [
            f"active: {self.active or 'none (git exp use ID)'}",
            f"experiments: {self.experiments}",
            *self.hooks,
            *self._format_push_lines(),
        ]
        if self.code.absent:
            experiments = _format_count(len(self.code.absent), "experiment")
            lines.append(f"not in this clone: the code of {experiments} ({self.code.remedy})")
        lines += [str(commit) for commit in self.adrift]
        for path in self.broken:
            lines.append(f"cannot be read: {path} (edit it on the record branch)")
        return lines

    def _format_push_lines(self) -> list[str]:
        """Return lines about what no other place has, as far as this clone knows."""
        code = self.code
        lines = self.pushed.format_lines()
        if not self.pushed.ahead and not code.unpushed_snapshots and not code.unpushed_commits:
            places = ", ".join(self.pushed.places)
            everything = "everything is pushed"
            lines.insert(0, f"{everything} ({places})" if places else everything)
        if code.unpushed_snapshots:
            count = _format_count(code.unpushed_snapshots, "snapshot")
            lines.append(f"not known to be pushed: {count} ({PUSH_CODE})")
        if code.unpushed_commits:
            count = _format_count(code.unpushed_commits, "commit")
            lines.append(f"not known to be pushed: {count} tied to experiments (push the branches)")
        return lines

    def format_values(self) -> dict[str, Any]:
        """Return the values for ``--json``."""
        return {
            "active": self.active or None,
            "experiments": self.experiments,
            "hooks": list(self.hooks),
            "unpushed": self.pushed.ahead,
            "unpulled": self.pushed.behind,
            "unpushed_snapshots": self.code.unpushed_snapshots,
            "unpushed_commits": self.code.unpushed_commits,
            "absent": list(self.code.absent),
            "remote": ", ".join(self.pushed.places) or None,
            "broken": list(self.broken),
            "adrift": [commit._asdict() for commit in self.adrift],
        }


class CodePlaces(NamedTuple):
    """The places of the experiments' code, as this clone knows them without asking a remote.

    A remote is known to have what its tracking branches hold, and the keep refs that a fetch left
    under ``refs/gitexp/remote``. ``unpushed_snapshots``: how many snapshots in this clone no remote
    is known to have, the versions that filters were written for among them. ``unpushed_commits``:
    how many such commits there are of experiments without a snapshot. ``absent``: ids of
    experiments whose code is not in this clone; ``remedy``: what would bring it.
    """

    unpushed_snapshots: int
    unpushed_commits: int
    absent: tuple[str, ...]
    remedy: str


def read_status(record: Record) -> RecordStatus:
    """Read the status of a record."""
    hooks = read_hook_status(record.repository).format_lines()
    hooks.append(_describe_last_commit(record))
    return RecordStatus(
        active=record.active,
        experiments=len(set(record.index.read_names().values())),
        hooks=tuple(filter(None, hooks)),
        pushed=read_push_state(record),
        broken=tuple(record.index.list_broken_files()),
        code=find_code_places(record),
        adrift=tuple(find_adrift_commits(record)),
    )


def find_code_places(record: Record) -> CodePlaces:
    """Return where the code of the experiments is."""
    snapshots: set[str] = set()
    for event in record.index.read_events_of_kind("snapshot"):
        if isinstance(event.fact, SnapshotFact):
            snapshots.add(event.fact.commit)
    snapshots.update(code_filter.anchor for code_filter in read_filters(record).values())
    versions = {}
    for summary in record.read_summaries():
        if summary.version:
            versions[summary.id] = summary.version
    commits = set(versions.values()) - snapshots
    present = set(list_present_commits(record.repository, snapshots | commits))
    unpushed = _find_unpushed(record.repository, present)
    absent = tuple(ident for ident, version in versions.items() if version not in present)
    return CodePlaces(
        unpushed_snapshots=len(unpushed & snapshots),
        unpushed_commits=len(unpushed & commits),
        absent=absent,
        remedy=describe_remedy(record.repository) if absent else "",
    )


def _find_unpushed(repository: Repository, commits: set[str]) -> set[str]:
    """Return those of some commits in this clone that no remote is known to have."""
    remote_folders = ("refs/remotes", REMOTE.rstrip("/"))
    if not commits or not repository.run_git("for-each-ref", "--count=1", *remote_folders):
        return set(commits)
    names = "".join(f"{commit}\n" for commit in commits).encode()
    listed = repository.run_git(
        "rev-list", "--stdin", "--not", "--remotes", f"--glob={REMOTE}*", data=names
    )
    return commits.intersection(listed.decode().split())


def _format_count(number: int, noun: str) -> str:
    """Return ``1 snapshot`` or ``2 snapshots``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _describe_last_commit(record: Record) -> str:
    """Return a line that says whether the hook noticed the newest commit here."""
    from gitexp.store.new_commits import is_spooled

    head = read_ref(record.repository, "HEAD")
    if not head:
        return "no commit yet"
    if is_spooled(record.repository, head):
        return f"last commit {head[:7]}: the hook ran"
    return f"last commit {head[:7]}: the hook did not run; found in git's reflog"
