"""What a recording verb answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.understood import Understood


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was understood of each experiment, and the files that are too large for the snapshot."""

    understood: tuple[Understood, ...]
    left_out: tuple[str, ...] = ()
