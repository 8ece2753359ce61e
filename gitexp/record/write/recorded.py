"""What a recording verb answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.note_unread import UnreadLine
    from gitexp.model.understood import Understood


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was understood of each experiment, and the files that are too large for the snapshot.

    ``unread``: lines of the note that look like an id or a metric and were not read.
    """

    understood: tuple[Understood, ...]
    left_out: tuple[str, ...] = ()
    unread: tuple[UnreadLine, ...] = ()
