"""Loose objects of git: each a file of its own, in a folder that its id begins with."""

from __future__ import annotations

import errno
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_loose_objects(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield kind and bytes of the loose objects of a folder.

    Their head ``<kind> <size>`` and their bytes are compressed together. A file that git could not
    finish is passed over. Raises OSError for a damaged one.
    """
    for inner_folder in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        for file in sorted(inner_folder.glob("[0-9a-f]*")):
            try:
                data = zlib.decompress(file.read_bytes())
            except zlib.error as error:
                raise OSError(errno.EIO, f"{file.name}: {error}") from None
            head, _, content = data.partition(b"\0")
            kind, _, _ = head.decode("ascii", "replace").partition(" ")
            yield kind, content
