"""Files that the group may write, in a repository of a group (``git init --shared``)."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.store.repository import Repository


def share_as_git_does(repository: Repository) -> None:
    """Let this process write its files for the group where the git folder is the group's.

    git itself looks at core.sharedRepository, which libgit2 and SQLite do not know. It has made the
    folder writable for the group by then.
    """
    try:
        is_shared = os.stat(repository.common_folder).st_mode & stat.S_IWGRP  # noqa: PTH116 - no pathlib
    except OSError:
        return
    if is_shared:
        os.umask(os.umask(0o077) & ~stat.S_IRWXG)


def create_database_file(path: str) -> None:
    """Create a file for SQLite, as the umask allows: SQLite itself never lets the group write.

    A file that is there is not opened. Closing it would take away the locks that other connections
    of this process hold on it, and two could write at once (sqlite.org/howtocorrupt.html, 2.2).
    """
    if os.path.exists(path):  # noqa: PTH110 - no pathlib
        return
    fresh = f"{path}.{os.getpid()}-{threading.get_ident()}.new"
    with suppress(OSError):
        os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666))
        with suppress(
            OSError
        ):  # another process was faster, or there are no links: SQLite makes it
            os.link(fresh, path)
        os.unlink(fresh)  # noqa: PTH108 - no pathlib
