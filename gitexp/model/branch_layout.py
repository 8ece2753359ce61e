"""Names of files on the record branch that other parts of the record speak of."""

from __future__ import annotations

import re
from typing import Final

from gitexp.model.characters import make_plain

IMAGES: Final = "images"
DATA: Final = "data"
EXCERPTS: Final = "excerpts"

PICTURE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
"""The media type of a picture by the ending of its name."""

_EXCERPT_ENDING = re.compile(r"(?:[a-z0-9]{1,8}\.)?md", re.ASCII)
_HEXADECIMAL = frozenset("0123456789abcdef")
_DIGEST_LENGTH = 64


_LONGEST_PAGE_NAME = 200  # bytes: file systems take 255, with the ending


def fits_page_name(name: str) -> bool:
    """Return True for a topic that a page can be called after, in every checkout of the branch."""
    is_one_name = "/" not in name and "\\" not in name and make_plain(name) == name
    return is_one_name and 0 < len(name.encode()) <= _LONGEST_PAGE_NAME


class AttachmentPath(str):
    """Where a picture or a file of series lies on the branch: ``images/0f/0fbe...b8.png``.

    The name is the SHA-256 of the content in 64 hexadecimal digits, the folder between is the first
    two of them. An event from a remote says where its attachment lies, and files are written under
    that name: so nothing but such a path becomes an AttachmentPath. Make one by
    ``read_attachment_path`` or ``make_attachment_path``.
    """

    __slots__ = ()

    @property
    def file_name(self) -> str:
        """The name without its folders."""
        return self.rpartition("/")[2]

    @property
    def ending(self) -> str:
        """What stands behind the point: ``png``."""
        return self.rpartition(".")[2]


def read_attachment_path(text: str, folder: str) -> AttachmentPath:
    """Return the text as a path in ``folder`` (IMAGES, DATA or EXCERPTS).

    Raises ValueError for any other.
    """
    digest, _, ending = text.rpartition("/")[2].partition(".")
    is_digest = len(digest) == _DIGEST_LENGTH and _HEXADECIMAL.issuperset(digest)
    is_known = _is_known_ending(folder, ending)
    # Put together again from what was checked, it must be the same text.
    if not is_digest or not is_known or text != f"{folder}/{digest[:2]}/{digest}.{ending}":
        raise ValueError(f"is no path of a file in {folder}/")
    return AttachmentPath(text)


def _is_known_ending(folder: str, ending: str) -> bool:
    if folder == IMAGES:
        return ending in PICTURE_TYPES
    if folder == EXCERPTS:
        return _EXCERPT_ENDING.fullmatch(ending) is not None
    return ending == "json"


def make_excerpt_ending(path: str) -> str:
    """Return the ending of a kept excerpt of a file: ``py.md`` of ``train.py``, else ``md``."""
    ending = f"{path.rpartition('.')[2].lower()}.md"
    return ending if _EXCERPT_ENDING.fullmatch(ending) else "md"


def make_attachment_path(folder: str, content: bytes, ending: str) -> AttachmentPath:
    """Return the path of an attachment by its content."""
    from hashlib import sha256

    digest = sha256(content).hexdigest()
    return read_attachment_path(f"{folder}/{digest[:2]}/{digest}.{ending}", folder)
