"""Times that an option names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime


def parse_moment(text: str | None, *, end: bool = False) -> datetime | None:
    """Return the time that a text names, in the local zone where it names none; None for None.

    A day alone is its first second, or its last with ``end``. Raises UsageError.
    """
    if text is None:
        return None
    from datetime import datetime

    written = text.strip().replace("/", "-")
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        raise UsageError(
            f"'{text}' is not a time",
            "write 2019-06-23, '2019-06-23 10:15' or 2019-06-23T10:15:00+09:00",
        ) from None
    if end and len(written) <= len("2019-06-23"):
        when = when.replace(hour=23, minute=59, second=59)
    return when if when.tzinfo else when.astimezone()
