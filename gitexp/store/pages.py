"""The Markdown pages on the record branch: they are derived from the events."""

from __future__ import annotations

from gitexp.store.refs import FRONT_PAGE, PAGES


def is_page(path: str) -> bool:
    """Return True if a file of the branch is a page, or the front page."""
    return path == FRONT_PAGE or path.startswith(f"{PAGES}/")
