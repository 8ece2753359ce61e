"""A commit object of git, read from its bytes and made of them."""

from __future__ import annotations

import time
from typing import NamedTuple


class Signature(NamedTuple):
    """Who and when, of a commit.

    ``time`` in seconds since 1970, ``offset`` in minutes east of UTC.
    """

    name: str
    mail: str
    time: int
    offset: int


class CommitBytes(NamedTuple):
    """What a commit object holds, but for headers that a copy would make false (a signature).

    ``author`` and ``committer``: ``NAME <MAIL> SECONDS OFFSET``. ``encoding``: that of ``message``.
    """

    tree: str
    parents: tuple[str, ...]
    author: bytes
    committer: bytes
    message: bytes
    encoding: str = "utf-8"

    @property
    def committer_time(self) -> int:
        """Return when it was made, in seconds since 1970; 0 where that is malformed."""
        words = self.committer.rsplit(b" ", 2)
        return int(words[1]) if len(words) == 3 and words[1].isdigit() else 0

    def set_committer_time(self, time: int) -> CommitBytes:
        """Return it with another time of its committer."""
        if time == self.committer_time:
            return self
        person, _, offset = self.committer.rsplit(b" ", 2)
        return self._replace(committer=b"%s %d %s" % (person, time, offset))

    def decode_message(self) -> str:
        """Return the message as text."""
        try:
            return self.message.decode(self.encoding, "replace")
        except LookupError:
            return self.message.decode("utf-8", "replace")


def parse_commit(data: bytes) -> CommitBytes:
    """Return what the bytes of a commit object say."""
    head, _, message = data.partition(b"\n\n")
    parents: list[str] = []
    values: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            parents.append(value.decode())
        else:
            values.setdefault(key, value)
    return CommitBytes(
        values.get(b"tree", b"").decode(),
        tuple(parents),
        values.get(b"author", b""),
        values.get(b"committer", b""),
        message,
        values.get(b"encoding", b"utf-8").decode("ascii", "replace"),
    )


def format_commit(commit: CommitBytes) -> bytes:
    """Return the bytes of a commit object whose message is UTF-8."""
    lines = [b"tree " + commit.tree.encode()]
    lines += [b"parent " + parent.encode() for parent in commit.parents]
    lines += [b"author " + commit.author, b"committer " + commit.committer, b"", commit.message]
    return b"\n".join(lines)


def format_signature(name: str, mail: str, time: int, offset: int) -> bytes:
    """Return ``NAME <MAIL> SECONDS OFFSET`` for an offset in minutes east of UTC."""
    sign = "-" if offset < 0 else "+"
    hours, minutes = divmod(abs(offset), 60)
    text = f"{name} <{mail}> {time} {sign}{hours:02}{minutes:02}"
    return text.encode("utf-8", "surrogateescape")


def read_clock() -> tuple[int, int]:
    """Return the seconds since 1970 and the local offset in minutes."""
    stamp = int(time.time())
    return stamp, time.localtime(stamp).tm_gmtoff // 60
