"""How things stand: the active experiment, the hooks, what no remote has yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitexp.store.hooks import status as hook_status
from gitexp.store.refs import read_ref

if TYPE_CHECKING:
    from gitexp.history.record import Record


@dataclass(frozen=True, slots=True)
class Overview:
    """What ``git exp status`` says. ``unpushed`` counts commits of the record branch that no remote-tracking branch has."""

    active: str
    experiments: int
    hooks: tuple[str, ...]
    unpushed: int
    remote: str
    broken: tuple[str, ...]

    def lines(self) -> list[str]:
        """For the terminal."""
        pushed = f"not pushed: {self.unpushed} of the record's commits" if self.unpushed else "everything is pushed"
        where = f" ({self.remote})" if self.remote else " (no remote has the record: git push <remote> gitexp)" if self.unpushed else ""
        lines = [
            f"active: {self.active or 'none (git exp use ID)'}",
            f"experiments: {self.experiments}",
            *self.hooks,
            pushed + where,
        ]
        return lines + [f"cannot be read: {path} (edit it on the record branch)" for path in self.broken]

    def values(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "active": self.active or None,
            "experiments": self.experiments,
            "hooks": list(self.hooks),
            "unpushed": self.unpushed,
            "remote": self.remote or None,
            "broken": list(self.broken),
        }


def overview(record: Record) -> Overview:
    """Look at everything that ``git exp status`` tells."""
    name = record.branch_name
    remotes = record.repository.git("for-each-ref", "--format=%(refname)", f"refs/remotes/*/{name}").decode().split()
    count = record.repository.git("rev-list", "--count", f"refs/heads/{name}", *(f"^{ref}" for ref in remotes))
    seen = ", ".join(ref.removeprefix("refs/remotes/") for ref in remotes)
    hooks = [*hook_status(record.repository).lines(), _last_commit(record)]
    return Overview(
        record.active,
        len(set(record.index.names().values())),
        tuple(line for line in hooks if line),
        int(count),
        seen,
        tuple(record.index.broken()),
    )


def _last_commit(record: Record) -> str:
    """Whether the newest commit here was noticed by the hook, or only found in the reflog."""
    from gitexp.store.journal import hook_saw

    head = read_ref(record.repository, "HEAD")
    if not head:
        return "no commit yet"
    ran = hook_saw(record.repository, head)
    how = "the hook ran" if ran else "the hook did not run; found in git's reflog"
    return f"last commit {head[:7]}: {how}"
