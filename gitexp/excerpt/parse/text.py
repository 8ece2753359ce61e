"""The bytes of a file as lines of text."""

from __future__ import annotations

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The marks with which a file in UTF-16 begins."""

_BINARY_PREFIX = 8000
"""Bytes in which git looks for a NUL to tell a binary file."""


def is_binary(data: bytes) -> bool:
    """Return True if the bytes are no text: NUL bytes near the beginning, as git has it."""
    return b"\0" in data[:_BINARY_PREFIX] and not data.startswith(UTF_16)


def is_utf_8(data: bytes) -> bool:
    """Return True if the bytes are valid UTF-8."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes) -> str:
    """Return the text of a file.

    It is UTF-8, or UTF-16 with a mark, or in the encoding that the file names. Anything else is
    guessed (see ``encodings``).
    """
    if data.startswith(UTF_16):
        return data.decode("utf-16", "replace")
    if is_utf_8(data):
        return data.decode("utf-8-sig")
    from gitexp.excerpt.parse.encodings import decode_unmarked

    return decode_unmarked(data)


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines without their ends.

    LF, CRLF and a lone CR end a line, as Python has it. A line end at the end of the text opens no
    further line.
    """
    if not text:
        return ()
    lines = _use_line_feeds(text).split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)


def normalise_line_ends(data: bytes) -> bytes:
    """Return the bytes of a file with a line feed for each line end.

    What counts line feeds then counts lines. UTF-16 stays as it is: the bytes of line ends are
    halves of characters there.
    """
    if b"\r" not in data or data.startswith(UTF_16):
        return data
    return _use_line_feeds(data.decode("latin-1")).encode("latin-1")


def _use_line_feeds(text: str) -> str:
    if "\r" not in text:
        return text
    # CR CR LF is a CRLF that was converted once more, not a blank line.
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
