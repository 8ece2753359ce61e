"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Tells the threads of one process apart.
_turns = count()


def write_atomically(
    path: Path,
    data: bytes,
    *,
    mode: int | None = None,
    mtime_ns: int | None = None,
    sync: bool = False,
) -> None:
    """Put a file with ``data`` in the place of ``path``. A reader sees the old file or the new one.

    Its folder is made where it is missing. With ``sync`` the bytes are on the disk before the file
    takes its place. Raises OSError; then ``path`` is as it was and nothing else is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, since only there it can be moved in one step. No other writer has this
    # name.
    fresh = path.with_name(f".{path.name}.{os.getpid()}-{next(_turns)}.new")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            fresh.chmod(mode)
        if mtime_ns is not None:
            os.utime(fresh, ns=(mtime_ns, mtime_ns))
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
