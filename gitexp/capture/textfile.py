"""Reading a text file of unknown origin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 50 << 20
"""Bytes of the largest file that is read: larger than any diary, a data set given by mistake."""

_MIB = 1 << 20
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_JAPANESE_ENCODINGS = ("cp932", "euc_jp")
_WESTERN_ENCODINGS = ("cp1252", "latin-1")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# A letter between ASCII, or a quote or dash of Windows-1252 before what is no second byte.
_LONE_HIGH_BYTE = re.compile(
    rb"(?<![\x80-\xff])[\xa0-\xff](?![\x80-\xff])|[\x91-\x97](?=[\s.,;!?)])"
)
_HALF_WIDTH_KATAKANA = re.compile(r"[\uff61-\uff9f]")
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")

_SAMPLE = 1 << 16  # bytes by which the kind of a file is told
_MOST_CONTROLS = 0.01  # share of bytes: text has form feeds and colours, a picture has 10 %
# Share of high bytes that stand alone between ASCII: 0.9 in German and French, 0.3 at most in
# Shift_JIS, whose second bytes may be ASCII, 0 in EUC-JP (measured on pages of each).
_LEAST_LONE = 0.6


class DecodedText(NamedTuple):
    """A text with plain line ends, and the encoding of its file."""

    text: str
    encoding: str


def read_text(path: Path) -> DecodedText:
    """Read a file in UTF-8, UTF-16, Shift_JIS, EUC-JP or Windows-1252.

    Raises UsageError (cannot be opened, too large) or ContentError (binary, none of these encodings).
    """
    return decode_text(_read_bytes(path), str(path))


def decode_text(data: bytes, source: str) -> DecodedText:
    """Return the text of these bytes; ``source`` names them in an error.

    Raises ContentError for bytes that are no text in a known encoding.
    """
    for encoding in _list_encodings(data, source):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp932" and _is_mostly_half_width(text):
            continue  # EUC-JP read as Shift_JIS
        plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        return DecodedText(plain, encoding.removesuffix("-sig"))
    raise ContentError(f"'{source}' is in no encoding known here", "save it as UTF-8")


def _is_mostly_half_width(text: str) -> bool:
    letters = sum(not char.isascii() for char in text)
    return 2 * len(_HALF_WIDTH_KATAKANA.findall(text)) > letters


def _list_encodings(data: bytes, source: str) -> tuple[str, ...]:
    """Return the encodings to be tried. Raises ContentError for bytes that are no text."""
    sample = data[:_SAMPLE]
    if data.startswith(_UTF_16_MARKS):
        return ("utf-16",)
    if b"\0" in data:
        if encoding := _find_utf_16(sample):
            return (encoding,)
        raise ContentError(f"'{source}' is no text: it holds zero bytes", "give a text file")
    if len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample):
        raise ContentError(
            f"'{source}' is no text: it is full of control bytes", "give a text file"
        )
    high_bytes = len(_HIGH_BYTE.findall(sample))
    if len(_LONE_HIGH_BYTE.findall(sample)) >= _LEAST_LONE * high_bytes:
        return ("utf-8-sig", *_WESTERN_ENCODINGS)
    return ("utf-8-sig", *_JAPANESE_ENCODINGS)


def _find_utf_16(sample: bytes) -> str:
    """Return the form of UTF-16 without a mark whose ASCII letters show, "" for none."""
    half = len(sample) // 2
    for encoding, zeros, letters in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        if half > 3 and 2 * zeros.count(0) > half and letters.count(0) == 0:
            return encoding
    return ""


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_fifo() or path.is_socket():
            raise UsageError(f"'{path}' is a pipe, no file", "pass what it prints as -F -")
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
