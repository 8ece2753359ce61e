"""Processes that run at the same time, and meet at the write lock for certain."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.forked import fork_verb
from tests.project import Ran

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.project import Project

_LOCKS = Path("/proc/locks")


@contextmanager
def hold_lock(project: Project) -> Iterator[None]:
    """Hold the write lock of a clone."""
    with (project.top / ".git/gitexp/lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def wait_until_blocked(pids: Iterable[int]) -> None:
    """Return when each of the processes waits for a lock or has ended.

    Return at once where the system does not tell who waits.
    """
    deadline = time.monotonic() + 60
    waited_for = set(pids)
    while _LOCKS.exists() and waited_for and time.monotonic() < deadline:
        waited_for -= {pid for pid in waited_for if _is_over(pid)} | _blocked_processes()
        time.sleep(0.01)


def run_at_once(project: Project, *commands: Sequence[str]) -> list[Ran]:
    """Run verbs as processes of their own; return how each ended, in the order of ``commands``.

    All of them wait for the write lock before one gets it. So whatever a verb reads before the
    lock, it reads before any of the others has recorded.
    """
    with hold_lock(project):
        processes = [fork_verb(project, *command, GITEXP_TRACEBACK="1") for command in commands]
        wait_until_blocked(process.pid for process in processes)
    ran = []
    for process in processes:
        code = process.wait()
        assert code is not None
        ran.append(Ran(code, *process.communicate()))
    return ran


def _is_over(pid: int) -> bool:
    """Tell whether a process has ended: gone, or listed as a zombie until somebody waits for it."""
    try:
        words = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return words[0] in (b"Z", b"X")


def _blocked_processes() -> set[int]:
    """Read who waits for a lock: ``7: -> FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF``."""
    rows = [line.split() for line in _LOCKS.read_text(encoding="ascii").splitlines()]
    return {int(row[5]) for row in rows if row[1] == "->"}
