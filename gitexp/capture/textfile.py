"""Reading a text file of unknown origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 50 << 20
"""Bytes of the largest file that is read: larger than any diary, a data set given by mistake."""

_MIB = 1 << 20
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_ENCODINGS = ("cp932", "euc_jp")


class DecodedText(NamedTuple):
    """A text with plain line ends, and the encoding of its file."""

    text: str
    encoding: str


def read_text(path: Path) -> DecodedText:
    """Read a file in UTF-8, UTF-16 with a mark, Shift_JIS or EUC-JP.

    Raises UsageError (cannot be opened, too large) or ContentError (binary, none of these
    encodings).
    """
    data = _read_bytes(path)
    is_utf_16 = data.startswith(_UTF_16_MARKS)
    if b"\0" in data and not is_utf_16:
        raise ContentError(f"'{path}' is no text: it holds zero bytes", "give a text file")
    encodings = ("utf-16",) if is_utf_16 else ("utf-8-sig", *_OTHER_ENCODINGS)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        return DecodedText(plain, encoding.removesuffix("-sig"))
    raise ContentError(f"'{path}' is in no encoding known here", "save it as UTF-8")


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LIMIT:
            raise UsageError(
                f"'{path}' has {size / _MIB:.0f} MiB, more than {LIMIT // _MIB}", "split it"
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be read: {error.strerror}", "give the path of a text file"
        ) from None
