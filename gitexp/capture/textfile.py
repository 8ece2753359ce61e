"""Reading a text file of unknown origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

# Larger than any diary; a data set given by mistake.
LIMIT = 50 << 20
_OTHERS = ("cp932", "euc_jp")


def read_text(path: Path) -> tuple[str, str]:
    """The text with plain line ends, and its encoding: UTF-8, UTF-16 with a mark, Shift_JIS or EUC-JP.

    Raises UsageError (cannot be opened, too large) or ContentError (binary, none of these encodings).
    """
    try:
        if path.stat().st_size > LIMIT:
            raise UsageError(
                f"'{path}' has {path.stat().st_size / 2**20:.0f} MiB, more than {LIMIT >> 20}",
                "split it",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be read: {error.strerror}", "give the path of a text file"
        ) from None
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", *_OTHERS)
    if b"\0" in data and encodings[0] != "utf-16":
        raise ContentError(f"'{path}' is no text: it holds zero bytes", "give a text file")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n"), encoding.removesuffix("-sig")
    raise ContentError(f"'{path}' is in no encoding known here", "save it as UTF-8")
