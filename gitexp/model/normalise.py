"""How text is compared when it is searched: letters of any case and width are the same."""

from __future__ import annotations

import unicodedata


def fold_text(text: str) -> str:
    """Return a text for searching.

    Full-width letters become plain ones, half-width kana whole ones, capitals small ones.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()
