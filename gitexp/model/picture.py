"""Pictures on their way into the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.model.branch_layout import AttachmentPath


class Picture(NamedTuple):
    """The bytes of a picture and its size in pixels.

    ``path`` is its place on the record branch, by the SHA-256 of the bytes.
    """

    name: str
    data: bytes
    path: AttachmentPath
    width: int
    height: int
