"""How things stand: the active experiment, the hooks, what no remote has yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.model.event.facts import SnapshotFact
from gitexp.record.read.filters import read_filters
from gitexp.store.absent import FETCH_CODE, PUSH_CODE, describe_remedy
from gitexp.store.hooks import read_hook_status as hook_status
from gitexp.store.promised import list_present_commits
from gitexp.store.refs import REMOTE, read_ref

if TYPE_CHECKING:
    from gitexp.record.record import Record
    from gitexp.store.repository import Repository


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """What ``git exp status`` says.

    ``unpushed`` counts commits of the record branch that no remote-tracking branch has; ``code`` says where
    the code of the experiments is.
    """

    active: str
    experiments: int
    hooks: tuple[str, ...]
    unpushed: int
    remote: str
    broken: tuple[str, ...]
    code: CodePlaces

    def format_lines(self) -> list[str]:
        """For the terminal."""
        lines = [
            f"active: {self.active or 'none (git exp use ID)'}",
            f"experiments: {self.experiments}",
            *self.hooks,
            *self._push_lines(),
        ]
        if self.code.absent:
            what = f"the code of {_count(len(self.code.absent), 'experiment')}"
            lines.append(f"not in this clone: {what} ({self.code.remedy})")
        return lines + [
            f"cannot be read: {path} (edit it on the record branch)" for path in self.broken
        ]

    def _push_lines(self) -> list[str]:
        """Say what no remote has, as far as this clone knows."""
        where = f" ({self.remote})" if self.remote else ""
        code = self.code
        if not self.unpushed and not code.unpushed_snapshots and not code.unpushed_commits:
            return [f"everything is pushed{where}"]
        lines = []
        if self.unpushed:
            where = where or " (no remote has the record: git push <remote> gitexp)"
            lines.append(f"not pushed: {self.unpushed} of the record's commits{where}")
        if code.unpushed_snapshots:
            what = _count(code.unpushed_snapshots, "snapshot")
            lines.append(f"not known to be pushed: {what} ({PUSH_CODE}, then {FETCH_CODE})")
        if code.unpushed_commits:
            what = _count(code.unpushed_commits, "commit")
            lines.append(f"not known to be pushed: {what} tied to experiments (push the branches)")
        return lines

    def format_values(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "active": self.active or None,
            "experiments": self.experiments,
            "hooks": list(self.hooks),
            "unpushed": self.unpushed,
            "unpushed_snapshots": self.code.unpushed_snapshots,
            "unpushed_commits": self.code.unpushed_commits,
            "absent": list(self.code.absent),
            "remote": self.remote or None,
            "broken": list(self.broken),
        }


class CodePlaces(NamedTuple):
    """Where the code of the experiments is, as this clone knows it without asking a remote.

    A remote is known to have what its tracking branches hold, and the keep refs that a fetch left under
    ``refs/gitexp/remote``. ``unpushed_snapshots``: snapshots in this clone that no remote is known to
    have, the versions that filters were written for among them; ``unpushed_commits``: such commits of
    experiments without a snapshot. ``absent``: ids of experiments whose code is not in this clone.
    """

    unpushed_snapshots: int
    unpushed_commits: int
    absent: tuple[str, ...]
    remedy: str


def read_status(record: Record) -> RecordStatus:
    """Look at everything that ``git exp status`` tells."""
    name = record.branch_name
    remotes = (
        record.repository.run_git("for-each-ref", "--format=%(refname)", f"refs/remotes/*/{name}")
        .decode()
        .split()
    )
    count = record.repository.run_git(
        "rev-list", "--count", f"refs/heads/{name}", *(f"^{ref}" for ref in remotes)
    )
    seen = ", ".join(ref.removeprefix("refs/remotes/") for ref in remotes)
    hooks = [*hook_status(record.repository).format_lines(), _last_commit(record)]
    return RecordStatus(
        record.active,
        len(set(record.index.read_names().values())),
        tuple(line for line in hooks if line),
        int(count),
        seen,
        tuple(record.index.list_broken_files()),
        find_code(record),
    )


def find_code(record: Record) -> CodePlaces:
    """Find out where the code of the experiments is."""
    snapshots: set[str] = set()
    for event in record.index.read_events_of_kind("snapshot"):
        if isinstance(event.fact, SnapshotFact):
            snapshots.add(event.fact.commit)
    snapshots |= {choice.anchor for choice in read_filters(record).values()}
    versions = {
        summary.id: summary.version for summary in record.read_summaries() if summary.version
    }
    commits = set(versions.values()) - snapshots
    present = set(list_present_commits(record.repository, snapshots | commits))
    unpushed = _unpushed(record.repository, present)
    absent = tuple(ident for ident, version in versions.items() if version not in present)
    bring = describe_remedy(record.repository) if absent else ""
    return CodePlaces(len(unpushed & snapshots), len(unpushed & commits), absent, bring)


def _unpushed(repository: Repository, commits: set[str]) -> set[str]:
    """Return those of some commits in this clone that no remote is known to have."""
    places = ("refs/remotes", REMOTE.rstrip("/"))
    if not commits or not repository.run_git("for-each-ref", "--count=1", *places):
        return set(commits)
    names = "".join(f"{commit}\n" for commit in commits).encode()
    done = repository.run_git(
        "rev-list", "--stdin", "--not", "--remotes", f"--glob={REMOTE}*", data=names
    )
    return commits.intersection(done.decode().split())


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _last_commit(record: Record) -> str:
    """Whether the newest commit here was noticed by the hook, or only found in the reflog."""
    from gitexp.store.new_commits import is_spooled

    head = read_ref(record.repository, "HEAD")
    if not head:
        return "no commit yet"
    ran = is_spooled(record.repository, head)
    how = "the hook ran" if ran else "the hook did not run; found in git's reflog"
    return f"last commit {head[:7]}: {how}"
