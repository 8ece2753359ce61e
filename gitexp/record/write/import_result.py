"""The result of an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.import_rows import Complaint
    from gitexp.model.understood import Understood


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import.

    ``new`` and ``old``: how many entries or runs were taken in, and how many were there already.
    ``understood``: what was understood of each experiment. ``unread``: lines that look like an id
    or a metric and were not read. ``grown``: how many were there and have more now.
    """

    new: int
    old: int
    understood: tuple[Understood, ...]
    complaints: tuple[Complaint, ...] = ()
    unread: tuple[Complaint, ...] = ()
    grown: int = 0
