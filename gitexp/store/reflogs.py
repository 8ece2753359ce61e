"""The reflogs of all worktrees' HEADs: files of their own, or read through git from a reftable."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.discover import is_full_id

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.store.repository import Repository


class ReflogLine(NamedTuple):
    """HEAD went from ``old`` to ``new``; ``message`` says by what."""

    old: str
    new: str
    message: str


def list_reflogs(repository: Repository) -> list[Path]:
    """Return the reflogs of all worktrees' HEADs, be they there or not.

    In a reftable they are no files, and named as if they were.
    """
    common = repository.common_dir
    git_dirs = [common, *sorted((common / "worktrees").glob("*"))]
    return [git_dir / "logs" / "HEAD" for git_dir in git_dirs]


def measure_reflog(repository: Repository, reflog: Path) -> int | None:
    """Return the size of a reflog in bytes, None where there is none."""
    if repository.has_reftable:
        return len(_print_reflog(repository, reflog))
    try:
        return reflog.stat().st_size
    except OSError:
        return None


def read_reflog(repository: Repository, reflog: Path, start: int, end: int) -> bytes:
    """Return the bytes of a reflog between two offsets. Raises OSError where it has no file."""
    if repository.has_reftable:
        return _print_reflog(repository, reflog)[start:end]
    return read_between(reflog, start, end)


def read_between(path: Path, start: int, end: int) -> bytes:
    """Return the bytes of a file between two offsets. Raises OSError."""
    with path.open("rb") as handle:
        handle.seek(start)
        return handle.read(end - start)


def read_reflog_lines(text: str) -> list[ReflogLine]:
    """Read the lines of a reflog: ``<old> <new> <person>``, a tab, a message.

    A line without two ids is left out: a power failure leaves zero bytes, and git takes what is no
    id for an option.
    """
    lines = []
    for line in text.split("\n"):
        head, _, message = line.partition("\t")
        old, _, new_and_person = head.partition(" ")
        new = new_and_person.partition(" ")[0]
        if is_full_id(old) and is_full_id(new):
            lines.append(ReflogLine(old, new, message))
    return lines


def _print_reflog(repository: Repository, reflog: Path) -> bytes:
    """Return the lines that the file of a reflog would have, without persons."""
    git_dir = reflog.parent.parent
    is_main = git_dir == repository.common_dir
    ref = "main-worktree/HEAD" if is_main else f"worktrees/{git_dir.name}/HEAD"
    options = ("--walk-reflogs", "--format=%H%x09%gs", "--no-show-signature", "--no-notes")
    done = repository.try_git("log", *options, ref, "--")
    lines = []
    old = b""
    for line in reversed(done.stdout.splitlines()):
        new, _, message = line.partition(b"\t")
        lines.append(b"%s %s -\t%s\n" % (old or b"0" * len(new), new, message))
        old = new
    return b"".join(lines)
