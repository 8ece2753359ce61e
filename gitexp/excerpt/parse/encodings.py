"""The text of bytes that are not UTF-8: as the file says, else guessed line by line."""

from __future__ import annotations

import codecs
import re

_COOKIE = re.compile(rb"[ \t\f]*(?:#|//|/\*|--|%|;|<!--|\"|').*?coding[:=][ \t]*([-\w.]+)")
"""The encoding in the first or second line of a file: PEP 263, and Emacs in other languages."""

_COOKIE_LINES = 2

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LONE_LETTER = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
"""A letter of Latin-1 between ASCII. Japanese has few: half-width katakana that stand alone."""

_APOSTROPHE = re.compile(
    rb"(?<=[A-Za-z])\x92(?=[a-z]\b)|[\x91\x93](?=[A-Za-z])|(?<=\w)[\x92\x94](?=\W|$)"
)
"""A quote of Windows-1252: ``don't``, or around a word."""

_SHIFT_JIS_ALONE = re.compile(rb"[\x80-\x9f]")
"""Bytes that neither Latin-1 nor EUC-JP has, and nearly every character of Shift_JIS begins with."""

_FIRST_LETTER = 0xC0
"""Smaller bytes are no letters in Latin-1."""


def decode_unmarked(data: bytes) -> str:
    """Return the text of bytes that are neither UTF-8 nor have a mark.

    Without a cookie each line is decoded by itself: what is changed in one line never changes how
    the others are read.
    """
    cookie = _find_cookie(data)
    if cookie:
        try:
            return data.decode(cookie)
        except (UnicodeDecodeError, LookupError):
            pass
    return "\n".join(_decode_line(line) for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n"))


def _find_cookie(data: bytes) -> str:
    """Return the encoding that the file names for text, or ""."""
    for line in data.split(b"\n", _COOKIE_LINES)[:_COOKIE_LINES]:
        match = _COOKIE.match(line)
        if match is None:
            continue
        name = match.group(1).decode("ascii", "replace")
        # Emacs says the kind of line ends too: latin-1-unix.
        return re.sub(r"-(?:unix|dos|mac)$", "", name)
    return ""


def _decode_line(line: bytes) -> str:
    for encoding in ("utf-8", _guess(line), "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _guess(line: bytes) -> str:
    """Return the likeliest encoding of a line that is not UTF-8."""
    if _APOSTROPHE.search(line) and not _SHIFT_JIS_ALONE.search(_APOSTROPHE.sub(b"", line)):
        return "cp1252"
    if _SHIFT_JIS_ALONE.search(line):
        return "cp932"
    runs = _HIGH_RUN.findall(line)
    if all(len(run) % 2 == 0 for run in runs):
        is_telling = any(len(run) > 2 or run[0] < _FIRST_LETTER for run in runs)
        if is_telling and _can_decode(line, "euc_jp"):
            return "euc_jp"
    if _LONE_LETTER.search(line):
        return "latin-1"
    return "cp932" if any(len(run) > 2 for run in runs) else "latin-1"


def _can_decode(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
