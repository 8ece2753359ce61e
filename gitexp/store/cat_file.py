"""``git cat-file --batch``: a process that is given ids and answers with objects."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple

from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from gitexp.store.process import GitProcess
    from gitexp.store.repository import Repository

_SKIP_CHUNK = 1 << 20


class GitObject(NamedTuple):
    """Kind and size of an object, and its bytes; None where they are more than was asked for."""

    kind: str
    size: int
    data: bytes | None


def start_cat_file(repository: Repository) -> GitProcess:
    """Start the process. It fetches nothing: git itself would do it one by one."""
    return repository.start(*STAY_LOCAL, "cat-file", "--batch", env=STAY_LOCAL_ENV)


def read_answer(header: bytes, stream: IO[bytes], largest: int | None = None) -> GitObject | None:
    """Read git's answer behind its header ``<id> <kind> <size>``; None for ``<name> missing``.

    The bytes of an object that is larger than ``largest`` are passed over.
    """
    words = header.rsplit(b" ", 2)
    if len(words) != 3 or not words[2].strip().isdigit():
        return None
    kind, size = words[1].decode("ascii", "replace"), int(words[2])
    if largest is None or size <= largest:
        return GitObject(kind, size, stream.read(size + 1)[:size])
    bytes_left = size + 1
    while bytes_left > 0 and (chunk := stream.read(min(bytes_left, _SKIP_CHUNK))):
        bytes_left -= len(chunk)
    return GitObject(kind, size, None)
