"""How text is compared when it is searched: letters of any case and width are the same."""

from __future__ import annotations

import unicodedata


def fold_text(text: str) -> str:
    """Text for searching: full-width letters as plain ones, half-width kana as whole ones, no capitals."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
