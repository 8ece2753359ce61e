"""Reading ``git log --raw``: which commit changed which path, as a stream."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitexp.store.repository import Repository

    Progress = Callable[[int, int], None]

# Of a path: its name, and the raw ids of its blob before and after; None where it is absent.
# A plain tuple, since a large history has millions of them.
PathChange = tuple[str, bytes | None, bytes | None]

_CHUNK = 1 << 18
_PROGRESS_STEP = 200
_COMMIT_MARK = b"\1"
_FORMAT_OPTION = "--format=%x01%H %P"

_SETTINGS = (
    *("-c", "log.showRoot=true"),
    *("-c", "diff.renames=false"),
    *("-c", "core.quotePath=false"),
)
_LOG_OPTIONS = (
    *("--raw", "-z", _FORMAT_OPTION),
    *("--no-abbrev", "--no-renames", "--ignore-submodules=all"),
    *("--diff-merges=first-parent", "--date-order", "--reverse", "--ignore-missing"),
    # What a user may have configured for the log that is read by eye.
    *("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes"),
)


class CommitChanges(NamedTuple):
    """A commit: its raw id, the raw ids of its parents, its changes against the first parent."""

    commit: bytes
    parents: list[bytes]
    changes: list[PathChange]


def read_log(
    repository: Repository,
    tips: Sequence[str],
    known_tips: Sequence[str],
    progress: Progress | None,
) -> Iterator[CommitChanges]:
    """Yield the commits from ``tips`` down to ``known_tips``, parents first.

    Tips that are not in this clone are passed over. ``progress`` is called with (commits read,
    commits in all). Raises RepositoryError when git cannot list the history.
    """
    wanted = "".join(f"{tip}\n" for tip in tips)
    excluded = "".join(f"^{tip}\n" for tip in known_tips)
    revisions = (wanted + excluded).encode()
    total = _count_commits(repository, revisions) if progress is not None else 0
    process = repository.start(
        *STAY_LOCAL, *_SETTINGS, "log", *_LOG_OPTIONS, "--stdin", "--", env=STAY_LOCAL_ENV
    )
    with suppress(BrokenPipeError):  # a git that refused to begin: its exit code says so below
        process.stdin.write(revisions)
        process.stdin.close()
    done = 0
    for commit in _parse_log(process.stdout.read1):
        yield commit
        done += 1
        if progress is not None and done % _PROGRESS_STEP == 0:
            progress(done, max(total, done))
    if process.wait() != 0:
        raise _explain_failure(repository)
    if progress is not None and total:
        progress(max(total, done), max(total, done))


def _explain_failure(repository: Repository) -> RepositoryError:
    """Return the error for a log that git did not write to its end."""
    from gitexp.store.git_version import REMEDY, read_git_version

    version = read_git_version(repository)
    if version.is_too_old:
        return RepositoryError(f"{version.text} does not list what a merge changed", REMEDY)
    return RepositoryError(
        "git log could not list the history", "run 'git fsck': objects may be missing or damaged"
    )


def _count_commits(repository: Repository, revisions: bytes) -> int:
    count = repository.try_git("rev-list", "--count", "--ignore-missing", "--stdin", data=revisions)
    return int(count.stdout or b"0")


def _parse_log(read: Callable[[int], bytes]) -> Iterator[CommitChanges]:
    """Yield the commits of the stream that ``read`` gives.

    The stream is pieces that end in NUL: ``\\1<commit> <parents>``, then for each change a status
    line and the path.
    """
    unfinished = b""
    current: CommitChanges | None = None
    status = b""
    while chunk := read(_CHUNK):
        pieces = (unfinished + chunk).split(b"\0")
        unfinished = pieces.pop()
        for piece in pieces:
            if status:
                change = _parse_change(status, piece)
                if current is not None and change is not None:
                    current.changes.append(change)
                status = b""
            elif piece[:1] == b":" or piece[:2] == b"\n:":
                status = piece.lstrip(b"\n")
            elif (mark := piece.find(_COMMIT_MARK)) >= 0:
                if current is not None:
                    yield current
                current = _parse_commit(piece[mark + 1 :])
    if (mark := unfinished.find(_COMMIT_MARK)) >= 0:
        if current is not None:
            yield current
        current = _parse_commit(unfinished[mark + 1 :])
    if current is not None:
        yield current


def _parse_commit(line: bytes) -> CommitChanges:
    """Return the commit of a line ``<commit> <parents>``, without changes yet."""
    commit, *parents = [bytes.fromhex(word.decode()) for word in line.split()]
    return CommitChanges(commit, parents, [])


def _parse_change(status: bytes, path: bytes) -> PathChange | None:
    """Return one change; None when neither side is a plain file (links and submodules hold no
    code).

    ``status`` is ``:<old mode> <new mode> <old id> <new id> <letter>``.
    """
    old_mode, new_mode, old_id, new_id, _ = status[1:].split(b" ")
    old = bytes.fromhex(old_id.decode()) if old_mode[:2] == b"10" else None
    new = bytes.fromhex(new_id.decode()) if new_mode[:2] == b"10" else None
    if old == new:
        return None
    return path.decode("utf-8", "backslashreplace"), old, new
